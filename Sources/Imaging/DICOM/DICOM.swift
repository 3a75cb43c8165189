internal import CImageCodecs
package import Foundation

/// DICOM files with one picture, gray or colour, uncompressed or compressed.
///
/// The file is read by code of our own, which looks at nothing but the picture; libraries see only
/// the compressed picture itself. See decision 10.
public enum DICOM {
    /// Reads JPEG 2000 pictures.
    static let jpeg2000 = ImageFormat.Library(
        name: "OpenJPEG", package: "libopenjp2-7-dev", purpose: "JPEG 2000",
        isThere: codec_has_jpeg2000() != 0)
    /// What pictures need beside JPEG's own library.
    static var libraries: [ImageFormat.Library] { [jpeg2000] }

    /// How a picture that is not read becomes one that is.
    static let uncompress = "uncompress it, for example with gdcmconv --raw (libgdcm-tools)"

    /// Reads the header. `name` stands for the file in errors.
    public static func info(
        _ bytes: [UInt8], name: String, pixelLimit: Int = defaultPixelLimit
    ) throws(ImagingError) -> ImageInfo {
        let set = try DICOMReader.read(bytes, file: name)
        let picture = try DICOMPicture(set, file: name, limit: pixelLimit)
        let table = try GrayTable(picture, set, file: name)
        return info(picture, table)
    }

    private static func info(_ picture: DICOMPicture, _ table: GrayTable) -> ImageInfo {
        ImageInfo(
            width: picture.width, height: picture.height, bitDepth: picture.bitsStored,
            colour: picture.samples == 1 ? .gray : .rgb, isInterlaced: false,
            isTransparent: false, maximum: table.maximum, spacing: picture.spacing)
    }

    /// Decodes a plane of the picture: bright is large, whatever the file's polarity; colours become luma
    /// unless told.
    public static func decode(
        _ bytes: [UInt8], name: String, plane: ColourPlane = .luma,
        pixelLimit: Int = defaultPixelLimit
    ) throws(ImagingError) -> GrayImage {
        try read(bytes, name, pixelLimit, plane).image
    }

    private static func read(
        _ bytes: [UInt8], _ name: String, _ limit: Int, _ plane: ColourPlane = .luma
    ) throws(ImagingError) -> (image: GrayImage, info: ImageInfo, changesValues: Bool) {
        let set = try DICOMReader.read(bytes, file: name)
        let picture = try DICOMPicture(set, file: name, limit: limit)
        let table = try GrayTable(picture, set, file: name)
        let pixels: [UInt16]
        switch try DICOMSamples(set, picture, file: name, plane: plane).decode() {
        case .plane(let plane): pixels = plane
        case .samples(let samples): pixels = Self.pixels(samples, picture, table, plane)
        }
        let image = GrayImage(
            width: picture.width, height: picture.height, maximum: table.maximum, pixels: pixels)
        return (image, info(picture, table), set.syntax.changesValues)
    }

    private static func pixels(
        _ samples: [UInt16], _ picture: DICOMPicture, _ table: GrayTable, _ plane: ColourPlane
    ) -> [UInt16] {
        let pixels = picture.width * picture.height
        switch picture.meaning {
        case .gray:
            let mask = UInt16(truncatingIfNeeded: 1 << picture.bitsAllocated - 1)
            return samples.map { table[$0 & mask] }
        case .ycbcr where plane == .luma:
            return (0..<pixels).map { min(samples[3 * $0], 255) }
        case .ycbcr:
            return (0..<pixels).map { index in
                let parts = (0..<3).map { Double(min(samples[3 * index + $0], 255)) }
                return colour(luma: parts[0], parts[1] - 128, parts[2] - 128, plane)
            }
        case .rgb:
            return (0..<pixels).map { index in
                let parts = (0..<3).map { min(samples[3 * index + $0], 255) }
                return plane.value(parts[0], parts[1], parts[2])
            }
        }
    }

    /// A colour of luma and chromas about 0 (PS3.3 C.7.6.3.1.2, YBR_FULL), to the nearest of 256.
    private static func colour(
        luma: Double, _ blueness: Double, _ redness: Double, _ plane: ColourPlane
    ) -> UInt16 {
        let value =
            switch plane {
            case .luma: luma
            case .red: luma + 1.402 * redness
            case .green: luma - 0.344136 * blueness - 0.714136 * redness
            case .blue: luma + 1.772 * blueness
            }
        return UInt16(min(max(value.rounded(), 0), 255))
    }

    /// What a mask's file shows. One that was compressed with a change of values is no mask.
    static func mask(
        _ bytes: [UInt8], name: String, pixelLimit: Int
    ) throws(ImagingError) -> NumberedMask {
        let (image, info, changesValues) = try read(bytes, name, pixelLimit)
        if changesValues { throw .lossyMask(file: name, format: "lossy DICOM") }
        return NumberedMask(info, gray: image)
    }
}

/// What a DICOM file says about its patient.
///
/// It exists to group images and to notice names; no part of it is ever written anywhere.
package struct DICOMPerson: Sendable, CustomStringConvertible {
    /// Patient ID (0010,0020), nil where it is empty.
    package let id: String?
    /// The words of Patient's Name (0010,0010) and the birth date (0010,0030).
    private let words: [String]

    /// Not shown, also where it is printed by mistake.
    package var description: String { "a patient" }

    /// Reads a file's patient; nil where it is no DICOM file or cannot be read.
    package init?(of file: URL) {
        guard let head = ImageFile.head(of: file, count: 1 << 16),
            DICOM.isOne(head[...], file.lastPathComponent)
        else { return nil }
        var found = try? DICOMReader.read(head, file: "", upTo: .birthDate)
        if found == nil, head.count == 1 << 16, let bytes = try? ImageFile.bytes(of: file) {
            found = try? DICOMReader.read(bytes, file: "", upTo: .birthDate)
        }
        guard let set = found else { return nil }
        id = set.text(.patientID)
        let name = set.text(.patientName) ?? ""
        words =
            name.split { !$0.isLetter && !$0.isNumber }.map { $0.lowercased() }
            + [set.text(.birthDate) ?? ""]
    }

    /// Whether a file's name gives the patient away: it holds the ID, a word of the name, or the
    /// birth date. Of less than three characters nothing is said.
    package func isNamed(in stem: String) -> Bool {
        let stem = stem.lowercased()
        let parts = Set(stem.split { !$0.isLetter && !$0.isNumber }.map(String.init))
        if let id = id?.lowercased(), id.count >= 3, stem.contains(id) { return true }
        return words.contains { word in
            word.count >= 3 && (parts.contains(word) || (word.count >= 5 && stem.contains(word)))
        }
    }
}

extension DICOM {
    /// Whether bytes and name are those of a DICOM file, with or without its preamble.
    static func isOne(_ bytes: ArraySlice<UInt8>, _ name: String) -> Bool {
        DICOMReader.hasPreamble(bytes)
            || (!name.lowercased().hasSuffix(".img") && DICOMReader.hasElement(bytes))
    }
}

extension ImageFormat {
    /// What hospitals keep.
    static let dicom = ImageFormat(
        "DICOM", endings: ["dcm", "dicom", "dic"],
        advice: DICOM.uncompress, comesWithoutEnding: true,
        reader: Reader(
            info: { (bytes, name, limit) throws(ImagingError) in
                try DICOM.info(bytes, name: name, pixelLimit: limit)
            },
            decode: { (bytes, name, limit) throws(ImagingError) in
                try DICOM.decode(bytes, name: name, pixelLimit: limit)
            },
            mask: { (bytes, name, limit) throws(ImagingError) in
                try DICOM.mask(bytes, name: name, pixelLimit: limit)
            },
            plane: { (bytes, name, limit, plane) throws(ImagingError) in
                try DICOM.decode(bytes, name: name, plane: plane, pixelLimit: limit)
            }),
        recognises: DICOM.isOne)
}
