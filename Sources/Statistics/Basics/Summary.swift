/// Number, mean and sample standard deviation of some values.
public struct Summary: Sendable, Equatable {
    /// How many values.
    public let n: Int
    /// Arithmetic mean.
    public let mean: Double
    /// Sample standard deviation (divisor n - 1); nil for a single value.
    public let sd: Double?

    /// Summarises `values` (two passes, so that a small spread survives a large mean); nil when empty.
    public init?(_ values: [Double]) {
        guard !values.isEmpty else { return nil }
        n = values.count
        let mean = values.reduce(0, +) / Double(values.count)
        self.mean = mean
        sd =
            values.count < 2
            ? nil
            : (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1))
                .squareRoot()
    }

    /// The interval between two computed ends; nil where either is no number or infinite, as with
    /// values that overflow.
    static func interval(from low: Double, to high: Double) -> ClosedRange<Double>? {
        low.isFinite && high.isFinite ? low...max(low, high) : nil
    }

    /// Median of `values` (mean of the two middle ones for an even count); nil when empty.
    public static func median(_ values: [Double]) -> Double? { quantile(values, 0.5) }

    /// Quantile by linear interpolation between order statistics (type 7, NumPy's default).
    ///
    /// - Parameter fraction: 0 … 1.
    /// - Returns: nil when `values` is empty.
    public static func quantile(_ values: [Double], _ fraction: Double) -> Double? {
        guard !values.isEmpty else { return nil }
        return quantile(sorted: values.sorted(), fraction)
    }

    /// Quantile of values that are in rising order already and not empty.
    public static func quantile(sorted values: [Double], _ fraction: Double) -> Double {
        let position = min(max(fraction, 0), 1) * Double(values.count - 1)
        let lower = Int(position)
        let upper = min(lower + 1, values.count - 1)
        return values[lower] + (values[upper] - values[lower]) * (position - Double(lower))
    }
}
