/// The receiver operating characteristic of scores that should be high for positive examples.
public struct ROC: Sendable {
    /// Scores of positive and of negative examples, in rising order.
    private let positives: [Double], negatives: [Double]

    /// Area under the curve: the chance that a positive example has a higher score than a negative
    /// one, ties counting one half (Mann and Whitney 1947).
    public let area: Double

    /// nil where there is no positive or no negative example, or where a score is NaN.
    public init?(scores: [Double], positive: [Bool]) {
        precondition(scores.count == positive.count)
        let positives = zip(scores, positive).filter(\.1).map(\.0).sorted()
        let negatives = zip(scores, positive).filter { !$0.1 }.map(\.0).sorted()
        guard !positives.isEmpty, !negatives.isEmpty, !scores.contains(where: \.isNaN) else {
            return nil
        }
        self.positives = positives
        self.negatives = negatives
        area = Self.area(positives, negatives)
    }

    /// Both lists in rising order. The sum is one of halves, so that only the division rounds.
    private static func area(_ positives: [Double], _ negatives: [Double]) -> Double {
        wins(of: positives, over: negatives).reduce(0, +)
            / (Double(positives.count) * Double(negatives.count))
    }

    /// Of each of `scores`, how many of `others` it exceeds, ties counting one half; both in rising
    /// order.
    private static func wins(of scores: [Double], over others: [Double]) -> [Double] {
        var (below, upTo) = (0, 0)
        return scores.map { score in
            while below < others.count, others[below] < score { below += 1 }
            upTo = max(upTo, below)
            while upTo < others.count, others[upTo] <= score { upTo += 1 }
            return Double(below + upTo) / 2
        }
    }

    // MARK: Intervals

    /// Variance of the area by DeLong, DeLong and Clarke-Pearson 1988: the sample variances of each
    /// positive example's share of negatives below it, and of each negative one's share of positives
    /// below it, over their numbers. nil with fewer than two of either.
    public var variance: Double? {
        func part(_ scores: [Double], _ others: [Double]) -> Double? {
            let shares = Self.wins(of: scores, over: others).map { $0 / Double(others.count) }
            return Summary(shares)?.sd.map { $0 * $0 / Double(scores.count) }
        }
        guard let a = part(positives, negatives), let b = part(negatives, positives) else {
            return nil
        }
        return a + b
    }

    /// DeLong's interval of the area, area ± z √variance, cut at 0 and 1.
    public func interval(level: Double = 0.95) -> ClosedRange<Double>? {
        variance.map { variance in
            let half = Normal.quantile((1 + level) / 2) * variance.squareRoot()
            return max(0, area - half)...min(1, area + half)
        }
    }

    /// Percentile bootstrap of the area; positive and negative examples are drawn apart from each
    /// other, so that both numbers stay. Deterministic, as `Bootstrap.meanInterval`.
    public func bootstrapInterval(
        level: Double = 0.95, resamples: Int = 2000, seed: UInt64 = 1
    ) -> ClosedRange<Double> {
        var random = SplitMix64(state: seed)
        func drawn(_ values: [Double]) -> [Double] {
            values.map { _ in values[random.next(below: values.count)] }.sorted()
        }
        var areas = (0..<max(2, resamples)).map { _ in
            let positives = drawn(positives)
            return Self.area(positives, drawn(negatives))
        }
        areas.sort()
        let tail = (1 - level) / 2
        let low = Summary.quantile(sorted: areas, tail)
        return low...max(low, Summary.quantile(sorted: areas, 1 - tail))
    }

    // MARK: Operating points

    /// The lowest score at which an example may be called positive so that at least `specificity`
    /// of the negative ones are not; infinite where only calling none positive does that.
    public func threshold(specificity: Double) -> Double {
        let kept = (specificity * Double(negatives.count) - 1e-9).rounded(.up)
        guard kept > 0 else { return -.infinity }
        // Negatives up to and including this one must stay below the threshold.
        let last = negatives[min(negatives.count, Int(kept)) - 1]
        let above = (positives + negatives).filter { $0 > last }
        return above.min() ?? .infinity
    }

    /// Share of positive examples with at least the score `threshold`.
    public func sensitivity(threshold: Double) -> Double {
        Double(positives.count { $0 >= threshold }) / Double(positives.count)
    }

    /// Share of negative examples below the score `threshold`.
    public func specificity(threshold: Double) -> Double {
        Double(negatives.count { $0 < threshold }) / Double(negatives.count)
    }

    /// The highest sensitivity that leaves at least that specificity.
    public func sensitivity(specificity: Double) -> Double {
        sensitivity(threshold: threshold(specificity: specificity))
    }
}
