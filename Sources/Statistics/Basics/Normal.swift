internal import Foundation

/// The standard normal distribution.
public enum Normal {
    /// P(Z ≤ z) = erfc(−z / √2) / 2.
    public static func cumulative(_ z: Double) -> Double { erfc(-z / 2.0.squareRoot()) / 2 }

    /// exp(−z² / 2) / √(2 π).
    static func density(_ z: Double) -> Double { exp(-z * z / 2) / (2 * Double.pi).squareRoot() }

    /// The z with P(Z ≤ z) = `probability`, which lies between 0 and 1, by bisection.
    public static func quantile(_ probability: Double) -> Double {
        precondition(probability > 0 && probability < 1, "a probability of \(probability)")
        return Root.rising(in: -40...40) { cumulative($0) - probability }
    }
}

/// Roots of rising functions.
enum Root {
    /// The place in `range` where `function`, which rises, becomes 0: bisection down to neighbouring
    /// numbers.
    static func rising(in range: ClosedRange<Double>, of function: (Double) -> Double) -> Double {
        var (low, high) = (range.lowerBound, range.upperBound)
        while true {
            let middle = low + (high - low) / 2
            guard middle > low, middle < high else { return high }
            if function(middle) < 0 { low = middle } else { high = middle }
        }
    }
}
