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

    /// Thresholds probabilities in `[0, 1]`: foreground where `p >= threshold`. NaN is background.
    public init(
        thresholding probabilities: UnsafeBufferPointer<Float>, height: Int, width: Int,
        at threshold: Float = 0.5
    ) {
        precondition(
            probabilities.count == height * width,
            "a mask of \(height) x \(width) needs \(height * width) probabilities, "
                + "not \(probabilities.count)")
        self.height = height
        self.width = width
        self.pixels = [UInt8](unsafeUninitializedCapacity: probabilities.count) { buffer, count in
            for index in 0..<probabilities.count {
                buffer[index] = probabilities[index] >= threshold ? 1 : 0
            }
            count = probabilities.count
        }
    }

    /// Thresholds probabilities in `[0, 1]`: foreground where `p >= threshold`. NaN is background.
    public init(
        thresholding probabilities: [Float], height: Int, width: Int, at threshold: Float = 0.5
    ) {
        self = probabilities.withUnsafeBufferPointer {
            BinaryMask(thresholding: $0, height: height, width: width, at: threshold)
        }
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
