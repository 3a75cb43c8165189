internal import Statistics

/// Writes a report's tables as one CSV file (RFC 4180, LF line ends, full precision).
///
/// Every measured column gives three: mean, `_sd` and `_n`. Tables of one report share the header;
/// the first column names the table. The last column lists the run ids, separated by blanks.
struct CSVRenderer {
    func render(_ document: ReportDocument) -> String {
        var keys: [String] = []
        var known: Set<String> = []
        let tables = document.tables
        for table in tables {
            for (position, column) in table.columns.enumerated() {
                for key in names(of: column, at: position, in: table)
                where known.insert(key).inserted {
                    keys.append(key)
                }
            }
        }
        var lines = [line(["table", "source"] + keys + ["runs"])]
        for table in tables {
            for row in table.rows {
                var fields: [String: String] = [:]
                for (position, column) in table.columns.enumerated() {
                    let texts = values(of: row.cells[position])
                    for (key, text) in zip(names(of: column, at: position, in: table), texts) {
                        fields[key] = text
                    }
                }
                let runs = row.runs.map(String.init).joined(separator: " ")
                lines.append(
                    line(
                        [table.id, source(of: row)] + keys.map { fields[$0] ?? "" } + [runs]))
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func names(of column: Column, at position: Int, in table: Table) -> [String] {
        let isMeasured = table.rows.contains {
            if case .measured = $0.cells[position].content { true } else { false }
        }
        let key = column.key
        return isMeasured ? [key, key + "_sd", key + "_n"] : [key]
    }

    private func values(of cell: Cell) -> [String] {
        switch cell.content {
        case .text(let text): return [text]
        case .count(let count): return [String(count)]
        case .missing: return [""]
        case .published(let value), .difference(let value), .derived(let value):
            return [NumberFormat.exact(value)]
        case .measured:
            guard let summary = cell.summary else { return [""] }
            return [
                NumberFormat.exact(summary.mean), summary.sd.map(NumberFormat.exact) ?? "",
                String(summary.n),
            ]
        }
    }

    private func source(of row: Table.Row) -> String {
        switch row.source {
        case .ours: "ours"
        case .published: "published"
        case .difference: "difference"
        }
    }

    private func line(_ fields: [String]) -> String {
        fields.map(CSVField.quoted).joined(separator: ",")
    }
}
