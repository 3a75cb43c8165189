extension MetricEntry {
    /// Jaccard index TP / (TP + FP + FN), in `[0, 1]`; 1 where both masks are empty.
    public static let jaccard = overlap("jaccard", title: "Jaccard", citation: "Jaccard 1912") {
        $0.ratio($0.truePositives, $0.truePositives + $0.falsePositives + $0.falseNegatives)
    }
}
