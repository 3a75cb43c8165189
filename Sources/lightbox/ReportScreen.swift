import Console
import Reports
import Wording

/// A report as people read it on a terminal: what stands in the Markdown, without its markup, results
/// first and where they come from last.
struct ReportScreen {
    /// Columns of the terminal; nil where there is no end.
    let columns: Int?

    /// The lines of a report.
    func lines(_ document: ReportDocument) -> [String] {
        var parts = [[document.title, String(repeating: "═", count: width(document.title))]]
        for block in document.blocks {
            switch block {
            case .paragraph(let text): parts.append(sentence(text))
            case .list(let title, let items): parts.append(sentence(title) + listed(items))
            case .table(let table): parts += sections(of: table)
            case .figure(let figure):
                parts.append(sentence("Figure, drawn with --output: \(figure.title)"))
            }
        }
        if !document.provenance.isEmpty {
            parts.append(document.provenance.flatMap { sentence("\($0.name): \($0.value)") })
        }
        return Array(parts.joined(separator: [""]))
    }

    private func sections(of table: Table) -> [[String]] {
        let isMarked = table.rows.contains { $0.cells.contains(where: \.isBest) }
        let words = table.notes + (isMarked ? ["Bold numbers stand between asterisks here."] : [])
        let notes = words.isEmpty ? [] : [listed(words)]
        let title = VisibleText.line(table.title)
        guard !table.rows.isEmpty else { return [[title, "No runs match."]] + notes }
        let runs = table.rows.compactMap { row in
            table.plainRuns(of: row).map { "\(row.id): \($0)" }
        }
        return [[title, ""] + grid(table)] + notes
            + (runs.isEmpty ? [] : [["Runs behind each row:"] + listed(runs)])
    }

    /// The table itself; where it is too wide, columns go from the last on, but for those that name
    /// the rows.
    private func grid(_ table: Table) -> [String] {
        let rows = table.rows.map(table.plainTexts)
        let columns = table.columns.enumerated().map { index, column in
            TextColumns.Column(
                title: VisibleText.line(column.fullHeading),
                texts: rows.map { VisibleText.line($0[index]) },
                isNumber: column.role != .label, keep: column.role == .label ? 1 : -index,
                least: column.role == .label ? 12 : nil)
        }
        let fitted = TextColumns(columns, hasRule: true).fitted(within: self.columns)
        guard !fitted.leftOut.isEmpty else { return fitted.lines }
        return fitted.lines
            + WrappedText.lines(
                "not shown: ", fitted.leftOut.joined(separator: ", ") + " (--wide shows them)",
                within: self.columns)
    }

    private func listed(_ items: [String]) -> [String] { items.flatMap { sentence("- " + $0) } }

    private func sentence(_ text: String) -> [String] {
        WrappedText.sentence(VisibleText.line(text), within: columns)
    }

    private func width(_ title: String) -> Int {
        min(DisplayWidth.of(VisibleText.line(title)), columns ?? Int.max)
    }
}
