/// The headerless images of the JSRT database: square, big-endian 16-bit with 12 bits used,
/// 2048 x 2048 in the release, and inverted (large values are dark).
///
/// Layout: http://db.jsrt.or.jp/eng-04.php. Smaller squares, as phantoms use, are read too.
public enum JSRTImage {
    /// The side of every image in the release, in pixels.
    public static let officialSide = 2048

    /// Reads the size from the number of bytes. `name` stands for the file in errors.
    public static func info(_ bytes: [UInt8], name: String) throws(ImagingError) -> ImageInfo {
        if bytes.isEmpty { throw .empty(file: name) }
        let side = Int((Double(bytes.count) / 2).squareRoot())
        guard side * side * 2 == bytes.count, side % 16 == 0, side <= 4096 else {
            throw .wrongSize(
                file: name, found: bytes.count,
                expected: "8388608 (2048 x 2048 pixels of two bytes, no header)")
        }
        return ImageInfo(
            width: side, height: side, bitDepth: 12, colour: .gray, isInterlaced: false,
            isTransparent: false, maximum: 4095)
    }

    /// Decodes with the usual polarity restored (`4095 - x`): bone is bright.
    public static func decode(_ bytes: [UInt8], name: String) throws(ImagingError) -> GrayImage {
        let info = try info(bytes, name: name)
        let pixels = [UInt16](unsafeUninitializedCapacity: bytes.count / 2) { buffer, count in
            bytes.withUnsafeBytes { raw in
                for i in 0..<(raw.count / 2) {
                    let stored = UInt16(
                        bigEndian: raw.loadUnaligned(fromByteOffset: 2 * i, as: UInt16.self))
                    buffer.initializeElement(at: i, to: 4095 - min(stored, 4095))
                }
            }
            count = bytes.count / 2
        }
        return GrayImage(width: info.width, height: info.height, maximum: 4095, pixels: pixels)
    }

    /// Encodes a square image of 12 bits, inverting it as the release does.
    public static func encode(_ image: GrayImage) throws(ImagingError) -> [UInt8] {
        guard image.width == image.height, image.width % 16 == 0, image.maximum == 4095 else {
            throw .unwritable(
                file: "a JSRT image",
                reason: "it needs a square of 12-bit pixels with a side divisible by 16, found "
                    + "\(image.width) x \(image.height) with white at \(image.maximum)")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(image.pixels.count * 2)
        for pixel in image.pixels {
            let stored = 4095 - min(pixel, 4095)
            bytes.append(UInt8(stored >> 8))
            bytes.append(UInt8(stored & 255))
        }
        return bytes
    }
}

extension ImageFormat {
    /// Headerless JSRT pixels: nothing but the name tells them.
    static let jsrt = ImageFormat(
        "IMG", endings: ["img"],
        reader: Reader(
            info: { (bytes, name, limit) throws(ImagingError) in
                try limited(JSRTImage.info(bytes, name: name), limit, name)
            },
            decode: { (bytes, name, limit) throws(ImagingError) in
                _ = try limited(JSRTImage.info(bytes, name: name), limit, name)
                return try JSRTImage.decode(bytes, name: name)
            },
            mask: { (bytes, name, limit) throws(ImagingError) in
                let info = try limited(JSRTImage.info(bytes, name: name), limit, name)
                return NumberedMask(info, gray: try JSRTImage.decode(bytes, name: name))
            })
    ) { _, name in name.lowercased().hasSuffix(".img") }

    /// The header, unless it declares too many pixels.
    static func limited(
        _ info: ImageInfo, _ limit: Int, _ name: String
    ) throws(ImagingError) -> ImageInfo {
        guard info.width <= limit / max(info.height, 1) else {
            throw .tooLarge(file: name, width: info.width, height: info.height, limit: limit)
        }
        return info
    }
}
