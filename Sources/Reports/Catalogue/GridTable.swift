internal import Domain
internal import RunStore

/// Builds the table of a grid: one row a cell of the row axes, one block of metrics a cell of the
/// column axes.
struct GridTable {
    let data: ReportData
    let id: String
    let title: String
    /// Axes of the rows.
    let rows: [Axis]
    /// Axes of the column blocks.
    var columns: [Axis] = []
    let measures: [ReportVocabulary.Measure]
    /// Rows that are shown even when no run belongs to them, as values of `rows`.
    var expected: [[String]] = []
    /// Whether the best of a group may be bold.
    var isRanked = true

    private var vocabulary: ReportVocabulary { data.vocabulary }

    /// The table with bold cells, notes on what is missing, and the number of runs of each row.
    func build() -> Table {
        let grid = data.grid(rows + columns)
        let blocks = blockValues(of: grid)
        let lines = rowValues(of: grid)
        var cells: [[String]: RunGrid.Cell] = [:]
        for cell in grid.cells { cells[cell.values] = cell }

        var shown = rows.map(\.column)
        if columns.isEmpty {
            shown.append(Column("n", title: "n", role: .count))
            shown += measures.map { column(of: $0) }
        } else {
            for block in blocks {
                let name = phrase(block, on: columns)
                let key = block.joined(separator: "/")
                shown += measures.map { column(of: $0).inBlock(name, key: "\($0.name)@\(key)") }
            }
        }
        var missing: [String] = [], unwanted: [String] = []
        let withoutRun = data.withoutRun(on: rows + columns)
        let tableRows = lines.map { line in
            var row = zip(line, rows).map {
                Cell.text(data.text($0, on: $1, beside: rows + columns))
            }
            if columns.isEmpty {
                let cell = cells[line]
                var count = Cell(
                    .count(cell?.completed.count ?? 0), runs: cell?.completed.map(\.id) ?? [])
                if let cell, cell.isPooled { count.marks.append(PooledRows.mark) }
                row.append(count)
            }
            for block in columns.isEmpty ? [[]] : blocks {
                let cell = cells[line + block]
                let runs = cell?.completed ?? []
                row += measures.map { measure in
                    var result = Cell.measured(reduced(data.samples(runs, measure.name), measure))
                    result.isPooled = cell?.isPooled ?? false
                    if result.isPooled, !columns.isEmpty { result.marks.append(PooledRows.mark) }
                    return result
                }
                let name = (line + block).joined(separator: "/")
                if let why = absence(of: cell, withoutRun: withoutRun[line + block] ?? 0) {
                    missing.append("\(name) (\(why))")
                } else if cell == nil {
                    unwanted.append(name)
                }
            }
            return Table.Row(
                id: line.joined(separator: "/"), group: group(of: line), cells: row)
        }
        var table = Table(id: id, title: title, columns: shown, rows: tableRows)
        table.notes = notes(grid: grid, missing: missing, unwanted: unwanted)
        if isRanked, data.request.aggregation == .mean {
            data.request.boldRule.apply(
                to: &table, pairing: data.pairing, units: data.units(beside: rows + columns))
        }
        return table
    }

    /// Rows that are compared with each other share the values of the context axes.
    func group(of line: [String]) -> String {
        zip(rows, line).filter { $0.0.isContext }.map(\.1).joined(separator: "/")
    }

    /// The measure's column, below "Classes" or "Masks" where the table has both.
    private func column(of measure: ReportVocabulary.Measure) -> Column {
        guard Set(measures.map(\.task)).count > 1 else { return measure.column }
        return measure.column.inBlock(
            measure.task == .classification ? "Classes" : "Masks", key: measure.name)
    }

    private func rowValues(of grid: RunGrid) -> [[String]] {
        unique(
            grid.cells.map { Array($0.values.prefix(rows.count)) } + expected
                + data.withoutRun(on: rows).keys, on: rows)
    }

    private func blockValues(of grid: RunGrid) -> [[String]] {
        unique(
            grid.cells.map { Array($0.values.suffix(columns.count)) }
                + data.withoutRun(on: columns).keys, on: columns)
    }

    private func unique(_ values: [[String]], on axes: [Axis]) -> [[String]] {
        var seen: Set<[String]> = []
        return values.filter { seen.insert($0).inserted }.sorted { a, b in
            for (axis, pair) in zip(axes, zip(a, b)) where pair.0 != pair.1 {
                return axis.precedes(pair.0, pair.1, in: vocabulary)
            }
            return false
        }
    }

    /// Other aggregations than the mean keep the one run that stands for the cell.
    private func reduced(_ samples: [Sample], _ measure: ReportVocabulary.Measure) -> [Sample] {
        let sorted = samples.sorted { $0.value < $1.value }
        guard let first = sorted.first, let last = sorted.last else { return samples }
        let higher = measure.direction == .higherIsBetter
        switch data.request.aggregation {
        case .mean: return samples
        case .median: return [sorted[(sorted.count - 1) / 2]]
        case .best: return [higher ? last : first]
        case .worst: return [higher ? first : last]
        }
    }

    private func phrase(_ values: [String], on axes: [Axis]) -> String {
        zip(axes, values).map { axis, value in
            axis == .procedure
                ? data.text(value, on: axis, beside: rows + columns)
                : axis.phrase(value, in: vocabulary)
        }.joined(separator: ", ")
    }

    /// Why a cell is missing or incomplete; nil for one that is whole, and for one that the chosen
    /// experiment never asked for: its file excludes it. What a search gave up is not missing.
    private func absence(of cell: RunGrid.Cell?, withoutRun: Int) -> String? {
        guard let cell else {
            return data.request.selection.experiment == nil || withoutRun > 0 ? "no run" : nil
        }
        let states = Dictionary(
            grouping: cell.unfinished.filter { $0.state != .pruned }, by: \.state)
        var parts = RunState.allCases.compactMap { state in
            states[state].map { "\($0.count) \(state.rawValue)" }
        }
        if withoutRun > 0 { parts.append("\(withoutRun) without a run") }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    private func notes(grid: RunGrid, missing: [String], unwanted: [String]) -> [String] {
        var notes: [String] = []
        let pooled = PooledRows(grid, in: data)
        switch data.request.aggregation {
        case .mean:
            notes.append(
                "Mean ± sample standard deviation over the n runs\(pooled.seeds) of a row; no ± for a "
                    + "single run. A run's value is its mean over the test images, published "
                    + "definitions apart, which are pooled over their pixels where they can be"
                    + (measures.contains { $0.task == .classification }
                        ? ", and metrics of classes, which are of the whole test split." : "."))
        case .median: notes.append("The (lower) median run of each row.")
        case .best: notes.append("The best run of each row: an optimistic number.")
        case .worst: notes.append("The worst run of each row.")
        }
        notes += pooled.notes
        if !missing.isEmpty {
            notes.append("Missing (–) or incomplete: " + list(missing))
        }
        if !unwanted.isEmpty {
            notes.append("Not in the experiment's grid (–): " + list(unwanted))
        }
        let pruned = grid.cells.reduce(0) { sum, cell in
            sum + cell.unfinished.count { $0.state == .pruned }
        }
        if pruned > 0 {
            notes.append(
                pruned == 1
                    ? "1 run was pruned by the search and counts in no row."
                    : "\(pruned) runs were pruned by the search and count in no row.")
        }
        return notes
    }

    private func list(_ names: [String]) -> String {
        let rest = names.count > 60 ? "; and \(names.count - 60) more" : ""
        return names.prefix(60).joined(separator: "; ") + rest + "."
    }
}
