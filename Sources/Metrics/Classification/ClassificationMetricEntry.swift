public import Domain

/// A classification figure of a whole split.
public struct ClassificationMetricEntry: Sendable {
    /// The name in SQL, JSON and reports.
    public let name: String
    /// Column title in reports.
    public let title: String
    /// Where the definition comes from.
    public let citation: String
    /// Which way is better.
    public var direction = MetricDirection.higherIsBetter
    /// The value in `[0, 1]`; nil where it is not defined (AUC with one class only).
    public let measure: @Sendable (ClassificationEvaluation) -> Double?
}

/// A classification figure of one class against the others.
public struct ClasswiseMetricEntry: Sendable {
    /// The name in SQL, JSON and reports.
    public let name: String
    /// Column title in reports.
    public let title: String
    /// Where the definition comes from.
    public let citation: String
    /// The value in `[0, 1]` of one class; nil where it is not defined.
    public let measure: @Sendable (ClassificationEvaluation, Int) -> Double?
}

/// Every classification figure; a new one is one file and one line here.
public enum ClassificationMetricRegistry {
    /// Figures of the whole split.
    public static let all: [ClassificationMetricEntry] = [
        .classAccuracy, .macroF1, .balancedAccuracy, .macroAUC, .sensitivityAtSpecificity, .brier,
        .expectedCalibrationError,
    ]

    /// Figures of one class.
    public static let classwise: [ClasswiseMetricEntry] = [
        .classPrecision, .classRecall, .classF1, .classAUC,
    ]

    /// The whole-split figure of that name.
    public static func find(_ name: String) -> ClassificationMetricEntry? {
        all.first { $0.name == name }
    }
}
