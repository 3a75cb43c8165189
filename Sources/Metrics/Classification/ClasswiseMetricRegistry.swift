/// Every classification figure of one class; a new one is one file and one line here.
public enum ClasswiseMetricRegistry {
    /// All figures.
    public static let all: [ClasswiseMetricEntry] = [
        .classPrecision, .classRecall, .classF1, .classAUC,
    ]

    /// Their names.
    public static var names: [String] { all.map(\.name) }

    /// The figure of that name.
    public static func find(_ name: String) -> ClasswiseMetricEntry? {
        all.first { $0.name == name }
    }
}
