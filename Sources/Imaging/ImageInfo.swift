public import Domain

/// What an image file says about itself before its pixels are decoded.
public struct ImageInfo: Sendable, Equatable, Codable {
    /// Columns, in pixels.
    public let width: Int
    /// Rows, in pixels.
    public let height: Int
    /// Bits a sample as stored: 1 to 16.
    public let bitDepth: Int
    /// How colours are stored.
    public let colour: ColourType
    /// True for Adam7 PNG and interlaced GIF.
    public let isInterlaced: Bool
    /// True when there is an alpha channel or a transparent colour.
    public let isTransparent: Bool
    /// The value of white in decoded pixels: 255, 4095 (JSRT) or 65535; of DICOM files any power of
    /// two less one.
    public let maximum: UInt16
    /// The distance between the centres of neighbouring pixels; nil where the file does not say.
    public var spacing: PixelSpacing?

    /// The same of other extents.
    func with(width: Int, height: Int) -> ImageInfo {
        ImageInfo(
            width: width, height: height, bitDepth: bitDepth, colour: colour,
            isInterlaced: isInterlaced, isTransparent: isTransparent, maximum: maximum,
            spacing: spacing)
    }

    /// How a file stores colours.
    public enum ColourType: String, Sendable, Codable {
        /// One channel.
        case gray
        /// Gray and alpha.
        case grayAlpha = "gray-alpha"
        /// Three channels.
        case rgb
        /// Three channels and alpha.
        case rgba
        /// Indices into a colour table.
        case palette

        /// Whether a file of it may show colours.
        public var isColoured: Bool { self != .gray && self != .grayAlpha }
    }
}
