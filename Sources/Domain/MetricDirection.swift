/// Which end of a metric is the good one.
public enum MetricDirection: Sendable, Hashable {
    /// Larger values are better.
    case higherIsBetter
    /// Smaller values are better.
    case lowerIsBetter
}
