import Foundation

/// Where a search may look: named parameters and what each may be.
public struct SearchSpace: Sendable, Hashable {
    /// One dimension of the space.
    public struct Parameter: Sendable, Hashable {
        /// Key of a cell, such as "learning-rate" or "model".
        public var name: String
        /// What it may be.
        public var range: SearchRange

        /// A dimension of that name and range.
        public init(name: String, range: SearchRange) {
            self.name = name
            self.range = range
        }
    }

    /// The dimensions, in the order of their names.
    public var parameters: [Parameter]

    /// What the parameter of that name may be; nil where it is none.
    func range(of name: String) -> SearchRange? { parameters.first { $0.name == name }?.range }

    /// A space of those dimensions, sorted by name so that the order in a file does not matter.
    public init(_ parameters: [Parameter]) {
        self.parameters = parameters.sorted { $0.name < $1.name }
    }
}

/// What one parameter of a search may be.
public enum SearchRange: Sendable, Hashable {
    /// Any number between the bounds, all alike likely.
    case uniform(ClosedRange<Double>)
    /// Any number between the bounds, its logarithm uniformly likely; bounds above 0.
    case logUniform(ClosedRange<Double>)
    /// Any whole number between the bounds.
    case integer(ClosedRange<Int>)
    /// One of these texts.
    case choice([String])

    /// The bounds on the scale on which a sampler works: logarithms for `logUniform`, half a step
    /// beyond the ends for `integer`; nil for `choice`.
    package var bounds: ClosedRange<Double>? {
        switch self {
        case .uniform(let range): range
        case .logUniform(let range): log(range.lowerBound)...log(range.upperBound)
        case .integer(let range): Double(range.lowerBound) - 0.5...Double(range.upperBound) + 0.5
        case .choice: nil
        }
    }

    /// Number of choices; 0 for numbers.
    package var choices: Int { names?.count ?? 0 }

    /// The texts of a `choice`; nil for numbers.
    var names: [String]? { if case .choice(let names) = self { names } else { nil } }

    /// The point that a share `u` in 0..<1 of the range stands for, on the sampler's scale; the
    /// number of the choice for `choice`.
    package func point(at u: Double) -> Double {
        if let bounds {
            return snapped(bounds.lowerBound + u * (bounds.upperBound - bounds.lowerBound))
        }
        return min((u * Double(choices)).rounded(.down), Double(choices - 1))
    }

    /// `point` as near as the range allows: whole for `integer`, within the bounds.
    package func snapped(_ point: Double) -> Double {
        guard let bounds else { return point }
        if case .integer(let range) = self {
            return min(max(point.rounded(), Double(range.lowerBound)), Double(range.upperBound))
        }
        return min(max(point, bounds.lowerBound), bounds.upperBound)
    }

    /// The text of a point, as an experiment file would give it.
    package func text(of point: Double) -> String {
        switch self {
        case .uniform(let range): Self.number(point, in: range)
        case .logUniform(let range): Self.number(exp(point), in: range)
        case .integer: String(Int(point.rounded()))
        case .choice(let names): names[min(max(0, Int(point)), names.count - 1)]
        }
    }

    /// The range as an experiment file states it.
    var summary: String {
        switch self {
        case .uniform(let range): "uniform [\(range.lowerBound), \(range.upperBound)]"
        case .logUniform(let range): "log-uniform [\(range.lowerBound), \(range.upperBound)]"
        case .integer(let range): "integer [\(range.lowerBound), \(range.upperBound)]"
        case .choice(let names): "choice [\(names.joined(separator: ", "))]"
        }
    }

    /// The point of a text that `text(of:)` made, or nil where it is outside the range.
    package func point(of text: String) -> Double? {
        switch self {
        case .choice(let names): names.firstIndex(of: text).map(Double.init)
        case .integer(let range): Int(text).flatMap { range.contains($0) ? Double($0) : nil }
        case .uniform(let range): Double(text).flatMap { range.contains($0) ? $0 : nil }
        case .logUniform(let range): Double(text).flatMap { range.contains($0) ? log($0) : nil }
        }
    }

    /// Six significant digits say all that a search can find out, and keep configurations short.
    private static func number(_ value: Double, in range: ClosedRange<Double>) -> String {
        let rounded = Double(String(format: "%.6g", value)) ?? value
        return "\(min(max(rounded, range.lowerBound), range.upperBound))"
    }
}
