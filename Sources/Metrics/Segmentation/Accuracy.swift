extension ConfusionCounts {
    /// The share of pixels that are right; 1 where there are none.
    public var accuracy: Double { ratio(truePositives + trueNegatives, total) }
}

extension MetricEntry {
    /// Pixel accuracy (TP + TN) / all, in `[0, 1]`.
    public static let accuracy = overlap(
        "accuracy", title: "Accuracy", citation: "pixel accuracy", \.accuracy)
}
