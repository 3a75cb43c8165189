extension Table {
    /// The texts of a row without any markup; the best numbers stand between asterisks.
    package func plainTexts(of row: Row) -> [String] {
        zip(row.cells, columns).map { cell, column in
            let text = CellText.plain(cell, in: column)
            return (cell.isBest ? "*\(text)*" : text) + cell.marks.joined()
        }
    }

    /// The numbers of the runs behind a row of our own, `1–3, 7`; nil where there are none.
    package func plainRuns(of row: Row) -> String? {
        row.source == .ours && !row.runs.isEmpty ? NumberFormat.ranges(row.runs) : nil
    }
}
