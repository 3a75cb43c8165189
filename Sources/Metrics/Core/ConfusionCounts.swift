public import Domain

/// How many pixels a prediction has right and wrong, foreground being the positive class.
public struct ConfusionCounts: Sendable, Hashable {
    /// Foreground in both.
    public var truePositives = 0
    /// Foreground in the prediction only.
    public var falsePositives = 0
    /// Foreground in the target only.
    public var falseNegatives = 0
    /// Background in both.
    public var trueNegatives = 0

    /// No pixels yet.
    public init() {}

    /// Counts given directly.
    public init(
        truePositives: Int, falsePositives: Int, falseNegatives: Int, trueNegatives: Int
    ) {
        self.truePositives = truePositives
        self.falsePositives = falsePositives
        self.falseNegatives = falseNegatives
        self.trueNegatives = trueNegatives
    }

    /// Counts the pixels of one image; both masks have the same size.
    public init(target: BinaryMask, prediction: BinaryMask) {
        precondition(
            target.height == prediction.height && target.width == prediction.width,
            "target \(target.height) x \(target.width) against prediction "
                + "\(prediction.height) x \(prediction.width)")
        target.pixels.withUnsafeBufferPointer { target in
            prediction.pixels.withUnsafeBufferPointer { prediction in
                var both = 0
                var targets = 0
                var predictions = 0
                for index in 0..<target.count {
                    both &+= Int(target[index] & prediction[index])
                    targets &+= Int(target[index])
                    predictions &+= Int(prediction[index])
                }
                truePositives = both
                falsePositives = predictions - both
                falseNegatives = targets - both
                trueNegatives = target.count - targets - predictions + both
            }
        }
    }

    /// All pixels.
    public var total: Int { truePositives + falsePositives + falseNegatives + trueNegatives }

    /// The same pixels with background as the positive class.
    public var inverted: ConfusionCounts {
        ConfusionCounts(
            truePositives: trueNegatives, falsePositives: falseNegatives,
            falseNegatives: falsePositives, trueNegatives: truePositives)
    }

    /// Pixels of both, for values pooled over images.
    public static func + (a: ConfusionCounts, b: ConfusionCounts) -> ConfusionCounts {
        ConfusionCounts(
            truePositives: a.truePositives + b.truePositives,
            falsePositives: a.falsePositives + b.falsePositives,
            falseNegatives: a.falseNegatives + b.falseNegatives,
            trueNegatives: a.trueNegatives + b.trueNegatives)
    }

    /// Adds the pixels of another image.
    public static func += (a: inout ConfusionCounts, b: ConfusionCounts) { a = a + b }

    /// `numerator / denominator`; where the denominator is 0, 1 when there is no error at all
    /// (nothing to find and nothing found) and 0 otherwise.
    func ratio(_ numerator: Int, _ denominator: Int) -> Double {
        if denominator > 0 { return Double(numerator) / Double(denominator) }
        return falsePositives + falseNegatives == 0 ? 1 : 0
    }
}
