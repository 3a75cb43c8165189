/// Spearman's rank correlation: whether one quantity rises with another, whatever the scale.
public enum SpearmanCorrelation {
    /// The coefficient, -1...1, with equal values at the mean of their ranks; nil for fewer than three
    /// pairs, or where one side never changes.
    public static func coefficient(_ pairs: [(Double, Double)]) -> Double? {
        guard pairs.count > 2 else { return nil }
        let x = ranks(pairs.map(\.0)), y = ranks(pairs.map(\.1))
        let mean = Double(pairs.count + 1) / 2
        var both = 0.0, first = 0.0, second = 0.0
        for (a, b) in zip(x, y) {
            both += (a - mean) * (b - mean)
            first += (a - mean) * (a - mean)
            second += (b - mean) * (b - mean)
        }
        guard first > 0, second > 0 else { return nil }
        return both / (first * second).squareRoot()
    }

    /// Ranks from 1; equal values share the mean of theirs.
    static func ranks(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { values[$0] < values[$1] }
        var ranks = [Double](repeating: 0, count: values.count)
        var start = 0
        while start < order.count {
            var end = start
            while end + 1 < order.count, values[order[end + 1]] == values[order[start]] { end += 1 }
            for place in start...end { ranks[order[place]] = Double(start + end) / 2 + 1 }
            start = end + 1
        }
        return ranks
    }
}
