internal import Foundation

/// Student's t distribution with a whole number of degrees of freedom.
public enum StudentT {
    /// P(|T| ≤ t) for t ≥ 0: the finite sums of Abramowitz and Stegun 1964, 26.7.3 and 26.7.4.
    static func central(_ t: Double, degrees: Int) -> Double {
        precondition(degrees > 0, "\(degrees) degrees of freedom")
        guard t.isFinite else { return t.isNaN ? .nan : 1 }
        let angle = atan(t / Double(degrees).squareRoot())
        let (sine, cosine) = (sin(angle), cos(angle))
        var term = degrees % 2 == 0 ? 1 : cosine
        var sum = degrees == 1 ? 0 : term
        for power in stride(from: degrees % 2 == 0 ? 2 : 3, through: degrees - 2, by: 2) {
            term *= Double(power - 1) / Double(power) * cosine * cosine
            sum += term
        }
        return degrees % 2 == 0 ? sine * sum : 2 / Double.pi * (angle + sine * sum)
    }

    /// P(T ≥ t).
    public static func upperTail(_ t: Double, degrees: Int) -> Double {
        let outside = max(0, 1 - central(abs(t), degrees: degrees)) / 2
        return t >= 0 ? outside : 1 - outside
    }

    /// P(|T| ≥ |t|), the p-value of a two-sided test.
    public static func twoSided(_ t: Double, degrees: Int) -> Double {
        max(0, 1 - central(abs(t), degrees: degrees))
    }

    /// The t with P(|T| ≤ t) = `coverage`, which lies between 0 and 1.
    public static func quantile(coverage: Double, degrees: Int) -> Double {
        precondition(coverage > 0 && coverage < 1, "a coverage of \(coverage)")
        return Root.rising(in: 0...1e9) { central($0, degrees: degrees) - coverage }
    }
}
