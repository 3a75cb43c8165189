extension ClassificationMetricEntry {
    /// Area under the ROC curve: of class 1 with two classes, else the mean of the classes' areas,
    /// each against the others. Undefined where a class has no example or all of them.
    static let macroAUC = ClassificationMetricEntry(
        name: "auc", title: "AUC", citation: "scikit-learn roc_auc_score, ovr, macro"
    ) { evaluation in
        let classes = evaluation.classNames.count
        if classes == 2 { return AreaUnderCurve.of(evaluation, class: 1) }
        let areas = (0..<classes).map { AreaUnderCurve.of(evaluation, class: $0) }
        let defined = areas.compactMap { $0 }
        return defined.count == classes ? defined.reduce(0, +) / Double(classes) : nil
    }
}

extension ClasswiseMetricEntry {
    /// Area under the ROC curve of one class against the others.
    static let classAUC = ClasswiseMetricEntry(
        name: "auc", title: "AUC", citation: "scikit-learn roc_auc_score"
    ) { AreaUnderCurve.of($0, class: $1) }
}

/// Area under the ROC curve by the rank sum (Mann and Whitney 1947), ties counting one half.
enum AreaUnderCurve {
    static func of(_ evaluation: ClassificationEvaluation, class index: Int) -> Double? {
        of(
            scores: evaluation.images.map { $0.probabilities[index] },
            positive: evaluation.images.map { $0.target == index })
    }

    /// nil where there is no positive or no negative example, or where a score is NaN.
    static func of(scores: [Double], positive: [Bool]) -> Double? {
        let positives = positive.count { $0 }
        let negatives = scores.count - positives
        guard positives > 0, negatives > 0, !scores.contains(where: \.isNaN) else { return nil }
        let order = scores.indices.sorted { scores[$0] < scores[$1] }
        var rankSum = 0.0
        var start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count && scores[order[end]] == scores[order[start]] { end += 1 }
            let rank = Double(start + end + 1) / 2
            for position in start..<end where positive[order[position]] { rankSum += rank }
            start = end
        }
        let smallest = Double(positives) * Double(positives + 1) / 2
        return (rankSum - smallest) / (Double(positives) * Double(negatives))
    }
}
