internal import Foundation

/// How many pairs a difference needs.
public enum TTestPower {
    /// The chance that a two-sided paired t-test of `n` differences finds a true mean difference.
    ///
    /// T is noncentral t with δ = difference / (sd √(1/n + overlap)); its tails are the integral over
    /// the chi distribution of s √ν of Φ (Cohen 1988, chapter 2), by Simpson's rule.
    ///
    /// - Parameters:
    ///   - difference: the true mean difference.
    ///   - sd: standard deviation of the differences.
    ///   - n: how many differences.
    ///   - level: p-value below which a difference is found.
    ///   - overlap: n_test / n_train where training sets overlap (`PairedTTest`).
    public static func power(
        difference: Double, sd: Double, n: Int, level: Double = 0.05, overlap: Double = 0
    ) -> Double {
        guard n > 1 else { return 0 }
        guard sd > 0 else { return difference == 0 ? level : 1 }
        let degrees = Double(n - 1)
        let delta = abs(difference) / (sd * (1 / Double(n) + overlap).squareRoot())
        let critical = StudentT.quantile(coverage: 1 - level, degrees: n - 1)
        // ln of the density of s, where s² is chi² with ν degrees of freedom, over ν.
        let constant = log(2) + degrees / 2 * log(degrees / 2) - logGamma(halves: n - 1)
        func integrand(_ s: Double) -> Double {
            guard s > 0 else { return 0 }
            let density = exp(constant + (degrees - 1) * log(s) - degrees * s * s / 2)
            return density
                * (Normal.cumulative(delta - critical * s)
                    + Normal.cumulative(-delta - critical * s))
        }
        let top = 1 + 14 / degrees.squareRoot()
        let steps = 16_000
        let width = top / Double(steps)
        // At s = 0 one degree of freedom has its highest density.
        var sum =
            (n == 2
                ? exp(constant) * (Normal.cumulative(delta) + Normal.cumulative(-delta)) : 0)
            + integrand(top)
        for step in 1..<steps { sum += (step % 2 == 1 ? 4 : 2) * integrand(Double(step) * width) }
        return min(1, sum * width / 3)
    }

    /// The fewest pairs, from `least`, with which a difference is found with a chance of `power`; nil
    /// where not even `most` do: overlapping training sets put an end to what more of them can tell.
    public static func pairs(
        difference: Double, sd: Double, power wanted: Double = 0.8, level: Double = 0.05,
        overlap: Double = 0, least: Int = 5, most: Int = 1000
    ) -> Int? {
        func reaches(_ n: Int) -> Bool {
            power(difference: difference, sd: sd, n: n, level: level, overlap: overlap) >= wanted
        }
        guard reaches(most) else { return nil }
        var (low, high) = (least - 1, most)
        while high - low > 1 {
            let middle = (low + high) / 2
            if reaches(middle) { high = middle } else { low = middle }
        }
        return high
    }

    /// ln Γ(k / 2), from Γ(1/2) = √π and Γ(1) = 1 by Γ(x + 1) = x Γ(x).
    private static func logGamma(halves count: Int) -> Double {
        var result = count % 2 == 0 ? 0 : log(Double.pi) / 2
        for twice in stride(from: count % 2 == 0 ? 2 : 1, to: count, by: 2) {
            result += log(Double(twice) / 2)
        }
        return result
    }
}
