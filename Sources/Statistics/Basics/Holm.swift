/// Holm's step-down correction for several tests (Holm 1979).
public enum Holm {
    /// Adjusted p-values, in the order given, each at most 1.
    public static func adjust(_ pValues: [Double]) -> [Double] {
        var adjusted = pValues
        var running = 0.0
        for (position, index) in pValues.indices.sorted(by: { pValues[$0] < pValues[$1] })
            .enumerated()
        {
            running = max(running, min(1, pValues[index] * Double(pValues.count - position)))
            adjusted[index] = running
        }
        return adjusted
    }
}
