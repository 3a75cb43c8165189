public import Domain
public import RunStore
internal import Statistics

/// What is asked of a report.
public struct ReportRequest: Sendable {
    /// Which definitions of the metrics are shown.
    public enum MetricSet: String, Sendable, CaseIterable {
        /// The standard ones.
        case standard
        /// Those of the published tables, with the published figures and the difference.
        case published
        /// Both, as two tables.
        case both
    }

    /// How the runs of a cell become one number.
    public enum Aggregation: String, Sendable, CaseIterable {
        /// Mean ± sample standard deviation.
        case mean
        /// Median.
        case median
        /// Best run.
        case best
        /// Worst run.
        case worst
    }

    /// The row against which others are tested: all rows that have `value` on `axis`.
    public struct Reference: Sendable, Hashable {
        /// The axis that the compared rows differ in.
        public let axis: Axis
        /// The reference's value on it.
        public let value: String

        /// Makes a reference.
        public init(axis: Axis, value: String) {
            self.axis = axis
            self.value = value
        }

        /// Reads `loss=tv`; nil when the text has not that form.
        public init?(_ text: String) {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, !parts[0].isEmpty else { return nil }
            self.init(axis: Axis(parts[0]), value: parts[1])
        }
    }

    /// Which runs are read.
    public var selection = ReportSelection()
    /// Which definitions are shown.
    public var metrics = MetricSet.standard
    /// Which weights' results are shown.
    public var weights = WeightsKind.best
    /// Axes of the rows; empty leaves the choice to the report.
    public var rows: [Axis] = []
    /// Axes whose values become blocks of columns.
    public var columns: [Axis] = []
    /// Names of the metrics shown; empty leaves the choice to the report.
    public var values: [String] = []
    /// How the runs of a cell become one number.
    public var aggregation = Aggregation.mean
    /// Against what the paired tests run; nil leaves the choice to the report.
    public var reference: Reference?
    /// When a number is bold.
    public var boldRule = BoldRule()
    /// A difference of a ratio, such as Dice, that makes no difference.
    public var margin = PairedComparison.standardMargin
    /// Whether figures are drawn.
    public var figures = false

    /// The default request.
    public init() {}
}
