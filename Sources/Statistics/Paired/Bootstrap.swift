/// Percentile bootstrap of a mean.
public enum Bootstrap {
    /// Confidence interval of the mean of `values`.
    ///
    /// Resamples with a SplitMix64 stream, so that the same seed gives the same interval on every
    /// machine. Efron 1979; the percentile interval.
    ///
    /// - Parameters:
    ///   - values: one value a test image.
    ///   - level: coverage, 0 … 1.
    ///   - resamples: how many means are drawn.
    ///   - seed: start of the random stream.
    /// - Returns: nil for fewer than two values.
    public static func meanInterval(
        _ values: [Double], level: Double = 0.95, resamples: Int = 2000, seed: UInt64 = 1
    ) -> ClosedRange<Double>? {
        guard values.count > 1, resamples > 1, level > 0, level < 1 else { return nil }
        var random = SplitMix64(state: seed)
        var means = [Double]()
        means.reserveCapacity(resamples)
        values.withUnsafeBufferPointer { values in
            for _ in 0..<resamples {
                var sum = 0.0
                for _ in 0..<values.count {
                    sum += values[random.next(below: values.count)]
                }
                means.append(sum / Double(values.count))
            }
        }
        means.sort()
        let tail = (1 - level) / 2
        let low = Summary.quantile(sorted: means, tail)
        return Summary.interval(from: low, to: Summary.quantile(sorted: means, 1 - tail))
    }

    /// Fewest pairs of which an interval is given: the signed-rank test of five has no p below
    /// 2 / 2⁵ = 0.06, so an interval that leaves out 0 would claim what the test beside it cannot.
    public static let fewestPairs = 6

    /// The interval of the mean of paired differences; nil for fewer than `fewestPairs`.
    public static func pairedInterval(_ differences: [Double]) -> ClosedRange<Double>? {
        differences.count < fewestPairs ? nil : meanInterval(differences)
    }
}
