internal import CImageCodecs

/// JPEG files through libjpeg-turbo: baseline and progressive, gray or three colours of 8 bits.
///
/// Colours become Rec. 601 luma, as in PNG, or one of the three. Pictures come out as viewers show them: turned as the
/// EXIF orientation says. Four colours (CMYK), 12 bits, arithmetic coding and the lossless kinds are
/// refused, and so is a file that libjpeg could only read in part.
public enum JPEG {
    /// The library; a program can be built without it.
    static let library = ImageFormat.Library(
        name: "libjpeg-turbo", package: "libjpeg62-turbo-dev", purpose: "JPEG",
        isThere: codec_has_jpeg() != 0)

    /// How the three components of a picture are to be taken.
    enum Colours {
        /// As the file's own markers say.
        case told
        /// Red, green and blue.
        case rgb
        /// Luma and two chromas.
        case ycbcr

        var code: codec_jpeg_colours {
            switch self {
            case .told: CODEC_JPEG_TOLD
            case .rgb: CODEC_JPEG_RGB
            case .ycbcr: CODEC_JPEG_YCBCR
            }
        }
    }

    /// Reads the header. `name` stands for the file in errors.
    public static func info(
        _ bytes: [UInt8], name: String, pixelLimit: Int = defaultPixelLimit
    ) throws(ImagingError) -> ImageInfo {
        var header = codec_info()
        var message = CodecMessage()
        let status = message.fill {
            codec_jpeg_decode(
                bytes, bytes.count, UInt64(pixelLimit), CODEC_JPEG_TOLD, CODEC_PLANE_LUMA, &header,
                nil, $0)
        }
        if let error = failure(status, bytes, header, name, pixelLimit, message) { throw error }
        return ImageOrientation(jpeg: bytes).turned(ImageInfo(header))
    }

    /// Decodes a plane of the whole picture.
    public static func decode(
        _ bytes: [UInt8], name: String, plane: ColourPlane = .luma,
        pixelLimit: Int = defaultPixelLimit
    ) throws(ImagingError) -> GrayImage {
        ImageOrientation(jpeg: bytes).turned(
            try stored(bytes, name: name, pixelLimit: pixelLimit, colours: .told, plane: plane))
    }

    /// A plane of the picture as stored, whatever its orientation.
    static func stored(
        _ bytes: [UInt8], name: String, pixelLimit: Int, colours: Colours,
        plane: ColourPlane = .luma
    ) throws(ImagingError) -> GrayImage {
        var header = codec_info()
        var pixels: UnsafeMutablePointer<UInt16>?
        var message = CodecMessage()
        let status = message.fill {
            codec_jpeg_decode(
                bytes, bytes.count, UInt64(pixelLimit), colours.code, plane.code, &header,
                &pixels, $0)
        }
        defer { codec_free(pixels) }
        if let error = failure(status, bytes, header, name, pixelLimit, message) { throw error }
        guard let pixels else { throw .outOfMemory(file: name) }
        let count = Int(header.width) * Int(header.height)
        return GrayImage(
            width: Int(header.width), height: Int(header.height), maximum: header.maximum,
            pixels: Array(UnsafeBufferPointer(start: pixels, count: count)))
    }

    private static func failure(
        _ status: codec_status, _ bytes: [UInt8], _ header: codec_info, _ name: String,
        _ limit: Int, _ message: CodecMessage
    ) -> ImagingError? {
        switch status {
        case CODEC_UNSUPPORTED:
            .unsupported(
                file: name, format: "JPEG", reason: message.text,
                advice: "convert it to gray PNG, for example with ImageMagick "
                    + "(magick FILE.jpg -colorspace Gray FILE.png)")
        case CODEC_NO_LIBRARY: .missingLibrary(file: name, format: "JPEG", library: library)
        default:
            ImagingError(
                status, file: name, bytes: bytes, format: "a JPEG image", info: header,
                limit: limit, message: message.text)
        }
    }
}

extension ImageFormat {
    /// The pictures of cameras and the web. No mask survives in it: it changes values near edges.
    static let jpeg = ImageFormat(
        "JPEG", endings: ["jpg", "jpeg"], library: JPEG.library,
        reader: Reader(
            info: { (bytes, name, limit) throws(ImagingError) in
                try JPEG.info(bytes, name: name, pixelLimit: limit)
            },
            decode: { (bytes, name, limit) throws(ImagingError) in
                try JPEG.decode(bytes, name: name, pixelLimit: limit)
            },
            plane: { (bytes, name, limit, plane) throws(ImagingError) in
                try JPEG.decode(bytes, name: name, plane: plane, pixelLimit: limit)
            }),
        recognises: starting(with: [0xFF, 0xD8, 0xFF]))
}
