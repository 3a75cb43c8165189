extension MetricEntry {
    /// F1 = 2 PR RC / (PR + RC), in `[0, 1]`: equal to Dice for one pair of masks, kept as a name of
    /// its own because the published tables print both.
    public static let f1 = overlap("f1", title: "F1", citation: "van Rijsbergen 1979") {
        let precision = $0.precision
        let recall = $0.sensitivity
        return precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0
    }
}
