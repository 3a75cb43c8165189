import Metrics

/// What the metric that judges a run came to.
public struct JudgedFigure: Sendable, Hashable, Codable {
    /// Name of the metric, such as `dice`.
    public let name: String
    /// Its value.
    public let value: Double

    /// A metric's value.
    public init(_ name: String, _ value: Double) {
        self.name = name
        self.value = value
    }

    /// For people, without the name of what it was measured on: "Dice 0.956".
    public var text: String { "\(Self.title(of: name)) \(ProgressText.score(value))" }

    /// What people call a metric: "Dice" for `dice`.
    static func title(of name: String) -> String {
        MetricRegistry.find(name)?.title ?? ClassificationMetricRegistry.find(name)?.title ?? name
    }
}
