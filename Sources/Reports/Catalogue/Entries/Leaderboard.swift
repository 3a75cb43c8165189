internal import Domain
internal import RunStore
internal import Statistics

extension ReportEntry {
    /// All cells of a data set ranked by one metric.
    static let leaderboard = ReportEntry(
        "leaderboard", title: "Leaderboard",
        summary: "all cells of each data set ranked by a metric (--values, else the objective)",
        ignoring: ["rows", "columns", "aggregate", "reference"]
    ) { entry, source in
        let data = try source.load()
        let others = data.objectiveMeasure.task == .segmentation ? ["hausdorff95", "assd"] : []
        let measures = try data.measures(
            ([data.objective.name] + others).map(data.vocabulary.measure))
        let first = measures.first ?? data.objectiveMeasure
        let context = Axis.fixed.filter { $0.isContext && data.varying.contains($0) }
        let axes =
            ([.dataset] + context + [.model, .procedure, .loss, .labels] + data.varying).unique
        let grid = data.grid(axes)
        let images = try data.source.store.reportImageValues(
            of: first.name, runs: data.completed.map(\.id), weights: data.request.weights,
            split: .test)

        var groups: [(name: String, cells: [(cell: RunGrid.Cell, samples: [Sample])])] = []
        for cell in grid.cells where !cell.completed.isEmpty {
            let samples = data.samples(cell.completed, first.name)
            guard !samples.isEmpty else { continue }
            let name = grid.value(cell, .dataset) ?? ""
            if let index = groups.firstIndex(where: { $0.name == name }) {
                groups[index].cells.append((cell, samples))
            } else {
                groups.append((name, [(cell, samples)]))
            }
        }
        var rows: [Table.Row] = []
        var intervals: [ClosedRange<Double>] = []
        for group in groups {
            func mean(_ samples: [Sample]) -> Double {
                samples.reduce(0) { $0 + $1.value } / Double(samples.count)
            }
            let ranked = group.cells.sorted {
                first.direction == .higherIsBetter
                    ? mean($0.samples) > mean($1.samples) : mean($0.samples) < mean($1.samples)
            }
            for (rank, entry) in ranked.enumerated() {
                let runs = entry.cell.completed
                let interval = interval(of: runs, images, in: data)
                intervals += [interval].compactMap(\.self)
                func end(_ value: Double?) -> Cell {
                    value.map { Cell(.derived($0), runs: runs.map(\.id)) } ?? Cell(.missing)
                }
                let names = zip(axes, entry.cell.values).map {
                    Cell.text($0.text($1, in: data.vocabulary))
                }
                var count = Cell(.count(runs.count), runs: runs.map(\.id))
                if entry.cell.isPooled { count.marks.append(PooledRows.mark) }
                let speed = runs.compactMap { run in
                    run.seconds.map { Sample(run: run.id, value: $0 / 60) }
                }
                rows.append(
                    Table.Row(
                        id: entry.cell.values.joined(separator: "/"), group: group.name,
                        cells: [Cell(.count(rank + 1))] + names
                            + [count]
                            + measures.map {
                                var result = Cell.measured(data.samples(runs, $0.name))
                                result.isPooled = entry.cell.isPooled
                                return result
                            }
                            + [end(interval?.lowerBound), end(interval?.upperBound)]
                            + [.measured(speed)]))
            }
        }
        var columns = [Column("rank", title: "#", role: .count)]
        columns += axes.map(\.column) + [Column("n", title: "n", role: .count)]
        columns += measures.map(\.column)
        let decimals = first.unit == nil ? 3 : 2
        columns += [
            Column("low", title: "\(first.title) 95 % from", unit: first.unit, decimals: decimals),
            Column("high", title: "\(first.title) 95 % to", unit: first.unit, decimals: decimals),
            Column("minutes", title: "Training", unit: "min", decimals: 1),
        ]
        var table = Table(
            id: "ranking", title: "Ranking by \(first.title)", columns: columns, rows: rows)
        let pooled = PooledRows(grid, in: data)
        table.notes =
            [
                "Mean ± sample standard deviation over the n runs\(pooled.seeds) of a row.",
                "95 %: two-level bootstrap over networks and test images (500 resamples, seed 1; t "
                    + "quantile); one network has none.",
            ] + IntervalRemark.notes(on: intervals, of: first, in: data.vocabulary) + pooled.notes
        data.request.boldRule.apply(
            to: &table, pairing: data.pairing, units: data.units(beside: axes))
        var document = ReportDocument(name: entry.name, title: entry.title, blocks: [.table(table)])
        document.provenance = try Provenance(data: data).facts()
        return document
    }

    /// The interval of a row's mean, with a division as the unit. Folds have the correction for their
    /// training images; seeds that redraw the split are taken as they are.
    private static func interval(
        of runs: [ReportRun], _ images: [RunID: [ReportImageValue]], in data: ReportData
    ) -> ClosedRange<Double>? {
        let units = data.pairing.units(of: runs.map(\.id).filter { images[$0] != nil })
        let folds = Set(runs.map { data.value(of: $0, on: .fold) })
        return TwoLevelBootstrap.interval(
            units.runs.map { unit in byImage(unit.flatMap { images[$0] ?? [] }) },
            overlap: folds.count > 1 ? units.overlap : 0, resamples: 500)
    }

    /// Each image's mean.
    private static func byImage(_ values: [ReportImageValue]) -> [Int64: Double] {
        Dictionary(grouping: values, by: \.image).mapValues { values in
            values.reduce(0) { $0 + $1.value } / Double(values.count)
        }
    }
}
