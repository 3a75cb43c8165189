"""Compares what Lightbox decodes with what pydicom reads: python compare.py IMAGEBENCH FILE ...

Lossless files must agree in every pixel with pylibjpeg. A lossy JPEG must agree in every pixel with
Pillow, which uses libjpeg-turbo too, and to one gray value with pylibjpeg: the standard leaves
decoders that much room (ISO/IEC 10918-2)."""
import pathlib
import subprocess
import sys

import numpy as np
import pydicom
from pydicom import uid

LOSSY = [uid.JPEGBaseline8Bit, uid.JPEGExtended12Bit]


def luma(colours):
    """Rec. 601 in the integers of Pillow and Lightbox."""
    red, green, blue = (colours[..., i].astype("u4") for i in range(3))
    return (19595 * red + 38470 * green + 7471 * blue + 32768) >> 16


def shown(path, plugin=""):
    """What pydicom reads, from 0 on, bright is large."""
    file = pydicom.dcmread(path, force=True)
    if "TransferSyntaxUID" not in file.file_meta:
        file.file_meta.TransferSyntaxUID = uid.ImplicitVRLittleEndian
    is_raw = file.PhotometricInterpretation == "YBR_FULL"
    stored = pydicom.pixels.pixel_array(file, raw=is_raw, decoding_plugin=plugin).astype("i8")
    if stored.ndim == 3:
        return stored[..., 0] if is_raw else luma(stored)
    bits = file.BitsStored
    if file.PixelRepresentation:
        stored += 1 << (bits - 1)
    if (file.PhotometricInterpretation == "MONOCHROME1") != (file.get("RescaleSlope", 1) < 0):
        stored = (1 << bits) - 1 - stored
    return stored


def decoded(program, path):
    data = subprocess.run([program, "--pixels", path], check=True, stdout=subprocess.PIPE).stdout
    head, _, pixels = data.partition(b"\n")
    width, height, _ = map(int, head.split())
    return np.frombuffer(pixels, "<u2").reshape(height, width).astype("i8")


def main():
    program = sys.argv[1]
    files = []
    for place in map(pathlib.Path, sys.argv[2:]):
        files += sorted(p for p in place.rglob("*") if p.is_file()) if place.is_dir() else [place]
    wrong = 0
    for path in files:
        ours = decoded(program, path)
        meta = pydicom.dcmread(path, force=True).file_meta
        syntax = meta.get("TransferSyntaxUID")
        rivals = [("pylibjpeg", 1), ("pillow", 0)] if syntax in LOSSY else [("", 0)]
        for plugin, room in rivals:
            theirs = shown(path, plugin)
            same = ours.shape == theirs.shape
            furthest = int(np.abs(ours - theirs).max()) if same else -1
            if not same or furthest > room:
                wrong += 1
                print(f"{path}: {ours.shape} and {theirs.shape}, furthest {furthest} {plugin}")
    print(f"{len(files)} files, {wrong} differ from pydicom {pydicom.__version__}")
    sys.exit(1 if wrong or not files else 0)


main()
