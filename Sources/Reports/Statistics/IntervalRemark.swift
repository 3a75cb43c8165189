/// What is said below a table with intervals that reach beyond what their metric can be, as those of
/// two or three networks do.
enum IntervalRemark {
    /// The sentence; none where every interval lies within the metric's range, or that is not known.
    static func notes(
        on intervals: [ClosedRange<Double>], of measure: ReportVocabulary.Measure,
        in vocabulary: ReportVocabulary
    ) -> [String] {
        let range: ClosedRange<Double>
        let words: String
        if let bounds = vocabulary.bounds(of: measure) {
            (range, words) = (bounds, "below 0 or above 1")
        } else if measure.unit == "px" {
            (range, words) = (0...Double.infinity, "below 0")
        } else {
            return []
        }
        // Of a few metrics values themselves may lie there.
        guard intervals.allSatisfy({ range.contains(($0.lowerBound + $0.upperBound) / 2) }) else {
            return []
        }
        let beyond = intervals.filter {
            $0.lowerBound < range.lowerBound || $0.upperBound > range.upperBound
        }
        guard !beyond.isEmpty else { return [] }
        return [
            "Ends \(words), where \(measure.title) cannot be, come of few networks or of networks "
                + "that differ much: such an interval says little."
        ]
    }
}
