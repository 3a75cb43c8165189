/// An image after area averaging to a small size.
public struct ReducedImage: Sendable, Equatable {
    /// What the file said about itself.
    public let info: ImageInfo
    /// Columns after reduction.
    public let width: Int
    /// Rows after reduction.
    public let height: Int
    /// `height * width` means in units of the source pixels (`0...info.maximum`).
    public var values: [Float]
    /// The largest pixel of the source.
    public let largest: UInt16

    /// The share of each target pixel that the source's brightest value covers, `0...1`: the
    /// coverage of a mask, whichever of 1, 255 or 65535 its file uses for "inside".
    public var coverage: [Float] {
        largest == 0 ? values : values.map { $0 / Float(largest) }
    }
}
