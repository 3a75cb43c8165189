/// An image after area averaging to a small size.
public struct ReducedImage: Sendable, Equatable {
    /// What the file said about itself.
    public let info: ImageInfo
    /// Columns after reduction.
    public let width: Int
    /// Rows after reduction.
    public let height: Int
    /// `height * width` means in units of the source pixels (`0...info.maximum`), of each channel where
    /// there are several, channels innermost.
    public var values: [Float]
    /// The largest pixel of the source.
    public let largest: UInt16
}
