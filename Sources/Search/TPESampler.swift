import Foundation
public import Specification
import TensorCore

/// Tree-structured Parzen estimator: looks where good trials are dense and others are not.
///
/// Bergstra et al., "Algorithms for Hyper-Parameter Optimization", NeurIPS 2011, with the choices
/// of Watanabe, "Tree-Structured Parzen Estimator: Understanding Its Algorithm Components and
/// Their Roles", 2023: one kernel a trial and one for the prior, candidates drawn from the good
/// trials' density, the highest ratio wins. Parameters are drawn jointly (one mixture component
/// for all of them), so that dependences between parameters are followed.
public struct TPESampler: Sampler {
    /// Seed of the search.
    public var seed: UInt64
    /// Trials that cover the space evenly before the densities are trusted.
    public var startupTrials = 10
    /// Candidates of each proposal.
    public var candidates = 24

    /// A sampler of that seed.
    public init(seed: UInt64) { self.seed = seed }

    /// See `Sampler`.
    public func suggest(trial: Int, after observations: [Observation], in space: SearchSpace)
        -> [Double]
    {
        let usable = observations.filter { $0.loss.isFinite }
        guard usable.count >= startupTrials else {
            return HaltonSampler(seed: seed).suggest(trial: trial, after: [], in: space)
        }
        var random = RandomSource(seed: seed, stream: "search/tpe/\(trial)")
        let ranked = usable.enumerated()
            .sorted { ($0.element.loss, $0.offset) < ($1.element.loss, $1.offset) }
        let goodCount = Self.goodTrials(of: usable.count)
        // Back in the order of time: older trials weigh less.
        let good = ranked.prefix(goodCount).sorted { $0.offset < $1.offset }.map(\.element.point)
        let others = ranked.dropFirst(goodCount).sorted { $0.offset < $1.offset }
            .map(\.element.point)
        let goodDensity = ParzenEstimator(good, in: space)
        let otherDensity = ParzenEstimator(others, in: space)

        var best: (point: [Double], gain: Double)?
        for _ in 0..<candidates {
            let point = goodDensity.sample(using: &random)
            let gain = goodDensity.logDensity(at: point) - otherDensity.logDensity(at: point)
            if gain > best?.gain ?? -.infinity { best = (point, gain) }
        }
        return best?.point ?? goodDensity.sample(using: &random)
    }

    /// The best tenth, at most 25.
    static func goodTrials(of count: Int) -> Int {
        min(Int((0.1 * Double(count)).rounded(.up)), 25)
    }
}
