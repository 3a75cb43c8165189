import Console
import RunStore

/// Prints a query's answer part by part while it comes, so that it need not fit in memory.
struct AnswerStream {
    /// Rows of a part of a table for people, which is as wide as its rows need: a longer answer is
    /// printed in several parts, each with its head.
    static let tableRows = 10_000
    /// Rows of a part for programs.
    static let rows = 500

    private let printer: ResultPrinter
    private let paged: PagedOutput
    private var columns: [String] = []
    private var part: [[QueryValue]] = []
    private var parts = 0

    /// Forms for people go to `paged`, those for programs to standard output.
    init(_ printer: ResultPrinter, to paged: PagedOutput) {
        self.printer = printer
        self.paged = paged
    }

    mutating func begin(_ columns: [String]) { self.columns = columns }

    mutating func add(_ row: [QueryValue]) throws {
        part.append(row)
        if part.count == (printer.format.isForPeople ? Self.tableRows : Self.rows) {
            try flush(isLast: false)
        }
    }

    /// Prints the rest.
    mutating func end() throws { try flush(isLast: true) }

    private mutating func flush(isLast: Bool) throws {
        let result = QueryResult(columns: columns, rows: part)
        part.removeAll(keepingCapacity: true)
        parts += 1
        guard !isLast || parts == 1 || !result.rows.isEmpty || printer.format == .json else {
            return
        }
        if printer.format.isForPeople {
            for line in printer.lines(result) { try paged.print(line) }
        } else {
            try Printer.standard.write(
                printer.text(result, isFirst: parts == 1, isLast: isLast))
        }
    }
}
