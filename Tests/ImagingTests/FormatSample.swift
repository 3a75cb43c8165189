import Foundation
import TestSupport

@testable import Imaging

/// A small file of a format, and what is particular to its files.
struct FormatSample: Sendable {
    /// The format's name.
    let name: String
    /// Whether the first bytes tell the format; else the name does.
    var isToldByContent = true
    /// Bytes at the end that its picture does not need.
    var trailer = 0
    /// Whether the first so many bytes of the sample are a smaller file.
    var isWhole: @Sendable (_ count: Int) -> Bool = { _ in false }
    /// The file, of this image where the format is read.
    let bytes: @Sendable (_ image: GrayImage) throws -> [UInt8]

    /// Every format's; a new one is one line here.
    static let all: [FormatSample] = [.png, .gif, .jpeg, .tiff, .bmp, .dicom, .jsrt]

    /// 16 x 16 pixels, each of another value.
    static let image = GrayImage(
        width: 16, height: 16, maximum: 255, pixels: (0..<256).map { UInt16($0) })

    static let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Fuzz/corpus")
}

extension FormatSample {
    static let png = FormatSample(name: "PNG") { try PNG.encode($0) }
    /// The last block is the trailer, behind the picture.
    static let gif = FormatSample(name: "GIF", trailer: 2) { image in
        try GIF.encode(
            mask: image.pixels.map { $0 % 3 == 0 ? 1 : 0 }, width: image.width,
            height: image.height)
    }
    static let jpeg = FormatSample(name: "JPEG") { _ in
        try ImageFile.bytes(of: corpus.appendingPathComponent("jpeg/gray.jpg"))
    }
    static let tiff = FormatSample(name: "TIFF") { _ in [0x49, 0x49, 0x2A, 0, 8, 0, 0, 0] }
    static let bmp = FormatSample(name: "BMP") { _ in
        Array("BM".utf8) + [UInt8](repeating: 0, count: 52)
    }
    static let dicom = FormatSample(name: "DICOM") { image in
        DICOMPhantom(width: image.width, height: image.height, stored: image.pixels).bytes
    }
    /// Pixels without a header: a shorter square is whole.
    static let jsrt = FormatSample(
        name: "IMG", isToldByContent: false,
        isWhole: { count in
            let side = Int((Double(count) / 2).squareRoot())
            return count > 0 && side * side * 2 == count && side % 16 == 0
        },
        bytes: {
            try JSRTImage.encode(
                GrayImage(width: $0.width, height: $0.height, maximum: 4095, pixels: $0.pixels))
        })
}
