internal import Domain
internal import Hashing
internal import RunStore
internal import Wording

extension ReportEntry {
    /// Runs of other programs by any of their settings and tags.
    static let logged = ReportEntry(
        "logged", title: "Logged runs",
        summary: "runs of other programs by any setting or tag (--rows, --columns, --values)",
        ignoring: ["aggregate", "reference"], checksItself: true
    ) { entry, source in
        let grid = try LoggedGrid(source)
        var document = ReportDocument(
            name: entry.name, title: entry.title, blocks: [.table(grid.table())])
        document.provenance = grid.facts()
        return document
    }
}

/// Logged runs in rows and columns.
private struct LoggedGrid {
    private let request: ReportRequest
    private let runs: [ReportLoggedRun]
    private let rows: [String], columns: [String]
    private let keys: [String]
    /// Curves that there was no room for.
    private let hidden: Int

    /// Columns of values that a report has where nobody chose any.
    private static let mostKeys = 8
    /// Axes that every logged run has.
    private static let own = ["name", "source", "run", "objective", "experiment", "revision"]
    /// Axes of cells, by which a condition may be written; here they are names of settings.
    private static let cellAxes = ["dataset", "model", "procedure", "loss", "labels", "seed"]

    init(_ source: ReportSource) throws {
        request = source.request
        let selection = source.request.selection
        if let experiment = selection.experiment, !source.acceptsNothing {
            try source.store.requireExperiment(experiment)
        }
        let all = try source.store.reportLoggedRuns(experiment: selection.experiment)
        let known = Set(all.flatMap(\.words.keys)).union(Self.own)
        let conditions = Self.conditions(of: selection)
        let named = conditions.map(\.0) + (request.rows + request.columns).map(\.name)
        for name in named where !known.contains(name) && !source.acceptsNothing {
            throw ReportError.unknownAxis(
                name: name, nearest: NearestName.close(to: name, in: known), known: known.sorted())
        }
        runs = all.filter { run in
            conditions.allSatisfy { name, values in
                Self.value(of: run, on: name).map { values.contains($0) } ?? false
            }
        }
        if runs.isEmpty, !all.isEmpty {
            throw ReportError.nothingSelected(
                conditions: conditions.map { "\($0.0)=\($0.1.joined(separator: ","))" })
        }
        columns = request.columns.map(\.name)
        let chosen =
            request.rows.isEmpty ? Self.varying(runs, besides: columns) : request.rows.map(\.name)
        let completed = runs.filter { $0.state == .completed }
        // A mean of lowest, highest and last values would be none.
        let isMixed = Set(completed.map(\.objective)).count > 1
        rows = chosen + (isMixed && !(chosen + columns).contains("objective") ? ["objective"] : [])
        let curves = Set(all.flatMap(\.values.keys))
        for name in request.values where !curves.contains(name) && !source.acceptsNothing {
            throw ReportError.unknownMetric(
                name: name, nearest: NearestName.close(to: name, in: curves), known: curves.sorted()
            )
        }
        let objectives = Set(runs.compactMap(\.objective?.key)).intersection(curves).sorted()
        // Runs that nobody judges by a curve show all of theirs.
        let others = Set(runs.filter { $0.objective == nil }.flatMap(\.values.keys))
        let standard = objectives + others.subtracting(objectives).sorted()
        keys = request.values.isEmpty ? Array(standard.prefix(Self.mostKeys)) : request.values
        hidden = request.values.isEmpty ? Set(runs.flatMap(\.values.keys)).count - keys.count : 0
    }

    private static func conditions(of selection: ReportSelection) -> [(String, [String])] {
        let named = zip(
            cellAxes,
            [
                selection.datasets, selection.models, selection.procedures, selection.losses,
                selection.labels.map(NumberFormat.short), selection.seeds.map(String.init),
            ])
        return (Array(named) + selection.settings.sorted { $0.key < $1.key })
            .filter { !$0.1.isEmpty }
    }

    /// What tells the runs apart: settings of which there are several values, else their names.
    private static func varying(_ runs: [ReportLoggedRun], besides columns: [String]) -> [String] {
        let names = Set(runs.flatMap(\.words.keys)).filter { name in
            !name.contains(".") && !columns.contains(name)
                && Set(runs.map { $0.words[name] ?? "" }).count > 1
        }
        return names.isEmpty || names.count > 6 ? ["name"] : names.sorted()
    }

    private static func value(of run: ReportLoggedRun, on axis: String) -> String? {
        if let word = run.words[axis] { return word }
        switch axis {
        case "name": return run.name.isEmpty ? "run \(run.id)" : run.name
        case "objective": return run.objective?.title
        case "source": return run.source
        case "experiment":
            return run.experiments.isEmpty ? nil : run.experiments.joined(separator: ", ")
        case "revision": return run.revision.map { String($0.prefix(12)) }
        case "run": return String(run.id)
        default: return nil
        }
    }

    /// The values of a run on axes; `–` where it has none.
    private func values(of run: ReportLoggedRun, on axes: [String]) -> [String] {
        axes.map { Self.value(of: run, on: $0) ?? "–" }
    }

    private static func precedes(_ a: [String], _ b: [String]) -> Bool {
        for (x, y) in zip(a, b) where x != y {
            if let one = Double(x), let other = Double(y), one != other { return one < other }
            return x < y
        }
        return false
    }

    // MARK: Table

    func table() -> Table {
        let completed = runs.filter { $0.state == .completed }
        let lines = Set(runs.map { values(of: $0, on: rows) }).sorted(by: Self.precedes)
        let blocks =
            columns.isEmpty
            ? [[]] : Set(runs.map { values(of: $0, on: columns) }).sorted(by: Self.precedes)
        var shown = rows.map { Column($0, title: $0, role: .label) }
        shown.append(Column("n", title: "n", role: .count))
        func members(_ line: [String], _ block: [String]) -> [ReportLoggedRun] {
            completed.filter {
                values(of: $0, on: rows) == line && values(of: $0, on: columns) == block
            }
        }
        // Where some runs of a row lack a metric, its mean has an n of its own.
        func isPartial(_ key: String, _ block: [String]) -> Bool {
            lines.contains { line in
                let runs = members(line, block)
                let count = runs.filter { $0.values[key] != nil }.count
                return count > 0 && count < runs.count
            }
        }
        let measured = blocks.map { block in
            (block: block, keys: keys.map { (key: $0, isPartial: isPartial($0, block)) })
        }
        for (block, keys) in measured {
            for (key, isPartial) in keys {
                if isPartial {
                    let place = ([key] + zip(columns, block).map { "\($0) \($1)" })
                        .joined(separator: ", ")
                    shown.append(Column("n@\(place)", title: "n of \(place)", role: .count))
                }
                let column = Column(key, title: key, decimals: 4, direction: direction(of: key))
                let name = zip(columns, block).map { "\($0) \($1)" }.joined(separator: ", ")
                shown.append(
                    columns.isEmpty
                        ? column
                        : column.inBlock(name, key: "\(key)@\(block.joined(separator: "/"))"))
            }
        }
        let differences = LoggedDifferences(besides: Set(rows + columns)) {
            Self.value(of: $0, on: $1)
        }
        var pooled: [(runs: [ReportLoggedRun], key: String)] = []
        let tableRows = lines.map { line in
            let own = completed.filter { values(of: $0, on: rows) == line }
            var cells = line.map { Cell.text($0) }
            cells.append(Cell(.count(own.count), runs: own.map(\.id)))
            for (block, keys) in measured {
                let part = members(line, block)
                for (key, isPartial) in keys {
                    let samples = part.compactMap { run in
                        run.values[key].map { Sample(run: run.id, value: $0) }
                    }
                    if isPartial {
                        cells.append(Cell(.count(samples.count), runs: samples.map(\.run)))
                    }
                    var cell = Cell.measured(samples)
                    let counted = part.filter { $0.values[key] != nil }
                    if differences.areAny(in: counted, of: key) {
                        cell.isPooled = true
                        cell.marks.append(PooledRows.mark)
                        pooled.append((counted, key))
                    }
                    cells.append(cell)
                }
            }
            return Table.Row(id: line.joined(separator: "/"), group: "", cells: cells)
        }
        var table = Table(id: "logged", title: "Logged runs", columns: shown, rows: tableRows)
        table.notes = notes(completed: completed.count)
        table.notes += PooledRows(differences.all(in: pooled)).notes
        return table
    }

    private func direction(of key: String) -> MetricDirection? {
        let known = Set(
            runs.compactMap { $0.objective?.key == key ? $0.objective?.direction : nil })
        return known.count == 1 ? known.first : nil
    }

    private func notes(completed: Int) -> [String] {
        var notes = [
            "Mean ± sample standard deviation over the n completed runs of a row; no ± for a single "
                + "run. A run's value is the last of its curve, of its objective's curve the best."
        ]
        if completed < runs.count {
            let open = runs.count - completed
            notes.append(
                "\(Plural.count(open, "run")) did not complete and \(open == 1 ? "counts" : "count") "
                    + "in no row.")
        }
        if hidden > 0 {
            notes.append(
                "\(Plural.count(hidden, "more curve")) \(Plural.form(hidden, "is", "are")) left out "
                    + "(--values names them).")
        }
        return notes
    }

    func facts() -> [ReportDocument.Fact] {
        let completed = runs.filter { $0.state == .completed }
        let sources = Set(runs.map(\.source)).sorted().joined(separator: ", ")
        return [
            .init("Experiment", request.selection.experiment ?? "any"),
            .init("Runs", "\(completed.count) completed, \(runs.count - completed.count) not"),
            .init("From", sources.isEmpty ? "nowhere" : sources),
            .init(
                "Digest of these runs", SHA256.hex(of: runs.map(\.digest).joined(separator: "\n"))),
        ]
    }
}
