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
    public let direction: MetricDirection
    /// The value in `[0, 1]`; nil where it is not defined (AUC with one class only).
    public let measure: @Sendable (ClassificationEvaluation) -> Double?

    /// Describes a figure.
    public init(
        _ name: String, title: String, citation: String,
        direction: MetricDirection = .higherIsBetter,
        measure: @escaping @Sendable (ClassificationEvaluation) -> Double?
    ) {
        self.name = name
        self.title = title
        self.citation = citation
        self.direction = direction
        self.measure = measure
    }
}
