/// A table of a report, independent of how it is written down.
public struct Table: Sendable, Equatable {
    /// One row.
    public struct Row: Sendable, Equatable {
        /// Where a row's numbers come from.
        public enum Source: Sendable, Equatable {
            case ours, published, difference
        }

        /// Stable name for `--explain`, such as `mcx/unet/kltv`.
        public let id: String
        /// Rows of one group are compared with each other; a rule separates groups.
        public let group: String
        /// Where the numbers come from.
        public let source: Source
        /// One cell a column.
        public var cells: [Cell]

        /// Makes a row.
        public init(id: String, group: String, source: Source = .ours, cells: [Cell]) {
            self.id = id
            self.group = group
            self.source = source
            self.cells = cells
        }

        /// Identifiers of all runs behind the row, ascending and once each.
        public var runs: [Int64] { Set(cells.flatMap(\.runs)).sorted() }
    }

    /// Short name without spaces: LaTeX label, CSV column, HTML anchor.
    public let id: String
    /// Caption.
    public let title: String
    /// The columns, labels first.
    public let columns: [Column]
    /// The rows in the order in which they are shown.
    public var rows: [Row]
    /// Sentences under the table: the bold rule, marks, missing cells.
    public var notes: [String] = []

    /// Makes a table; every row must hold one cell a column.
    public init(id: String, title: String, columns: [Column], rows: [Row]) {
        precondition(
            rows.allSatisfy { $0.cells.count == columns.count },
            "table '\(id)': every row needs \(columns.count) cells")
        self.id = id
        self.title = title
        self.columns = columns
        self.rows = rows
    }

    /// Index of the column with a key or heading, whatever its case.
    public func column(named name: String) -> Int? {
        let wanted = name.lowercased()
        return columns.firstIndex { $0.key.lowercased() == wanted }
            ?? columns.firstIndex {
                $0.title.lowercased() == wanted || $0.fullHeading.lowercased() == wanted
            }
    }

    /// Index of the row with an id, or of a row counted from 1.
    public func row(named name: String) -> Int? {
        let wanted = Self.plain(name)
        if let index = rows.firstIndex(where: { Self.plain($0.id) == wanted }) { return index }
        guard let number = Int(name), rows.indices.contains(number - 1) else { return nil }
        return number - 1
    }

    /// A row's name in small letters, numbers in it in one spelling: `4/tv/10` of "4/TV/10.0".
    private static func plain(_ name: String) -> [String] {
        name.lowercased().split(separator: "/", omittingEmptySubsequences: false).map { part in
            Double(part).map { "\($0)" } ?? String(part)
        }
    }
}
