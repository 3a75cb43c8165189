internal import RunStore
internal import Statistics

/// Builds the table that sets our runs, measured with a paper's own definitions, beside the paper:
/// three lines a cell, ours, published and the difference.
struct PublishedTable {
    let data: ReportData
    let id: String
    let title: String
    /// Axes of the rows.
    let rows: [Axis]
    /// The paper's figures.
    let figures: [ReportPublished]
    /// Metrics in the order of the paper's columns, each with its printed heading.
    let metrics: [(name: String, printed: String)]
    /// Rows that are shown even when no run belongs to them, as values of `rows`.
    var expected: [[String]] = []

    private struct Place: Hashable {
        let dataset: String, model: String, procedure: String, loss: String, labels: String
        let metric: String
    }

    /// The table; without bold, because its definitions rank nothing.
    func build() -> Table {
        let vocabulary = data.vocabulary
        var printed: [Place: Double] = [:]
        for figure in figures {
            printed[
                Place(
                    dataset: figure.dataset, model: figure.model, procedure: figure.procedure,
                    loss: figure.loss, labels: NumberFormat.short(figure.labels),
                    metric: figure.metric)] = figure.value
        }
        let grid = GridTable(
            data: data, id: id, title: title, rows: rows,
            measures: metrics.map { vocabulary.measure($0.name) }, expected: expected,
            isRanked: false
        ).build()
        let columns = metrics.map { metric in
            Column(metric.name, title: metric.printed)
        }
        let labels = grid.columns.prefix(rows.count)
        let source = Column("by", title: "By", role: .label)
        let count = Column("n", title: "n", role: .count)
        let sharedProcedure = only(.procedure), sharedLabels = only(.labels)
        let sharedLoss = only(.loss), sharedModel = only(.model), sharedDataset = only(.dataset)
        var lines: [Table.Row] = []
        for row in grid.rows {
            let place = row.id.split(separator: "/", omittingEmptySubsequences: false).map(
                String.init)
            func value(_ axis: Axis) -> String? {
                rows.firstIndex(of: axis).flatMap { place.indices.contains($0) ? place[$0] : nil }
            }
            let names = Array(row.cells.prefix(rows.count))
            let ours = Array(row.cells.suffix(metrics.count))
            let dataset = data.paperName(ofDataset: value(.dataset) ?? sharedDataset)
            let theirs = metrics.map { metric in
                dataset.flatMap {
                    printed[
                        Place(
                            dataset: $0,
                            model: value(.model) ?? sharedModel,
                            procedure: value(.procedure) ?? sharedProcedure,
                            loss: value(.loss) ?? sharedLoss,
                            labels: value(.labels) ?? sharedLabels,
                            metric: metric.name)]
                }
            }
            let n = row.cells[rows.count]
            let blank = names.map { _ in Cell.text("") }
            lines.append(
                Table.Row(
                    id: row.id, group: row.id, cells: names + [.text("ours"), n] + ours))
            guard theirs.contains(where: { $0 != nil }) else { continue }
            lines.append(
                Table.Row(
                    id: row.id + "/published", group: row.id, source: .published,
                    cells: blank + [.text("published"), .text("")]
                        + theirs.map { $0.map { Cell(.published($0)) } ?? Cell(.missing) }))
            let differences = zip(ours, theirs).map { mine, their -> Cell in
                guard let mean = mine.summary?.mean, let their else { return Cell(.missing) }
                return Cell(.difference(mean - their), runs: mine.runs)
            }
            guard differences.contains(where: { $0.number != nil }) else { continue }
            lines.append(
                Table.Row(
                    id: row.id + "/difference", group: row.id, source: .difference,
                    cells: blank + [.text("difference"), .text("")] + differences))
        }
        var table = Table(
            id: id, title: title, columns: Array(labels) + [source, count] + columns, rows: lines)
        table.notes = grid.notes
        return table
    }

    /// The one value that all runs share on an axis that is no row axis, or the paper's usual one.
    private func only(_ axis: Axis) -> String {
        let values = Set(data.completed.map { data.value(of: $0, on: axis) })
        if values.count == 1, let value = values.first { return value }
        switch axis {
        case .procedure: return "supervised"
        case .labels: return "100"
        default: return ""
        }
    }
}
