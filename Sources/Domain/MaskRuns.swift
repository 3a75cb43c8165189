/// A binary mask as the lengths of its runs, row after row: some hundred numbers where the mask has
/// thousands of pixels.
public struct MaskRuns: Sendable, Hashable {
    /// Pixels of the runs of background and foreground in turn, background first. The first may be 0,
    /// the others are not, and all together are the pixels of the mask.
    public let lengths: [UInt32]

    /// The runs of a mask.
    public init(_ mask: BinaryMask) {
        var lengths: [UInt32] = []
        var (value, length): (UInt8, UInt32) = (0, 0)
        for pixel in mask.pixels {
            if pixel != value {
                lengths.append(length)
                (value, length) = (pixel, 0)
            }
            length += 1
        }
        if length > 0 { lengths.append(length) }
        self.lengths = lengths
    }

    /// Runs of these lengths; nil unless they are those of a mask of so many pixels.
    public init?(lengths: [UInt32], pixels: Int) {
        guard !lengths.dropFirst().contains(0),
            lengths.reduce(UInt64(0), { $0 + UInt64($1) }) == UInt64(pixels),
            lengths.first != 0 || lengths.count > 1
        else { return nil }
        self.lengths = lengths
    }

    /// A pixel each, 0 (background) or 1 (foreground).
    public var pixels: [UInt8] {
        var pixels: [UInt8] = []
        pixels.reserveCapacity(lengths.reduce(0) { $0 + Int($1) })
        for (index, length) in lengths.enumerated() {
            pixels.append(contentsOf: repeatElement(UInt8(index % 2), count: Int(length)))
        }
        return pixels
    }
}
