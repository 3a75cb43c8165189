/// The extents of a tensor, outermost first. Maps are `[N, H, W, C]`, channels innermost.
public struct Shape: Sendable, Hashable, CustomStringConvertible {
    /// The extents, outermost first; none is negative.
    public let dimensions: [Int]

    /// A shape of these extents.
    public init(_ dimensions: [Int]) {
        precondition(dimensions.allSatisfy { $0 >= 0 }, "negative extent in \(dimensions)")
        self.dimensions = dimensions
    }

    /// A shape of these extents.
    public init(_ dimensions: Int...) {
        self.init(dimensions)
    }

    /// How many elements a tensor of this shape has.
    public var count: Int { dimensions.reduce(1, *) }

    /// How many extents there are.
    public var rank: Int { dimensions.count }

    /// The extent at `axis`; negative axes count from the last (-1 is the channels of a map).
    public subscript(_ axis: Int) -> Int {
        dimensions[axis < 0 ? dimensions.count + axis : axis]
    }

    /// N of `[N, H, W, C]`: images in the batch.
    public var batch: Int { self[0] }
    /// H of `[N, H, W, C]`, pixels.
    public var height: Int { self[1] }
    /// W of `[N, H, W, C]`, pixels.
    public var width: Int { self[2] }
    /// The last extent.
    public var channels: Int { self[-1] }

    /// The product of all extents but the last: how many channel vectors there are.
    public var rows: Int { dimensions.dropLast().reduce(1, *) }

    /// "[8, 128, 128, 1]".
    public var description: String {
        "[" + dimensions.map(String.init).joined(separator: ", ") + "]"
    }
}
