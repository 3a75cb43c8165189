extension ConfusionCounts {
    /// TP / (TP + FP), 0 where nothing was given this class (scikit-learn's zero division).
    var classPrecision: Double {
        Double(truePositives) / Double(max(1, truePositives + falsePositives))
    }
}

extension ClasswiseMetricEntry {
    /// Of the examples given this class, the share that belongs to it; 0 where there are none.
    static let classPrecision = ClasswiseMetricEntry(
        "precision", title: "PR", citation: "scikit-learn precision_score"
    ) { $0.confusion.counts(of: $1).classPrecision }
}
