internal import Foundation

/// Maps values to positions along one side of a panel.
struct ChartScale {
    /// How values spread.
    enum Kind: Equatable {
        case linear, logarithmic
    }

    let kind: Kind
    let low: Double
    let high: Double
    /// Where ticks stand, ascending.
    let ticks: [Double]

    /// Values beyond it are drawn at the edge: so the ends of a scale, rounded outward, and the width
    /// between them are numbers too.
    private static let largest = Double.greatestFiniteMagnitude / 16

    /// A scale with round ticks that covers `values`.
    ///
    /// - Parameters:
    ///   - bounds: values that the scale never exceeds, such as 0...1 for a Dice.
    init(covering values: [Double], bounds: ClosedRange<Double>? = nil, count: Int = 5) {
        kind = .linear
        let finite = values.filter(\.isFinite).map { value in
            let value = min(max(value, -Self.largest), Self.largest)
            return bounds.map { min(max(value, $0.lowerBound), $0.upperBound) } ?? value
        }
        var low = finite.min() ?? 0, high = finite.max() ?? 1
        if low == high {
            low -= max(abs(low) * 0.05, 0.01)
            high += max(abs(high) * 0.05, 0.01)
        }
        // Ends that hardly differ: ticks between them would be one number.
        let room = max(max(abs(low), abs(high)) * 1e-12, 1e-300)
        if high - low < room { (low, high) = (low - room, high + room) }
        let step = Self.roundStep((high - low) / Double(count))
        low = (low / step).rounded(.down) * step
        high = (high / step).rounded(.up) * step
        if let bounds {
            low = max(low, bounds.lowerBound)
            high = min(high, bounds.upperBound)
        }
        self.low = low
        self.high = max(high, low + step / 100)
        let first = (low / step - 1e-9).rounded(.up)
        ticks = (0..<2 * count + 4).map { (first + Double($0)) * step }
            .filter { $0 <= high + step * 1e-6 }
    }

    /// A logarithmic scale with a tick at each of `values` (positive).
    init(logarithmicAt values: [Double]) {
        let positive = Set(values.filter { $0 > 0 && $0.isFinite }).sorted()
        kind = .logarithmic
        let first = positive.first ?? 1, last = positive.last ?? 10
        low = first == last ? first / 2 : first
        high = first == last ? last * 2 : last
        ticks = positive
    }

    /// A logarithmic scale over the positive ones of `values`, with ticks at 1, 2 and 5 of each
    /// decade; at the decades alone where those are many.
    init(decadesCovering values: [Double]) {
        let positive = values.filter { $0 > 0 && $0.isFinite }
        let low = positive.min() ?? 0.1
        let high = min(max(positive.max() ?? 1, low * 1.1), .greatestFiniteMagnitude)
        let decades = Int(log10(low).rounded(.down))...Int(log10(high).rounded(.up))
        let steps: [Double] = decades.count > 4 ? [1] : [1, 2, 5]
        let marks = decades.flatMap { decade in steps.map { $0 * pow(10, Double(decade)) } }
        let below = marks.last { $0 <= low } ?? low, above = marks.first { $0 >= high } ?? high
        self.init(logarithmicAt: marks.filter { (below...above).contains($0) })
    }

    /// Position of `value` as a fraction of the side, 0 at `low`.
    func fraction(_ value: Double) -> Double {
        switch kind {
        case .linear: (value - low) / (high - low)
        case .logarithmic: value > 0 ? log(value / low) / log(high / low) : -1
        }
    }

    /// A tick's label, with as many decimals as its neighbours need.
    func label(_ tick: Double) -> String {
        guard kind == .linear, ticks.count > 1 else { return NumberFormat.short(tick) }
        let step = ticks[1] - ticks[0]
        let decimals = max(0, Int((-log10(step) - 1e-6).rounded(.up)))
        return NumberFormat.fixed(tick, decimals: min(decimals, 6))
    }

    private static func roundStep(_ raw: Double) -> Double {
        let power = pow(10, floor(log10(raw)))
        let rest = raw / power
        return power * (rest <= 1 ? 1 : rest <= 2 ? 2 : rest <= 5 ? 5 : 10)
    }
}
