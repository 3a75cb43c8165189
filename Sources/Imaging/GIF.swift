internal import CImageCodecs

/// GIF files through giflib: the SCR masks of JSRT are distributed so.
public enum GIF {
    /// Reads the header. `name` stands for the file in errors.
    public static func info(
        _ bytes: [UInt8], name: String, pixelLimit: Int = defaultPixelLimit
    ) throws(ImagingError) -> ImageInfo {
        var header = codec_info()
        var message = CodecMessage()
        let status = message.fill {
            codec_gif_decode(
                bytes, bytes.count, UInt64(pixelLimit), CODEC_PLANE_LUMA, &header, nil, $0)
        }
        if let error = failure(status, bytes, header, name, pixelLimit, message) { throw error }
        return ImageInfo(header)
    }

    /// Decodes a plane of the first frame, luma of its colour table unless told, on a black canvas.
    public static func decode(
        _ bytes: [UInt8], name: String, plane: ColourPlane = .luma,
        pixelLimit: Int = defaultPixelLimit
    ) throws(ImagingError) -> GrayImage {
        var header = codec_info()
        var pixels: UnsafeMutablePointer<UInt16>?
        var message = CodecMessage()
        let status = message.fill {
            codec_gif_decode(
                bytes, bytes.count, UInt64(pixelLimit), plane.code, &header, &pixels, $0)
        }
        defer { codec_free(pixels) }
        if let error = failure(status, bytes, header, name, pixelLimit, message) { throw error }
        guard let pixels else { throw .outOfMemory(file: name) }
        let width = Int(header.width)
        let height = Int(header.height)
        return GrayImage(
            width: width, height: height, maximum: header.maximum,
            pixels: Array(UnsafeBufferPointer(start: pixels, count: width * height)))
    }

    /// Encodes a mask (`height * width`, zero is black, all else white) with two colours.
    public static func encode(
        mask: [UInt8], width: Int, height: Int
    ) throws(ImagingError) -> [UInt8] {
        precondition(
            mask.count == width * height,
            "\(mask.count) mask pixels given for \(width) x \(height)")
        var bytes: UnsafeMutablePointer<UInt8>?
        var count = 0
        var message = CodecMessage()
        let status = message.fill {
            codec_gif_encode(
                mask, UInt32(clamping: width), UInt32(clamping: height), &bytes, &count, $0)
        }
        defer { codec_free(bytes) }
        guard status == CODEC_OK, let bytes else {
            throw .unwritable(file: "a GIF image", reason: message.text)
        }
        return Array(UnsafeBufferPointer(start: bytes, count: count))
    }

    static func failure(
        _ status: codec_status, _ bytes: [UInt8], _ header: codec_info, _ name: String,
        _ limit: Int, _ message: CodecMessage
    ) -> ImagingError? {
        ImagingError(
            status, file: name, bytes: bytes, format: "a GIF image", info: header, limit: limit,
            message: message.text)
    }
}

extension ImageFormat {
    /// Graphics Interchange Format.
    static let gif = ImageFormat(
        "GIF", endings: ["gif"],
        reader: Reader(
            info: { (bytes, name, limit) throws(ImagingError) in
                try GIF.info(bytes, name: name, pixelLimit: limit)
            },
            decode: { (bytes, name, limit) throws(ImagingError) in
                try GIF.decode(bytes, name: name, pixelLimit: limit)
            },
            mask: { (bytes, name, limit) throws(ImagingError) in
                try GIF.mask(bytes, name: name, pixelLimit: limit)
            },
            plane: { (bytes, name, limit, plane) throws(ImagingError) in
                try GIF.decode(bytes, name: name, plane: plane, pixelLimit: limit)
            }),
        recognises: starting(with: Array("GIF8".utf8)))
}
