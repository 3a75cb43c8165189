/// The mean of paired differences with Student's t: test, interval and equivalence.
///
/// d̄ is the mean of n differences, s their sample standard deviation. The standard error is
/// s √(1/n), or s √(1/n + n_test / n_train) where the networks behind the differences were trained
/// on overlapping sets: Nadeau and Bengio's corrected resampled t-test (Machine Learning 52, 2003,
/// section 3). t = d̄ / error with n − 1 degrees of freedom.
public struct PairedTTest: Sendable, Equatable {
    /// How many differences.
    public let n: Int
    /// Their mean.
    public let mean: Double
    /// Their sample standard deviation.
    public let sd: Double
    /// n_test / n_train where training sets overlap, else 0.
    public let overlap: Double

    /// Tests `differences`; nil for fewer than two, or where one is not finite or all are so large
    /// that mean or deviation is not.
    ///
    /// - Parameter overlap: n_test / n_train where training sets overlap without being the same.
    public init?(_ differences: [Double], overlap: Double = 0) {
        guard differences.allSatisfy(\.isFinite), let summary = Summary(differences),
            let sd = summary.sd, summary.mean.isFinite, sd.isFinite
        else { return nil }
        n = summary.n
        mean = summary.mean
        self.sd = sd
        self.overlap = overlap
    }

    /// Standard error of the mean.
    public var standardError: Double { sd * (1 / Double(n) + overlap).squareRoot() }

    /// Degrees of freedom.
    public var degrees: Int { n - 1 }

    /// Two-sided p-value of "the mean is 0"; 1 where every difference is 0, and 0 where all are the
    /// same other number.
    public var pValue: Double { mean == 0 ? 1 : StudentT.twoSided(t(mean), degrees: degrees) }

    /// The interval that covers the mean in a share `level` of all samples.
    public func interval(level: Double = 0.95) -> ClosedRange<Double> {
        let half = StudentT.quantile(coverage: level, degrees: degrees) * standardError
        return (mean - half)...(mean + half)
    }

    /// p-value of "the mean is at least `margin` away from 0": the larger of two one-sided tests
    /// (Schuirmann 1987). Below 0.05 the 90 % interval lies within the margin.
    public func equivalence(margin: Double) -> Double {
        max(
            StudentT.upperTail(t(mean + margin), degrees: degrees),
            StudentT.upperTail(t(margin - mean), degrees: degrees))
    }

    private func t(_ distance: Double) -> Double {
        standardError > 0
            ? distance / standardError
            : distance == 0 ? 0 : distance > 0 ? .infinity : -.infinity
    }
}
