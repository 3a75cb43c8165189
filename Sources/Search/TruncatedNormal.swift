import Foundation

/// A normal distribution cut at two bounds.
struct TruncatedNormal {
    let mean: Double
    let sigma: Double
    let bounds: ClosedRange<Double>
    private let lower: Double
    private let mass: Double

    init(mean: Double, sigma: Double, bounds: ClosedRange<Double>) {
        self.mean = mean
        self.sigma = sigma
        self.bounds = bounds
        lower = Self.cumulative((bounds.lowerBound - mean) / sigma)
        let upper = Self.cumulative((bounds.upperBound - mean) / sigma)
        mass = max(upper - lower, .leastNormalMagnitude)
    }

    /// The value below which a share `u` of the mass lies.
    func quantile(_ u: Double) -> Double {
        var low = bounds.lowerBound
        var high = bounds.upperBound
        let wanted = lower + u * mass
        // Bisection: exact to the last bit after some 60 halvings, and without the tables that a
        // closed form would need.
        for _ in 0..<64 {
            let middle = low + (high - low) / 2
            if middle <= low || middle >= high { break }
            if Self.cumulative((middle - mean) / sigma) < wanted {
                low = middle
            } else {
                high = middle
            }
        }
        return low + (high - low) / 2
    }

    /// Logarithm of the density at `x` within the bounds.
    func logDensity(at x: Double) -> Double {
        let z = (x - mean) / sigma
        return -0.5 * z * z - log(sigma * (2 * Double.pi).squareRoot() * mass)
    }

    /// Logarithm of the mass within half a step of the whole number `x`.
    func logMass(around x: Double) -> Double {
        let below = Self.cumulative((max(x - 0.5, bounds.lowerBound) - mean) / sigma)
        let above = Self.cumulative((min(x + 0.5, bounds.upperBound) - mean) / sigma)
        return log(max(above - below, .leastNormalMagnitude) / mass)
    }

    private static func cumulative(_ z: Double) -> Double {
        0.5 * erfc(-z / 2.0.squareRoot())
    }
}
