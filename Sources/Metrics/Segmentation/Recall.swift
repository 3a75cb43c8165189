extension MetricEntry {
    /// Recall TP / (TP + FN), in `[0, 1]`: the sensitivity under its other name.
    public static let recall = overlap(
        "recall", title: "RC", citation: "van Rijsbergen 1979", \.sensitivity)
}
