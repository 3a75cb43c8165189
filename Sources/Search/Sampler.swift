public import Specification
import TensorCore

/// A finished trial, as a sampler sees it.
public struct Observation: Sendable, Hashable {
    /// The trial's point, one number a parameter in the order of the space.
    public var point: [Double]
    /// What is to be made small; samplers are told losses, whatever the objective's direction.
    public var loss: Double

    /// The trial at `point` that reached `loss`.
    public init(point: [Double], loss: Double) {
        self.point = point
        self.loss = loss
    }
}

/// Proposes where a search looks next.
///
/// A sampler holds no state between calls: the proposal depends on the seed, the trial's number
/// and the observations alone, so that a search that was killed goes on as if it had not been.
public protocol Sampler: Sendable {
    /// The point of trial number `trial` (from 0), given what is known so far.
    func suggest(trial: Int, after observations: [Observation], in space: SearchSpace) -> [Double]
}

/// Draws every parameter independently.
public struct RandomSampler: Sampler {
    /// Seed of the search.
    public var seed: UInt64

    /// A sampler of that seed.
    public init(seed: UInt64) { self.seed = seed }

    /// See `Sampler`.
    public func suggest(trial: Int, after observations: [Observation], in space: SearchSpace)
        -> [Double]
    {
        var random = RandomSource(seed: seed, stream: "search/\(trial)")
        return space.parameters.map { $0.range.point(at: random.uniform()) }
    }
}

/// Covers the space evenly: the Halton sequence, shifted by a random vector modulo 1
/// (Cranley-Patterson rotation), with each prime base's digits permuted against the correlation
/// of high dimensions.
public struct HaltonSampler: Sampler {
    /// Seed of the search.
    public var seed: UInt64

    /// A sampler of that seed.
    public init(seed: UInt64) { self.seed = seed }

    /// See `Sampler`.
    public func suggest(trial: Int, after observations: [Observation], in space: SearchSpace)
        -> [Double]
    {
        var random = RandomSource(seed: seed, stream: "search/halton")
        var bases = Primes()
        return space.parameters.map { parameter in
            let base = bases.next()
            // Digit 0 stays 0, so that the endless tail of zeros adds nothing.
            var digits = Array(1..<base)
            random.shuffle(&digits)
            digits.insert(0, at: 0)
            let shift = random.uniform()
            let value = Self.radicalInverse(trial + 1, base: base, digits: digits) + shift
            return parameter.range.point(at: value - value.rounded(.down))
        }
    }

    private static func radicalInverse(_ number: Int, base: Int, digits: [Int]) -> Double {
        var rest = number
        var scale = 1.0 / Double(base)
        var result = 0.0
        while rest > 0 {
            result += Double(digits[rest % base]) * scale
            rest /= base
            scale /= Double(base)
        }
        return result
    }

    /// The primes, one after the other.
    private struct Primes {
        private var found: [Int] = []

        mutating func next() -> Int {
            var candidate = (found.last ?? 1) + 1
            while found.contains(where: { candidate % $0 == 0 }) { candidate += 1 }
            found.append(candidate)
            return candidate
        }
    }
}

extension SearchSpec {
    /// The method's sampler.
    package var sampler: any Sampler {
        switch method {
        case .random: RandomSampler(seed: seed)
        case .halton, .asha: HaltonSampler(seed: seed)
        case .tpe: TPESampler(seed: seed)
        }
    }
}
