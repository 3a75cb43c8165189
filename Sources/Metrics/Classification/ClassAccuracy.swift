extension ClassificationMetricEntry {
    /// Share of examples whose class is right.
    static let classAccuracy = ClassificationMetricEntry(
        "class-accuracy", title: "Acc", citation: "scikit-learn accuracy_score"
    ) { evaluation in
        let matrix = evaluation.confusion
        let right = (0..<matrix.classCount).reduce(0) { $0 + matrix[$1, $1] }
        return Double(right) / Double(matrix.total)
    }

    /// Mean recall over the classes that have examples.
    static let balancedAccuracy = ClassificationMetricEntry(
        "balanced-accuracy", title: "Balanced acc",
        citation: "scikit-learn balanced_accuracy_score"
    ) { evaluation in
        let matrix = evaluation.confusion
        let recalls = (0..<matrix.classCount).map(matrix.counts(of:))
            .filter { $0.truePositives + $0.falseNegatives > 0 }
            .map(\.classRecall)
        return recalls.isEmpty ? nil : recalls.reduce(0, +) / Double(recalls.count)
    }
}
