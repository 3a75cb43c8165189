/// One binary image: a target mask or a thresholded prediction, row by row.
public struct BinaryMask: Sendable, Hashable {
    /// Rows.
    public let height: Int
    /// Columns.
    public let width: Int
    /// `height * width` pixels in row order, each 0 (background) or 1 (foreground).
    public let pixels: [UInt8]

    /// Wraps pixels; every value other than 0 counts as foreground.
    public init(_ pixels: [UInt8], height: Int, width: Int) {
        precondition(
            pixels.count == height * width,
            "a mask of \(height) x \(width) needs \(height * width) pixels, not \(pixels.count)")
        self.height = height
        self.width = width
        self.pixels = pixels.allSatisfy { $0 < 2 } ? pixels : pixels.map { $0 == 0 ? 0 : 1 }
    }

    /// Thresholds probabilities in `[0, 1]` as `foreground` does.
    public init(thresholding probabilities: [Float], height: Int, width: Int) {
        self.init(BinaryMask.foreground(probabilities), height: height, width: width)
    }

    /// Whether a probability, or the covered share of a pixel, in `[0, 1]` is foreground: from one
    /// half. NaN is background.
    @inlinable public static func isForeground(_ share: Float) -> Bool { share >= 0.5 }

    /// 1 for each value that is foreground, else 0.
    public static func foreground(_ shares: [Float]) -> [UInt8] {
        shares.map { isForeground($0) ? 1 : 0 }
    }

    /// The same image with foreground and background exchanged.
    public var inverted: BinaryMask {
        BinaryMask(pixels.map { 1 - $0 }, height: height, width: width)
    }

    /// True where no pixel is foreground.
    public var isEmpty: Bool { !pixels.contains(1) }

    /// Length of the image diagonal between pixel centres, in pixels: the distance given to a pair
    /// of masks of which exactly one is empty.
    public var diagonal: Double {
        let rows = Double(height - 1)
        let columns = Double(width - 1)
        return (rows * rows + columns * columns).squareRoot()
    }
}
