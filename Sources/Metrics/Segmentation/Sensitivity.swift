extension ConfusionCounts {
    /// TP / (TP + FN); without positives, 1 when nothing was found and 0 otherwise.
    public var sensitivity: Double { ratio(truePositives, truePositives + falseNegatives) }
}

extension MetricEntry {
    /// Sensitivity TP / (TP + FN), in `[0, 1]`.
    public static let sensitivity = overlap(
        "sensitivity", title: "SN", citation: "Yerushalmy 1947", \.sensitivity)
}
