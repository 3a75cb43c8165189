import Domain
public import RunStore
internal import Statistics

/// Where one cell of a report comes from.
public struct Explanation: Sendable {
    /// The table.
    public let table: Table
    /// Index of the row.
    public let row: Int
    /// Index of the column.
    public let column: Int

    /// Finds the cell `ROW,COLUMN` of a report: the row by its name or its number from 1, the column
    /// by its key or heading. Tables are searched in order; `TABLE:ROW,COLUMN` names one.
    ///
    /// - Throws: `ReportError.unknownRow`, `ReportError.unknownColumn`, `ReportError.badOption`.
    public init(_ place: String, in document: ReportDocument) throws {
        var text = Substring(place)
        var tables = document.tables
        if let colon = text.firstIndex(of: ":"),
            let named = tables.first(where: { $0.id == text[..<colon] })
        {
            tables = [named]
            text = text[text.index(after: colon)...]
        }
        guard let comma = text.lastIndex(of: ","), let first = tables.first else {
            throw ReportError.badOption(
                name: "explain", found: place, expected: "ROW,COLUMN, such as 'mcx/unet/tv,dice'")
        }
        let rowName = text[..<comma].trimmed, columnName = text[text.index(after: comma)...].trimmed
        let withColumn = tables.filter { $0.column(named: columnName) != nil }
        guard let candidate = withColumn.first else {
            throw ReportError.unknownColumn(
                name: columnName, known: tables.flatMap { $0.columns.map(\.key) }.unique)
        }
        guard let table = withColumn.first(where: { $0.row(named: rowName) != nil }),
            let row = table.row(named: rowName), let column = table.column(named: columnName)
        else {
            throw ReportError.unknownRow(
                name: rowName,
                nearest: NearestName.close(to: rowName, in: candidate.rows.map(\.id)),
                rows: first.rows.count)
        }
        self.table = table
        self.row = row
        self.column = column
    }

    /// The runs behind the cell; a row's name has those of the row.
    public var runs: [RunID] {
        let cell = table.rows[row].cells[column]
        return cell.runs.isEmpty ? table.rows[row].runs : cell.runs
    }

    /// The cell's value, how it was worked out, and each run with its value, seed and settings.
    ///
    /// - Parameter settings: of `runs`; without them values alone.
    public func lines(with settings: RunSettings? = nil) -> [String] {
        let cell = table.rows[row].cells[column]
        let heading = table.columns[column]
        var lines = [
            "table  \(table.id): \(table.title)", "row    \(table.rows[row].id)",
            "column \(heading.key): \(heading.fullHeading)",
            "shown  \(CellText.plain(cell, in: heading))\(cell.marks.joined())"
                + (cell.isBest ? " (bold)" : ""),
        ]
        if let shared = settings?.shared, !shared.isEmpty { lines.append("with   \(shared)") }
        if cell.isPooled {
            lines.append("\(PooledRows.mark)      its runs differ in more than the seed")
        }
        var isOneRunEach = false
        if case .measured(let samples) = cell.content {
            isOneRunEach = samples.map(\.run).sorted() == cell.runs
        }
        switch cell.content {
        case .measured(let samples):
            if let summary = cell.summary {
                let spread = summary.sd.map { ", sample sd \($0)" } ?? ""
                lines.append("from   n = \(summary.n), mean \(summary.mean)\(spread)")
            }
            // A sample may stand for several runs, of which it carries the first one's number.
            let word = isOneRunEach ? "run   " : "runs from"
            lines += samples.map { sample in
                let own = isOneRunEach ? settings?.own[sample.run].map { "; \($0)" } ?? "" : ""
                return "\(word) \(sample.run): \(sample.value)\(own)"
            }
        case .published: lines.append("from   the paper")
        case .difference(let value), .derived(let value): lines.append("exact  \(value)")
        case .text, .count, .missing: break
        }
        if !isOneRunEach {
            let runs = cell.runs.isEmpty ? "none" : NumberFormat.ranges(cell.runs)
            lines.append("runs   \(runs)")
            lines += cell.runs.compactMap { run in
                settings?.own[run].map { "run    \(run): \($0)" }
            }
        }
        return lines
    }
}

extension Substring {
    fileprivate var trimmed: String {
        var text = self
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
