/// Every classification figure of a whole split; a new one is one file and one line here.
public enum ClassificationMetricRegistry {
    /// All figures, accuracy first.
    public static let all: [ClassificationMetricEntry] = [
        .classAccuracy, .macroF1, .balancedAccuracy, .macroAUC, .sensitivityAtSpecificity, .brier,
        .expectedCalibrationError,
    ]

    /// Their names.
    public static var names: [String] { all.map(\.name) }

    /// The figure of that name.
    public static func find(_ name: String) -> ClassificationMetricEntry? {
        all.first { $0.name == name }
    }
}
