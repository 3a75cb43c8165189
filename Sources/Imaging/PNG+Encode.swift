internal import CImageCodecs

extension PNG {
    /// How hard the encoder tries to make a small file.
    public enum Compression: Int, Sendable {
        /// zlib level 1: for large noisy images.
        case fast = 1
        /// zlib level 6.
        case normal = 6
        /// zlib level 9.
        case small = 9
    }

    /// Encodes gray with 8 bits a pixel when `maximum` is at most 255, else with 16.
    public static func encode(
        _ image: GrayImage, compression: Compression = .normal
    ) throws(ImagingError) -> [UInt8] {
        if image.maximum > 255 {
            return try encode(
                image.pixels, image.width, image.height, CODEC_GRAY_16, compression)
        }
        let narrow = image.pixels.map { UInt8(truncatingIfNeeded: $0) }
        return try encode(narrow, image.width, image.height, CODEC_GRAY_8, compression)
    }

    /// Encodes a mask (`height * width` of 0 or 1) with 1 bit a pixel.
    public static func encode(
        mask: [UInt8], width: Int, height: Int
    ) throws(ImagingError) -> [UInt8] {
        precondition(
            mask.count == width * height,
            "\(mask.count) mask pixels given for \(width) x \(height)")
        let bits = mask.map { $0 == 0 ? UInt8(0) : 1 }
        return try encode(bits, width, height, CODEC_GRAY_1, .normal)
    }

    /// Encodes 8-bit RGB.
    public static func encode(
        _ image: RGBImage, compression: Compression = .normal
    ) throws(ImagingError) -> [UInt8] {
        try encode(image.pixels, image.width, image.height, CODEC_RGB_8, compression)
    }

    private static func encode<Sample>(
        _ pixels: [Sample], _ width: Int, _ height: Int, _ layout: codec_layout,
        _ compression: Compression
    ) throws(ImagingError) -> [UInt8] {
        var bytes: UnsafeMutablePointer<UInt8>?
        var count = 0
        var message = CodecMessage()
        let status = pixels.withUnsafeBytes { buffer in
            message.fill { text in
                codec_png_encode(
                    buffer.baseAddress, UInt32(clamping: width), UInt32(clamping: height), layout,
                    Int32(compression.rawValue), &bytes, &count, text)
            }
        }
        defer { codec_free(bytes) }
        guard status == CODEC_OK, let bytes else {
            throw .unwritable(file: "a PNG image", reason: message.text)
        }
        return Array(UnsafeBufferPointer(start: bytes, count: count))
    }
}
