extension ConfusionCounts {
    /// TP / (TP + FP); where nothing was found, 1 when there was nothing to find and 0 otherwise.
    public var precision: Double { ratio(truePositives, truePositives + falsePositives) }
}

extension MetricEntry {
    /// Precision TP / (TP + FP), in `[0, 1]`.
    public static let precision = overlap(
        "precision", title: "PR", citation: "van Rijsbergen 1979", \.precision)
}
