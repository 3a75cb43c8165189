import Foundation
import Specification
import TensorCore

/// A density over a search space: a mixture of one kernel a known point and a broad prior.
///
/// Each component is a product over the parameters: a normal distribution cut at the bounds for
/// numbers, a nearly certain choice for choices.
struct ParzenEstimator {
    private let space: SearchSpace
    /// Logarithms of the components' weights; the prior is the last component.
    private let logWeights: [Double]
    private let cumulativeWeights: [Double]
    /// For each parameter the kernels of the components.
    private let kernels: [[Kernel]]

    private enum Kernel {
        case normal(TruncatedNormal, isWhole: Bool)
        case choice(logProbabilities: [Double])
    }

    init(_ points: [[Double]], in space: SearchSpace) {
        self.space = space
        let weights = Self.weights(of: points.count) + [1]
        let total = weights.reduce(0, +)
        logWeights = weights.map { log($0 / total) }
        var sum = 0.0
        cumulativeWeights = weights.map {
            sum += $0 / total
            return sum
        }
        kernels = space.parameters.enumerated().map { index, parameter in
            Self.kernels(
                points.map { $0[index] }, of: parameter.range)
        }
    }

    /// The latest 25 points count fully, older ones less and less.
    private static func weights(of count: Int) -> [Double] {
        let recent = 25
        guard count > recent else { return Array(repeating: 1, count: count) }
        let old = count - recent
        let ramp = (0..<old).map { index -> Double in
            let first = 1 / Double(count)
            guard old > 1 else { return first }
            return first + (1 - first) * Double(index) / Double(old - 1)
        }
        return ramp + Array(repeating: 1, count: recent)
    }

    private static func kernels(_ points: [Double], of range: SearchRange) -> [Kernel] {
        guard let bounds = range.bounds else {
            let choices = range.choices
            let certain = points.map { point -> Kernel in
                // One unit of belief is spread over all choices, one given to the seen choice.
                let base = 1.0 / Double(choices)
                return .choice(
                    logProbabilities: (0..<choices).map {
                        log((base + (Int(point) == $0 ? 1 : 0)) / 2)
                    })
            }
            let even = Array(repeating: -log(Double(choices)), count: choices)
            return certain + [.choice(logProbabilities: even)]
        }
        let width = bounds.upperBound - bounds.lowerBound
        let middle = (bounds.upperBound + bounds.lowerBound) / 2
        var isWhole = false
        if case .integer = range { isWhole = true }
        let sigmas = bandwidths(points, prior: middle, bounds: bounds)
        return zip(points, sigmas).map { point, sigma in
            .normal(TruncatedNormal(mean: point, sigma: sigma, bounds: bounds), isWhole: isWhole)
        } + [.normal(TruncatedNormal(mean: middle, sigma: width, bounds: bounds), isWhole: isWhole)]
    }

    /// Each kernel is as wide as the gap to its farther neighbour (the prior's middle is one too),
    /// never narrower than a share of the range that shrinks with the number of points.
    private static func bandwidths(
        _ points: [Double], prior: Double, bounds: ClosedRange<Double>
    ) -> [Double] {
        let width = bounds.upperBound - bounds.lowerBound
        let all = points + [prior]
        let order = all.indices.sorted { (all[$0], $0) < (all[$1], $1) }
        var sigmas = Array(repeating: width, count: all.count)
        for (rank, index) in order.enumerated() {
            let left = rank > 0 ? all[order[rank - 1]] : bounds.lowerBound
            let right = rank + 1 < order.count ? all[order[rank + 1]] : bounds.upperBound
            var sigma = max(all[index] - left, right - all[index])
            if all.count >= 3 {
                if rank == 0 { sigma = right - all[index] }
                if rank + 1 == order.count { sigma = all[index] - left }
            }
            let narrowest = width / Double(min(100, 1 + all.count))
            sigmas[index] = min(max(sigma, narrowest), width)
        }
        return Array(sigmas.prefix(points.count))
    }

    // MARK: Use

    /// A point drawn from the density.
    func sample(using random: inout RandomSource) -> [Double] {
        let u = random.uniform()
        let component =
            cumulativeWeights.firstIndex { u < $0 } ?? cumulativeWeights.count - 1
        return zip(space.parameters, kernels).map { parameter, kernels in
            switch kernels[component] {
            case .normal(let normal, _):
                return parameter.range.snapped(normal.quantile(random.uniform()))
            case .choice(let logProbabilities):
                var rest = random.uniform()
                for (index, logProbability) in logProbabilities.enumerated() {
                    rest -= exp(logProbability)
                    if rest < 0 { return Double(index) }
                }
                return Double(logProbabilities.count - 1)
            }
        }
    }

    /// Logarithm of the density at `point`.
    func logDensity(at point: [Double]) -> Double {
        let terms = logWeights.indices.map { component in
            zip(point, kernels).reduce(logWeights[component]) { sum, next in
                switch next.1[component] {
                case .normal(let normal, let isWhole):
                    sum + (isWhole ? normal.logMass(around: next.0) : normal.logDensity(at: next.0))
                case .choice(let logProbabilities):
                    sum + logProbabilities[min(max(0, Int(next.0)), logProbabilities.count - 1)]
                }
            }
        }
        let highest = terms.max() ?? -.infinity
        guard highest.isFinite else { return highest }
        return highest + log(terms.reduce(0) { $0 + exp($1 - highest) })
    }
}
