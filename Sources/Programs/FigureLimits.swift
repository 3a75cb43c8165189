internal import Metrics

/// What a figure of the validation images may be where Lightbox knows it by its name: the name says a
/// definition, and what no image can give is none of its values.
enum FigureLimits {
    /// By how much a ratio may be above 1, as programs round that count in 32 bits.
    private static let slack = 1e-6

    /// What a figure is expected to be instead, in words; nil where it may be `value`.
    ///
    /// - Parameter name: such as `dice`, or `dice/heart` of one structure.
    static func expected(of name: String, insteadOf value: Double) -> String? {
        let start = String(name.prefix { $0 != "/" })
        if isRatio(name) || isRatio(start) {
            return (0...1 + slack).contains(value) ? nil : "0 to 1"
        }
        return isDistance(start) && value < 0 ? "a number from 0" : nil
    }

    /// Whether it is a formula of counts, or one of classes.
    private static func isRatio(_ name: String) -> Bool {
        if ClassificationMetricRegistry.find(name) != nil { return true }
        guard case .counts? = MetricRegistry.find(name)?.reduction else { return false }
        return true
    }

    private static func isDistance(_ name: String) -> Bool {
        MetricRegistry.find(name)?.unit == "pixels"
    }
}
