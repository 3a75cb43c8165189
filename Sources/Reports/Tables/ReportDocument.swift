/// A whole report, independent of how it is written down.
public struct ReportDocument: Sendable, Equatable {
    /// One line of the header: what is stated and its value.
    public struct Fact: Sendable, Equatable {
        /// What is stated (`Store digest`).
        public let name: String
        /// Its value.
        public let value: String

        /// Makes a fact.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// A piece of the report's body.
    public enum Block: Sendable, Equatable {
        /// Plain sentences.
        case paragraph(String)
        /// A list of short statements.
        case list(title: String, items: [String])
        /// A table with its notes.
        case table(Table)
        /// A figure.
        case figure(Figure)
    }

    /// The report's registered name, such as `p1-table1`.
    public let name: String
    /// Heading.
    public var title: String
    /// Where the numbers come from: store digest, experiment, data, versions, machine.
    public var provenance: [Fact]
    /// The body in reading order.
    public var blocks: [Block]

    /// Makes a report.
    public init(name: String, title: String, provenance: [Fact] = [], blocks: [Block] = []) {
        self.name = name
        self.title = title
        self.provenance = provenance
        self.blocks = blocks
    }

    /// The tables in reading order.
    public var tables: [Table] {
        blocks.compactMap { if case .table(let table) = $0 { table } else { nil } }
    }

    /// Whether a run stands behind any number.
    public var holdsResults: Bool {
        tables.contains { $0.rows.contains { $0.cells.contains { !$0.runs.isEmpty } } }
    }

    /// The figures in reading order.
    public var figures: [Figure] {
        blocks.compactMap { if case .figure(let figure) = $0 { figure } else { nil } }
    }
}
