/// The exact sign-flip test (Fisher 1935): were each difference as likely to have the other sign?
///
/// The p-value is the share of all 2ⁿ choices of signs whose sum is at least as far from 0 as the
/// one found. It needs no normal distribution, and cannot be smaller than 2 / 2ⁿ: 0.0625 for five
/// differences, 0.031 for six.
public enum SignFlip {
    /// Largest number of differences whose signs are all tried.
    public static let limit = 16

    /// The two-sided p-value; nil without differences, for more than `limit`, or where one is not
    /// finite.
    public static func pValue(_ differences: [Double]) -> Double? {
        guard !differences.isEmpty, differences.count <= limit,
            differences.allSatisfy(\.isFinite)
        else { return nil }
        let sum = differences.reduce(0, +)
        // Sums of the same numbers in another order round differently.
        let least = abs(sum) - 1e-12 * differences.reduce(0) { $0 + abs($1) }
        var hits = 0
        for signs in 0..<(1 << differences.count) {
            var flipped = 0.0
            for (index, value) in differences.enumerated() {
                flipped += signs >> index & 1 == 0 ? value : -value
            }
            if abs(flipped) >= least { hits += 1 }
        }
        return Double(hits) / Double(1 << differences.count)
    }
}
