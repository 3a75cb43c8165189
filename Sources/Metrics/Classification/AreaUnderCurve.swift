internal import Statistics

extension ClassificationMetricEntry {
    /// Area under the ROC curve: of class 1 with two classes, else the mean of the classes' areas,
    /// each against the others. Undefined where a class has no example or all of them.
    static let macroAUC = ClassificationMetricEntry(
        "auc", title: "AUC", citation: "scikit-learn roc_auc_score, ovr, macro"
    ) { evaluation in
        let classes = evaluation.classNames.count
        if classes == 2 { return ROC(evaluation, class: 1)?.area }
        let areas = (0..<classes).map { ROC(evaluation, class: $0)?.area }
        let defined = areas.compactMap { $0 }
        return defined.count == classes ? defined.reduce(0, +) / Double(classes) : nil
    }
}

extension ClasswiseMetricEntry {
    /// Area under the ROC curve of one class against the others.
    static let classAUC = ClasswiseMetricEntry(
        "auc", title: "AUC", citation: "scikit-learn roc_auc_score"
    ) { ROC($0, class: $1)?.area }
}

extension ROC {
    /// The curve of one class against the others; nil where it has no example or all of them.
    init?(_ evaluation: ClassificationEvaluation, class index: Int) {
        self.init(
            scores: evaluation.images.map { $0.probabilities[index] },
            positive: evaluation.images.map { $0.target == index })
    }
}
