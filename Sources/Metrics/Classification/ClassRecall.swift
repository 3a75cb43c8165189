extension ConfusionCounts {
    /// TP / (TP + FN), 0 where the class has no example (scikit-learn's zero division).
    var classRecall: Double {
        Double(truePositives) / Double(max(1, truePositives + falseNegatives))
    }
}

extension ClasswiseMetricEntry {
    /// Of the examples of this class, the share that was given it; 0 where there are none.
    static let classRecall = ClasswiseMetricEntry(
        "recall", title: "RC", citation: "scikit-learn recall_score"
    ) { $0.confusion.counts(of: $1).classRecall }
}
