"""Draws the small JPEG and DICOM files of Tests/Fuzz/corpus, and writes what other libraries read of
them into formats.json (digests of 16-bit little-endian pixels). With a folder, a seed, a height and a width
the files are drawn there. Run: python make-formats.py [FOLDER SEED HEIGHT WIDTH]   (needs numpy,
pillow, pydicom, pylibjpeg with its libjpeg, openjpeg and rle plug-ins, python-gdcm, pyjpegls)."""
import hashlib
import io
import json
import pathlib
import sys
from importlib.metadata import version

import gdcm
import jpeg_ls
import numpy as np
import pydicom
from PIL import Image, ImageOps
from pydicom import uid
from pydicom.dataset import FileDataset, FileMetaDataset

HERE = pathlib.Path(__file__).parent
CORPUS = HERE.parent.parent / "Fuzz/corpus"
SEED, HEIGHT, WIDTH = 7, 33, 38
if len(sys.argv) > 1:
    CORPUS = HERE = pathlib.Path(sys.argv[1])
    SEED, HEIGHT, WIDTH = map(int, sys.argv[2:5])
for part in ["jpeg", "dicom"]:
    (CORPUS / part).mkdir(parents=True, exist_ok=True)
rng = np.random.default_rng(SEED)
y, x = np.mgrid[:HEIGHT, :WIDTH]
gray8 = np.clip(x * 7 + y * 3 + rng.integers(0, 20, x.shape), 0, 255).astype("u1")
gray12 = np.clip(x * 110 + y * 50 + rng.integers(0, 200, x.shape), 0, 4095).astype("u2")
gray16 = np.clip(x * 1900 + y * 700 + rng.integers(0, 900, x.shape), 0, 65535).astype("u2")
signed = (gray12.astype("i4") - 2000).astype("i2")
rgb = np.stack([gray8, 255 - gray8, np.roll(gray8, 5, 1)], -1)
expected = {}


def luma(colours):
    """Rec. 601 in the integers of Pillow and Lightbox."""
    red, green, blue = (colours[..., i].astype("u4") for i in range(3))
    return (19595 * red + 38470 * green + 7471 * blue + 32768) >> 16


def expect(name, pixels, maximum):
    expected[name] = {
        "width": pixels.shape[1], "height": pixels.shape[0], "maximum": maximum,
        "sha256": hashlib.sha256(pixels.astype("<u2").tobytes()).hexdigest()}


def jpeg(name, pixels, mode=None, **options):
    path = CORPUS / "jpeg" / name
    Image.fromarray(pixels, mode).save(path, "JPEG", **options)
    read = Image.open(path)
    if read.mode != "CMYK":
        read = np.asarray(read)
        expect("jpeg/" + name, read if read.ndim == 2 else luma(read), 255)


jpeg("gray.jpg", gray8, quality=85)
jpeg("gray-progressive.jpg", gray8, quality=85, progressive=True)
jpeg("colour-420.jpg", rgb, quality=80, subsampling=2)
jpeg("colour-444-progressive.jpg", rgb, quality=90, subsampling=0, progressive=True)
jpeg("restarts.jpg", gray8, quality=85, restart_marker_blocks=2)
jpeg("cmyk.jpg", np.concatenate([rgb, rgb[..., :1]], -1), "CMYK")
for orientation in range(1, 9):
    exif = Image.Exif()
    exif[274] = orientation
    path = CORPUS / "jpeg" / f"orientation-{orientation}.jpg"
    Image.fromarray(gray8).save(path, "JPEG", quality=90, exif=exif)
    expect(f"jpeg/{path.name}", np.asarray(ImageOps.exif_transpose(Image.open(path))), 255)


def dicom(name, pixels, bits, syntax=uid.ExplicitVRLittleEndian, photometric="MONOCHROME2", plugin="",
          preamble=True, **tags):
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = uid.SecondaryCaptureImageStorage
    meta.MediaStorageSOPInstanceUID = "1.2.3"
    meta.TransferSyntaxUID = uid.ExplicitVRLittleEndian
    file = FileDataset(name, {}, file_meta=meta, preamble=b"\0" * 128)
    file.SOPClassUID = meta.MediaStorageSOPClassUID
    file.SOPInstanceUID = "1.2.3"
    file.PatientID = "P"
    file.Rows, file.Columns = pixels.shape[:2]
    file.SamplesPerPixel = 3 if pixels.ndim == 3 else 1
    if pixels.ndim == 3:
        file.PlanarConfiguration = 0
    file.PhotometricInterpretation = photometric
    file.BitsAllocated = 8 * pixels.dtype.itemsize
    file.BitsStored, file.HighBit = bits, bits - 1
    file.PixelRepresentation = 1 if pixels.dtype.kind == "i" else 0
    file.PixelData = pixels.tobytes() + b"\0" * (pixels.nbytes % 2)
    file["PixelData"].VR = "OW" if pixels.dtype.itemsize == 2 else "OB"
    for tag, value in tags.items():
        setattr(file, tag, value)
    path = CORPUS / "dicom" / name
    if plugin:
        file.compress(syntax, encoding_plugin=plugin, generate_instance_uid=False)
        file.save_as(path, enforce_file_format=True)
    else:
        meta.TransferSyntaxUID = syntax
        if syntax == uid.ExplicitVRBigEndian:
            swapped = pixels.byteswap().tobytes() if pixels.dtype.itemsize == 2 else file.PixelData
            file.PixelData = swapped
        if syntax == uid.ExplicitVRBigEndian:
            pydicom.dcmwrite(path, file, force_encoding=True,
                             little_endian=False, implicit_vr=False)
        else:
            file.save_as(path, enforce_file_format=True)
    if not preamble:
        path.write_bytes(path.read_bytes()[132:])
    check(name, file.get("RescaleSlope", 1))


def check(name, slope=1):
    """What pydicom reads, as Lightbox shows it: from 0 on, bright is large."""
    file = pydicom.dcmread(CORPUS / "dicom" / name, force=True)
    # Chromas are not looked at, so nothing is converted.
    is_raw = file.PhotometricInterpretation == "YBR_FULL"
    stored = pydicom.pixels.pixel_array(file, raw=is_raw).astype("i8")
    bits = file.BitsStored
    if stored.ndim == 3:
        luminance = stored[..., 0] if is_raw else luma(stored)
        return expect("dicom/" + name, luminance, 255)
    if file.PixelRepresentation:
        stored += 1 << (bits - 1)
    white = (1 << bits) - 1
    if (file.PhotometricInterpretation == "MONOCHROME1") != (slope < 0):
        stored = white - stored
    expect("dicom/" + name, stored, white)


def convert(name, source, syntax):
    """Compressed by GDCM."""
    reader = gdcm.ImageReader()
    reader.SetFileName(str(CORPUS / "dicom" / source))
    assert reader.Read()
    change = gdcm.ImageChangeTransferSyntax()
    change.SetTransferSyntax(gdcm.TransferSyntax(syntax))
    change.SetInput(reader.GetImage())
    assert change.Change()
    writer = gdcm.ImageWriter()
    writer.SetFileName(str(CORPUS / "dicom" / name))
    writer.SetFile(reader.GetFile())
    writer.SetImage(change.GetOutput())
    assert writer.Write()
    check(name)


dicom("explicit-12.dcm", gray12, 12, PixelSpacing=[0.2, 0.3])
dicom("implicit-16.dcm", gray16, 16, uid.ImplicitVRLittleEndian)
dicom("monochrome1-8.dcm", gray8, 8, photometric="MONOCHROME1")
dicom("signed-slope.dcm", signed, 12, RescaleSlope="-2", RescaleIntercept="10")
dicom("big-endian.dcm", gray16, 16, uid.ExplicitVRBigEndian)
dicom("no-preamble", gray12, 12, preamble=False)
dicom("rgb.dcm", rgb, 8, photometric="RGB")
dicom("ybr.dcm", rgb, 8, photometric="YBR_FULL")
dicom("rle-16.dcm", gray16, 16, uid.RLELossless, plugin="pydicom")
dicom("rle-rgb.dcm", rgb, 8, uid.RLELossless, photometric="RGB", plugin="pydicom")
dicom("jpeg2000.dcm", gray12, 12, uid.JPEG2000Lossless, plugin="pylibjpeg")
dicom("jpeg2000-signed.dcm", signed, 12, uid.JPEG2000Lossless, plugin="pylibjpeg")
dicom("jpeg2000-rgb.dcm", rgb, 8, uid.JPEG2000Lossless, photometric="YBR_RCT", plugin="pylibjpeg")
dicom("jpegls.dcm", gray12, 12, uid.JPEGLSLossless, plugin="pyjpegls")
dicom("jpegls-rgb.dcm", rgb, 8, uid.JPEGLSLossless, photometric="RGB", plugin="pyjpegls")
convert("lossless-12.dcm", "explicit-12.dcm", gdcm.TransferSyntax.JPEGLosslessProcess14_1)
convert("lossless-16.dcm", "implicit-16.dcm", gdcm.TransferSyntax.JPEGLosslessProcess14_1)
convert("lossless-rgb.dcm", "rgb.dcm", gdcm.TransferSyntax.JPEGLosslessProcess14_1)



def jpegls(name, pixels, source, **options):
    """JPEG-LS by CharLS, in another way than pydicom asks for."""
    file = pydicom.dcmread(CORPUS / "dicom" / source)
    lossy = options.get("lossy_error", 0) > 0
    file.file_meta.TransferSyntaxUID = uid.JPEGLSNearLossless if lossy else uid.JPEGLSLossless
    code = bytes(jpeg_ls.encode_array(pixels, **options))
    file.PixelData = pydicom.encaps.encapsulate([code])
    file["PixelData"].is_undefined_length = True
    file.save_as(CORPUS / "dicom" / name, enforce_file_format=True)
    check(name)


jpegls("jpegls-lines.dcm", rgb, "rgb.dcm", interleave_mode=1)
jpegls("jpegls-samples.dcm", rgb, "rgb.dcm", interleave_mode=2)
jpegls("jpegls-near-8.dcm", gray8, "monochrome1-8.dcm", lossy_error=3)
jpegls("jpegls-near-16.dcm", gray16, "implicit-16.dcm", lossy_error=200)
# Runs, and errors of every size.
flat8 = np.where((x // 9 + y // 7) % 2 == 0, 40, 41).astype("u1")
flat8[5:9, 3:30] = rng.integers(0, 256, flat8[5:9, 3:30].shape)
dicom("flat-8.dcm", flat8, 8)
for near in [0, 1, 5]:
    jpegls(f"jpegls-flat-{near}.dcm", flat8, "flat-8.dcm", lossy_error=near)

# A baseline JPEG, as Pillow writes and reads it.
buffer = io.BytesIO()
Image.fromarray(gray8).save(buffer, "JPEG", quality=85)
file = pydicom.dcmread(CORPUS / "dicom" / "monochrome1-8.dcm")
file.file_meta.TransferSyntaxUID = uid.JPEGBaseline8Bit
file.PixelData = pydicom.encaps.encapsulate([buffer.getvalue()])
file["PixelData"].is_undefined_length = True
file.save_as(CORPUS / "dicom" / "jpeg.dcm", enforce_file_format=True)
expect("dicom/jpeg.dcm", 255 - np.asarray(Image.open(buffer)).astype(int), 255)

libraries = ["numpy", "pillow", "pydicom", "pylibjpeg", "python-gdcm", "pyjpegls"]
text = json.dumps(
    {"made by": {name: version(name) for name in libraries}, "files": expected}, indent=None)
(HERE / "formats.json").write_text(text.replace('"files"', '\n"files"').replace('}, "', '},\n"') + "\n")
