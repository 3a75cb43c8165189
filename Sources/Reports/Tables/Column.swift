public import Domain

/// One column of a report's table.
public struct Column: Sendable, Hashable {
    /// What the column holds.
    public enum Role: Sendable, Hashable {
        /// Text that names the row (data set, model, loss, …).
        case label
        /// A number of runs or images.
        case count
        /// A metric.
        case value
        /// The p-value of a test: never rounded to zero.
        case pValue
    }

    /// Name in CSV files and in `--explain` (`dice`, `published/js`).
    public let key: String
    /// Heading for people (`Dice`).
    public let title: String
    /// Unit shown in the heading, such as `px`; nil for plain ratios.
    public let unit: String?
    /// What the column holds.
    public let role: Role
    /// Digits after the decimal point.
    public let decimals: Int
    /// Which end is the good one; nil when the column is not ranked.
    public let direction: MetricDirection?
    /// Heading that spans this column and its neighbours of the same block.
    public let block: String?

    /// Makes a column.
    public init(
        _ key: String, title: String, unit: String? = nil, role: Role = .value, decimals: Int = 3,
        direction: MetricDirection? = nil, block: String? = nil
    ) {
        self.key = key
        self.title = title
        self.unit = unit
        self.role = role
        self.decimals = decimals
        self.direction = direction
        self.block = block
    }

    /// Heading with its unit: `HD (px)`.
    public var heading: String { unit.map { "\(title) (\($0))" } ?? title }

    /// Heading with its block and unit, for formats without spanning headings: `S4MCL Acc`.
    public var fullHeading: String { block.map { "\($0) \(heading)" } ?? heading }

    /// The same column below a spanning heading.
    public func inBlock(_ block: String, key: String) -> Column {
        Column(
            key, title: title, unit: unit, role: role, decimals: decimals, direction: direction,
            block: block)
    }
}
