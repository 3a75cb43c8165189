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
        let count = UInt64(values.count)
        var means = [Double]()
        means.reserveCapacity(resamples)
        values.withUnsafeBufferPointer { values in
            for _ in 0..<resamples {
                var sum = 0.0
                for _ in 0..<values.count {
                    sum += values[Int(random.next().multipliedFullWidth(by: count).high)]
                }
                means.append(sum / Double(values.count))
            }
        }
        means.sort()
        let tail = (1 - level) / 2
        let low = Summary.quantile(sorted: means, tail)
        return low...max(low, Summary.quantile(sorted: means, 1 - tail))
    }

    /// Fewest pairs of which an interval is given: the signed-rank test of five has no p below
    /// 2 / 2⁵ = 0.06, so an interval that leaves out 0 would claim what the test beside it cannot.
    static let fewestPairs = 6

    /// The interval of the mean of paired differences; nil for fewer than `fewestPairs`.
    static func pairedInterval(_ differences: [Double]) -> ClosedRange<Double>? {
        differences.count < fewestPairs ? nil : meanInterval(differences)
    }

    /// Says why there is no interval where one of these numbers of pairs is too small.
    static func note(forPairs counts: [Int]) -> String? {
        guard counts.contains(where: { $0 < fewestPairs }) else { return nil }
        return "No interval below \(fewestPairs) images: a paired test of so few cannot reach "
            + "p = 0.05, whatever they show."
    }
}

/// SplitMix64 (Steele, Lea and Flood 2014): a small random stream that is the same for ever.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
