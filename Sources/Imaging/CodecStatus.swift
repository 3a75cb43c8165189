internal import CImageCodecs

/// The largest image that is decoded: 2^28 pixels, thirteen times a full Montgomery radiograph.
public let defaultPixelLimit = 1 << 28

/// The text that a C function leaves behind an error.
struct CodecMessage {
    private var bytes = [CChar](repeating: 0, count: Int(CODEC_MESSAGE_BYTES))

    mutating func fill<R>(_ body: (UnsafeMutablePointer<CChar>?) -> R) -> R {
        bytes.withUnsafeMutableBufferPointer { body($0.baseAddress) }
    }

    var text: String {
        String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

extension ImageInfo {
    init(_ info: codec_info) {
        let colour: ColourType =
            switch info.colour_type {
            case 2: .rgb
            case 3: .palette
            case 4: .grayAlpha
            case 6: .rgba
            default: .gray
            }
        self.init(
            width: Int(info.width), height: Int(info.height), bitDepth: Int(info.bit_depth),
            colour: colour, isInterlaced: info.interlaced != 0,
            isTransparent: info.transparent != 0, maximum: info.maximum)
    }
}

extension ImagingError {
    /// The error for a failed status of the C codecs, nil for success.
    init?(
        _ status: codec_status, file: String, bytes: [UInt8], format: String, info: codec_info,
        limit: Int, message: String
    ) {
        switch status {
        case CODEC_OK: return nil
        case CODEC_EMPTY: self = .empty(file: file)
        case CODEC_WRONG_MAGIC:
            self = .wrongFormat(file: file, expected: format, found: Self.start(of: bytes))
        case CODEC_TRUNCATED: self = .truncated(file: file, reason: message)
        case CODEC_TOO_LARGE:
            self = .tooLarge(
                file: file, width: Int(info.width), height: Int(info.height), limit: limit)
        case CODEC_NO_MEMORY: self = .outOfMemory(file: file)
        default: self = .damaged(file: file, reason: message)
        }
    }

    /// The first bytes of a file in a form that a person can recognise.
    static func start(of bytes: [UInt8]) -> String {
        let head = bytes.prefix(8)
        if head.allSatisfy({ $0 >= 32 && $0 < 127 }) {
            return "\"" + String(decoding: head, as: UTF8.self) + "\""
        }
        let digits = Array("0123456789abcdef")
        return "bytes "
            + head.map { "\(digits[Int($0 >> 4)])\(digits[Int($0 & 15)])" }.joined(separator: " ")
    }
}
