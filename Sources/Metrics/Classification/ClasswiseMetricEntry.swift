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

    /// Describes a figure.
    public init(
        _ name: String, title: String, citation: String,
        measure: @escaping @Sendable (ClassificationEvaluation, Int) -> Double?
    ) {
        self.name = name
        self.title = title
        self.citation = citation
        self.measure = measure
    }
}
