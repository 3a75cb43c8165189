/// Scaling of one image's gray values, from that image alone.
public enum Normalisation: String, Sendable, CaseIterable, Codable {
    /// Linear to `0...1`: the darkest pixel becomes 0, the brightest 1.
    case minMax = "min-max"
    /// Mean 0 and standard deviation 1.
    case zScore = "z-score"
    /// Linear to `0...1` between the 1st and the 99th percentile, clipped outside.
    case percentile

    /// Scales the values in place; a constant image becomes zero.
    public func apply(to values: inout [Float]) {
        guard !values.isEmpty else { return }
        switch self {
        case .minMax:
            Self.stretch(&values, from: values.min() ?? 0, to: values.max() ?? 0)
        case .percentile:
            let sorted = values.sorted()
            let last = Float(sorted.count - 1)
            func quantile(_ share: Float) -> Float {
                let position = share * last
                let low = Int(position)
                let high = min(low + 1, sorted.count - 1)
                return sorted[low] + (position - Float(low)) * (sorted[high] - sorted[low])
            }
            Self.stretch(&values, from: quantile(0.01), to: quantile(0.99))
        case .zScore:
            let count = Double(values.count)
            let mean = values.reduce(0) { $0 + Double($1) } / count
            let variance = values.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
            let deviation = (variance / count).squareRoot()
            let scale = deviation > 0 ? 1 / deviation : 0
            for i in values.indices { values[i] = Float((Double(values[i]) - mean) * scale) }
        }
    }

    private static func stretch(_ values: inout [Float], from low: Float, to high: Float) {
        let span = high > low ? high - low : .infinity
        for i in values.indices { values[i] = min(max((values[i] - low) / span, 0), 1) }
    }
}
