internal import Domain
internal import RunStore
internal import Statistics

/// Who was tested on what: results of runs on their own test images, and on other data sets.
struct ExternalTables {
    /// Set at results on the test part of the data set that was trained on.
    static let ownMark = "◦"
    /// Set at results on fewer images of another data set than other rows have.
    static let partMark = "¶"

    let data: ReportData
    /// The results on other data sets, by run.
    private(set) var external: [RunID: [ReportExternal]]
    /// How many images all rows have on data sets of which some run was tested on the test part alone.
    private var common: [Int64: Int] = [:]
    /// The data sets tested on, the runs' own among them, in the order of the columns.
    let tested: [ReportDataset]
    let rows: [Axis]
    let columns: [Axis]

    /// Reads the results of the runs of `data`.
    init(_ data: ReportData, rows: [Axis], columns: [Axis]) throws {
        self.data = data
        self.rows = rows
        self.columns = columns
        external = try data.source.store.reportExternal(
            of: data.completed.map(\.id), weights: data.request.weights)
        let others = Set(external.values.flatMap { $0.map(\.dataset) })
        let own = Set(data.completed.compactMap(\.datasetID))
        tested = try data.source.store.reportDatasets(others.union(own).sorted()).sorted {
            $0.title != $1.title
                && Axis.dataset.precedes($0.title, $1.title, in: data.vocabulary)
        }
    }

    /// The data sets that nobody was trained on.
    var others: [ReportDataset] {
        tested.filter { set in !data.datasets.contains { $0.id == set.id } }
    }

    /// The tables of one metric: where some runs were tested on a part of a data set, since their
    /// training has seen the rest without labels, all runs' values are means over that part.
    ///
    /// Where runs have different parts, they keep what they have, and are marked.
    func onCommonImages(_ metric: String) throws -> ExternalTables {
        var result = self
        for set in tested {
            guard Set(external.keys.compactMap { count($0, on: set) }).count > 1 else { continue }
            let values = try data.source.store.reportExternalImageValues(
                of: metric, on: set.id, runs: external.keys.sorted(),
                weights: data.request.weights)
            let images = values.values.map { Set($0.map(\.image)) }
            let shared = images.dropFirst().reduce(images.first ?? []) { $0.intersection($1) }
            guard !shared.isEmpty, shared.count == images.map(\.count).min() else { continue }
            result.common[set.id] = shared.count
            for (run, known) in values {
                let own = known.filter { shared.contains($0.image) }.map(\.value)
                guard
                    let place = result.external[run]?.firstIndex(where: { $0.dataset == set.id })
                else { continue }
                result.external[run]?[place].results[metric] = ReportResult(
                    images: own.count, mean: own.reduce(0, +) / Double(own.count), pooled: nil)
            }
        }
        return result
    }

    /// Whether the runs were tested on fewer images of the data set than others.
    private func isPart(_ runs: [ReportRun], on set: ReportDataset) -> Bool {
        guard common[set.id] == nil else { return false }
        let most = external.keys.compactMap { count($0, on: set) }.max()
        return runs.contains { run in count(run.id, on: set).map { $0 != most } ?? false }
    }

    /// How many images of another data set a run was tested on; nil where it was not.
    private func count(_ run: RunID, on set: ReportDataset) -> Int? {
        external[run]?.first { $0.dataset == set.id }?.results.values.map(\.images).max()
    }

    /// What to say of data sets of which not every run was tested on all images.
    private var partNotes: [String] {
        var notes = tested.compactMap { set in
            common[set.id].map { count in
                "\(title(of: set)): the \(count) images that every run was tested on, since the training "
                    + "of some has seen others without labels."
            }
        }
        if tested.contains(where: { isPart(data.completed, on: $0) }) {
            notes.append(
                "\(Self.partMark): on fewer images than other runs, since its training has seen the "
                    + "others without labels.")
        }
        return notes
    }

    /// The names of the metrics that there are on other data sets.
    var measured: Set<String> {
        Set(external.values.flatMap { $0.flatMap { Array($0.results.keys) } })
    }

    /// A run's result on a data set; nil where it was not tested there.
    private func result(_ run: ReportRun, on dataset: Int64, _ metric: String) -> ReportResult? {
        if run.datasetID == dataset { return data.results[run.id]?[metric] }
        return external[run.id]?.first { $0.dataset == dataset }?.results[metric]
    }

    private func samples(_ runs: [ReportRun], on dataset: Int64, _ metric: String) -> [Sample] {
        runs.compactMap { run in
            guard let result = result(run, on: dataset, metric) else { return nil }
            let value =
                metric.hasPrefix("published/")
                ? result.pooled ?? result.mean : result.mean ?? result.pooled
            return value.map { Sample(run: run.id, value: $0) }
        }
    }

    /// One row a setting, one column a data set tested on.
    func matrix(_ measure: ReportVocabulary.Measure) -> Table {
        let grid = data.grid(rows + columns)
        let lines = grid.cells.map { Array($0.values.prefix(rows.count)) }.unique
        let blocks = grid.cells.map { Array($0.values.suffix(columns.count)) }.unique
        var cells: [[String]: RunGrid.Cell] = [:]
        for cell in grid.cells { cells[cell.values] = cell }
        var shown = rows.map(heading)
        for block in blocks {
            for set in tested { shown.append(column(of: measure, block, on: set)) }
        }
        let tableRows = lines.map { line in
            Table.Row(
                id: line.joined(separator: "/"), group: "",
                cells: zip(line, rows).map { .text(data.text($0, on: $1, beside: rows + columns)) }
                    + blocks.flatMap { block in
                        tested.map { self.cell(cells[line + block], on: $0, measure) }
                    })
        }
        var table = Table(
            id: "external-\(measure.name)", title: "\(measure.title) by trained on and tested on",
            columns: shown, rows: tableRows)
        let pooled = PooledRows(grid, in: data)
        table.notes = [
            "Mean ± sample standard deviation over the networks\(pooled.seeds) of a row; a network's "
                + "value is its mean over the images, published definitions and metrics of classes "
                + "apart, which are of all images together. \(Self.ownMark): the test part of the data "
                + "set that was trained on; other data sets count whole"
                + (partNotes.isEmpty ? "" : ", but for what is said below")
                + ". Images were prepared as the run's own. – : not tested, or its images were seen in training."
        ]
        table.notes += partNotes + pooled.notes
        return table
    }

    /// One row a setting and data set tested on: the mean with its interval over networks.
    func intervals(_ measure: ReportVocabulary.Measure) -> Table {
        let axes = rows + columns
        let decimals = measure.unit == nil ? 3 : 2
        func number(_ key: String, _ title: String) -> Column {
            Column(key, title: title, unit: measure.unit, decimals: decimals)
        }
        var lines: [Table.Row] = []
        var intervals: [ClosedRange<Double>] = []
        let grid = data.grid(axes)
        for cell in grid.cells {
            for set in tested {
                let samples = samples(cell.completed, on: set.id, measure.name)
                guard !samples.isEmpty else { continue }
                let networks = PairedTTest(samples.map(\.value))
                let interval = cell.isPooled ? nil : networks?.interval()
                intervals += [interval].compactMap(\.self)
                let runs = samples.map(\.run)
                let images = cell.completed.compactMap {
                    result($0, on: set.id, measure.name)?.images
                }.filter { $0 > 0 }
                func derived(_ value: Double?) -> Cell {
                    value.map { Cell(.derived($0), runs: runs) } ?? Cell(.missing)
                }
                var count = Cell(.count(samples.count), runs: runs)
                if cell.isPooled { count.marks.append(PooledRows.mark) }
                if isPart(cell.completed, on: set) { count.marks.append(Self.partMark) }
                let isOwn = cell.completed.contains { $0.datasetID == set.id }
                lines.append(
                    Table.Row(
                        id: (cell.values + [set.title]).joined(separator: "/"), group: "",
                        cells: zip(cell.values, axes).map {
                            .text(data.text($0, on: $1, beside: axes))
                        } + [
                            .text(title(of: set) + (isOwn ? " \(Self.ownMark)" : "")), count,
                            .text(Self.range(images)),
                            derived(samples.reduce(0) { $0 + $1.value } / Double(samples.count)),
                            derived(interval?.lowerBound), derived(interval?.upperBound),
                        ]))
            }
        }
        var table = Table(
            id: "external-intervals-\(measure.name)", title: "\(measure.title): intervals",
            columns: axes.map(heading) + [
                Column("tested-on", title: "Tested on", role: .label),
                Column("n", title: "n", role: .count),
                Column("images", title: "Images", role: .label),
                number("mean", "Mean"), number("low", "95 % from"), number("high", "95 % to"),
            ], rows: lines)
        table.notes = [
            "95 %: t interval of the mean over the n networks, the unit; none for a single network. It "
                + "says how networks trained like these vary on these images, not how images of other "
                + "patients would. \(Self.ownMark): the test part of the data set that was trained on"
                + (data.pairing.units == "seeds" ? ", which may differ from seed to seed." : ".")
        ]
        table.notes += partNotes
        table.notes += IntervalRemark.notes(on: intervals, of: measure, in: data.vocabulary)
        table.notes += PooledRows(grid, in: data).notes
        return table
    }

    private func cell(
        _ cell: RunGrid.Cell?, on set: ReportDataset, _ measure: ReportVocabulary.Measure
    ) -> Cell {
        let runs = cell?.completed ?? []
        var shown = Cell.measured(samples(runs, on: set.id, measure.name))
        guard shown.samples != nil else { return shown }
        if runs.contains(where: { $0.datasetID == set.id }) { shown.marks.append(Self.ownMark) }
        if isPart(runs, on: set) { shown.marks.append(Self.partMark) }
        if cell?.isPooled == true {
            shown.isPooled = true
            shown.marks.append(PooledRows.mark)
        }
        return shown
    }

    /// The axis of data sets says here what was trained on.
    private func heading(_ axis: Axis) -> Column {
        axis == .dataset ? Column(axis.name, title: "Trained on", role: .label) : axis.column
    }

    private func title(of set: ReportDataset) -> String {
        Axis.dataset.text(set.title, in: data.vocabulary)
    }

    private func column(
        of measure: ReportVocabulary.Measure, _ block: [String], on set: ReportDataset
    ) -> Column {
        let key = (block + [set.title]).joined(separator: "/")
        let phrase = zip(columns, block).map { $0.phrase($1, in: data.vocabulary) }
        return Column(
            "\(measure.name)@\(key)", title: title(of: set), unit: measure.unit,
            decimals: measure.unit == nil ? 3 : 2,
            block: phrase.isEmpty ? "Tested on" : phrase.joined(separator: ", ") + ", tested on")
    }

    /// `35`, or `31 to 35`.
    private static func range(_ counts: [Int]) -> String {
        guard let least = counts.min(), let most = counts.max() else { return "–" }
        return least == most ? "\(least)" : "\(least) to \(most)"
    }
}
