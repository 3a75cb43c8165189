extension ConfusionCounts {
    /// 2 TP / (2 TP + FP + FN), 0 where the class occurs nowhere (scikit-learn's zero division).
    var classF1: Double {
        Double(2 * truePositives)
            / Double(max(1, 2 * truePositives + falsePositives + falseNegatives))
    }
}

extension ClasswiseMetricEntry {
    /// F1 of one class, 2 TP / (2 TP + FP + FN), 0 where it occurs nowhere: what P1's Table 2
    /// prints under "PR" and "RE" for classes 0 and 1.
    static let classF1 = ClasswiseMetricEntry(
        "f1", title: "F1", citation: "scikit-learn f1_score"
    ) { $0.confusion.counts(of: $1).classF1 }
}

extension ClassificationMetricEntry {
    /// Unweighted mean of the classes' F1.
    static let macroF1 = ClassificationMetricEntry(
        "macro-f1", title: "Macro F1", citation: "scikit-learn f1_score, macro"
    ) { evaluation in
        let matrix = evaluation.confusion
        let sum = (0..<matrix.classCount).reduce(0.0) { $0 + matrix.counts(of: $1).classF1 }
        return sum / Double(matrix.classCount)
    }
}
