internal import Foundation

/// Wilcoxon's signed-rank test of paired differences, two-sided.
public struct WilcoxonSignedRank: Sendable, Equatable {
    /// How the p-value was found.
    public enum Method: Sendable, Equatable {
        /// From the exact permutation distribution, ties included.
        case exact
        /// From the normal approximation with tie correction.
        case normal
    }

    /// Pairs whose difference is not zero.
    public let n: Int
    /// Sum of the ranks of the positive differences.
    public let positiveRankSum: Double
    /// Two-sided p-value.
    public let pValue: Double
    /// How the p-value was found.
    public let method: Method

    /// Largest number of non-zero differences for which the exact distribution is used.
    public static let exactLimit = 50

    /// Tests whether `differences` are symmetric about zero.
    ///
    /// Zero differences are dropped (Wilcoxon 1945). Up to `exactLimit` differences are tested with
    /// the exact permutation distribution of the (mid)ranks, more with the normal approximation,
    /// variance corrected for ties, without continuity correction (as SciPy's default).
    ///
    /// - Returns: nil when no difference is left.
    public init?(_ differences: [Double]) {
        let kept = differences.filter { $0 != 0 && $0.isFinite }
        guard !kept.isEmpty else { return nil }
        let order = kept.indices.sorted { abs(kept[$0]) < abs(kept[$1]) }
        var doubledRanks = [Int](repeating: 0, count: kept.count)
        var ties = 0.0
        var start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count, abs(kept[order[end]]) == abs(kept[order[start]]) { end += 1 }
            for position in start..<end { doubledRanks[order[position]] = start + end + 1 }
            let size = Double(end - start)
            ties += size * size * size - size
            start = end
        }
        let doubledSum = zip(kept, doubledRanks).reduce(0) { $1.0 > 0 ? $0 + $1.1 : $0 }
        n = kept.count
        positiveRankSum = Double(doubledSum) / 2
        if n <= Self.exactLimit {
            method = .exact
            pValue = Self.exactPValue(doubledRanks: doubledRanks, doubledSum: doubledSum)
        } else {
            method = .normal
            let count = Double(n)
            let mean = count * (count + 1) / 4
            let variance = count * (count + 1) * (2 * count + 1) / 24 - ties / 48
            let z = (Double(doubledSum) / 2 - mean) / variance.squareRoot()
            pValue = min(1, erfc(abs(z) / 2.0.squareRoot()))
        }
    }

    /// Two-sided p from the distribution of the sum over all 2^n signs (ranks doubled: whole numbers).
    private static func exactPValue(doubledRanks: [Int], doubledSum: Int) -> Double {
        let total = doubledRanks.reduce(0, +)
        var probability = [Double](repeating: 0, count: total + 1)
        probability[0] = 1
        var reach = 0
        for rank in doubledRanks {
            reach += rank
            for sum in stride(from: reach, through: rank, by: -1) {
                probability[sum] = (probability[sum] + probability[sum - rank]) / 2
            }
            for sum in 0..<rank { probability[sum] /= 2 }
        }
        let tail = min(doubledSum, total - doubledSum)
        return min(1, 2 * probability[...tail].reduce(0, +))
    }
}
