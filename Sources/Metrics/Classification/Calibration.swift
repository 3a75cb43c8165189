internal import Domain
internal import Statistics

extension ClassificationMetricEntry {
    /// Brier score of the classes' probabilities, the mean of Σ_k (p_k − y_k)², half of that with two
    /// classes; lower is better.
    static let brier = ClassificationMetricEntry(
        "brier", title: "Brier", citation: "Brier 1950; scikit-learn brier_score_loss",
        direction: .lowerIsBetter
    ) { evaluation in
        BrierScore.of(
            evaluation.images.map(\.probabilities), targets: evaluation.images.map(\.target))
    }

    /// Expected calibration error of the class told, Σ_b n_b / n · |right_b − probability_b|: of the
    /// probabilities with which it was told, in ten bins b of equal width.
    static let expectedCalibrationError = ClassificationMetricEntry(
        "ece", title: "ECE", citation: "Guo 2017", direction: .lowerIsBetter
    ) { evaluation in
        Reliability(
            evaluation.images.map { $0.probabilities[$0.prediction] },
            hits: evaluation.images.map { $0.prediction == $0.target }
        ).expectedError
    }

    /// The highest sensitivity for class 1 that leaves a specificity of at least 0.9, of all
    /// thresholds: what the scores could do, not what a threshold chosen beforehand does. Undefined
    /// but for two classes.
    static let sensitivityAtSpecificity = ClassificationMetricEntry(
        "sensitivity-at-90", title: "SN at 90 % SP", citation: "scikit-learn roc_curve"
    ) { evaluation in
        guard evaluation.classNames.count == 2 else { return nil }
        return ROC(evaluation, class: 1)?.sensitivity(specificity: 0.9)
    }
}
