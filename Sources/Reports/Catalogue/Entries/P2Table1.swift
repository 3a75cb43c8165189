internal import Domain
internal import RunStore
internal import Statistics

extension ReportEntry {
    /// Classification and segmentation by percentage of labels (P2 Table 1).
    static let p2Table1 = ReportEntry(
        "p2-table1", title: "Classes and masks by percentage of labels (P2 Table 1)",
        summary: "S4MCL, S2MCL and single-task baselines by percentage of labels, as P2 Table 1",
        ignoring: ["rows", "columns", "aggregate", "reference"]
    ) { entry, source in
        let paper = try source.store.reportPublished(paper: "P2", table: "1")
        let data = try source.adjusted { request in
            guard request.selection.experiment == nil else { return }
            if request.selection.datasets.isEmpty { request.selection.datasets = ["spine"] }
            if request.selection.procedures.isEmpty {
                request.selection.procedures = Set(paper.map(\.procedure)).sorted()
            }
        }.load()
        let blocks = LabelBlocks(data: data, paper: paper)
        let isBeside = data.request.metrics != .standard
        var document = ReportDocument(name: entry.name, title: entry.title)
        document.blocks.append(.table(blocks.threeBlocks(beside: isBeside)))
        document.blocks.append(.table(blocks.plain(beside: isBeside)))
        let claims =
            ["dice", "class-accuracy"].map {
                Directions.Claim(axis: .procedure, better: "s4mcl", worse: "s2mcl", metric: $0)
            } + [
                Directions.Claim(
                    axis: .procedure, better: "s4mcl", worse: "supervised", metric: "dice"),
                Directions.Claim(
                    axis: .procedure, better: "s2mcl", worse: "supervised", metric: "dice"),
            ]
        let sentences = Directions(data: data, figures: paper).sentences(claims)
        document.blocks.append(.list(title: "The paper's directions:", items: sentences))
        if data.request.figures {
            let axes = ([.dataset, .labels, .model, .procedure, .loss] + data.varying).unique
            let figures = GridFigures(data: data, axes: axes)
            document.blocks += ["dice", "class-accuracy"].compactMap {
                figures.labelFractionCurves(data.vocabulary.measure($0))
            }.map(ReportDocument.Block.figure)
        }
        document.provenance = try Provenance(data: data).facts()
        return document
    }
}

/// P2's layout: one block of columns a method, one row a percentage of labels.
struct LabelBlocks {
    let data: ReportData
    let paper: [ReportPublished]

    /// The methods in the order of the paper, by printed name.
    private static let methods = ["CNN / U-Net", "S2MCL", "S4MCL"]
    private static let metrics = [("class-accuracy", "Acc"), ("dice", "DS")]

    /// One row of a layout: a data set at a percentage of labels.
    private struct Place: Hashable {
        let dataset: String
        let labels: Double
    }

    private var places: [Place] {
        var places = Set(data.runs.map { Place(dataset: $0.dataset, labels: $0.labels) })
        if data.request.selection.experiment == nil {
            places.formUnion(
                paper.flatMap { figure in
                    data.titles(ofPaperName: figure.dataset).map {
                        Place(dataset: $0, labels: figure.labels)
                    }
                })
        }
        return places.sorted { a, b in
            a.dataset != b.dataset
                ? Axis.dataset.precedes(a.dataset, b.dataset, in: data.vocabulary)
                : a.labels < b.labels
        }
    }

    /// Runs of a method: those with the network, procedure and loss that the paper's row stands for.
    private func runs(_ method: String, _ metric: String, _ place: Place) -> [ReportRun] {
        guard
            let figure = paper.first(where: {
                $0.printedModel == method && $0.metric == metric
            })
        else { return [] }
        // The classifier has a network and a loss of its own, whatever the grid names.
        let isClassifier = figure.procedure == "classification"
        return data.completed.filter {
            $0.procedure == figure.procedure
                && (isClassifier || $0.model == figure.model && $0.loss == figure.loss)
                && $0.dataset == place.dataset && $0.labels == place.labels
        }
    }

    /// The runs' value, marked where they differ in more than the seed.
    private func measured(_ runs: [ReportRun], _ metric: String) -> Cell {
        var cell = Cell.measured(data.samples(runs, metric))
        cell.isPooled = !differing(runs).isEmpty
        if cell.isPooled, cell.content != .missing { cell.marks.append(PooledRows.mark) }
        return cell
    }

    private func differing(_ runs: [ReportRun]) -> [Axis] {
        data.differing(runs, besides: [.dataset, .labels, .procedure])
    }

    /// What the table says about rows whose runs differ in more than the seed.
    private var pooled: PooledRows {
        let rows = places.flatMap { place in
            Self.methods.flatMap { method in
                Self.metrics.map { runs(method, $0.0, place) }
            }
        }
        return PooledRows(rows.map { (differing($0), $0) }, in: data)
    }

    private func printed(_ method: String, _ metric: String, _ place: Place) -> Double? {
        guard let dataset = data.paperName(ofDataset: place.dataset) else { return nil }
        return paper.first {
            $0.printedModel == method && $0.metric == metric && $0.dataset == dataset
                && $0.labels == place.labels
        }?.value
    }

    /// The paper's layout; `beside` adds the published figures and the differences.
    func threeBlocks(beside: Bool) -> Table {
        var columns = [Axis.dataset.column, Axis.labels.column]
        if beside { columns.append(Column("by", title: "By", role: .label)) }
        for method in Self.methods {
            for (metric, title) in Self.metrics {
                columns.append(
                    Column(
                        "\(metric)@\(method)", title: title, direction: nil, block: method))
            }
        }
        var rows: [Table.Row] = []
        var missing: [String] = []
        for place in places {
            let id = "\(place.dataset)/\(NumberFormat.short(place.labels))"
            let names = [
                Cell.text(Axis.dataset.text(place.dataset, in: data.vocabulary)),
                .text(NumberFormat.short(place.labels)),
            ]
            var ours: [Cell] = [], theirs: [Cell] = [], differences: [Cell] = []
            for method in Self.methods {
                for (metric, _) in Self.metrics {
                    let cell = measured(runs(method, metric, place), metric)
                    let figure = printed(method, metric, place)
                    ours.append(cell)
                    theirs.append(figure.map { Cell(.published($0)) } ?? Cell(.missing))
                    if let mean = cell.summary?.mean, let figure {
                        differences.append(Cell(.difference(mean - figure), runs: cell.runs))
                    } else {
                        differences.append(Cell(.missing))
                    }
                    if cell.content == .missing { missing.append("\(id)/\(method)/\(metric)") }
                }
            }
            let blank = [Cell.text(""), .text("")]
            let group = beside ? id : place.dataset
            rows.append(
                Table.Row(
                    id: id, group: group, cells: names + (beside ? [.text("ours")] : []) + ours))
            guard beside, theirs.contains(where: { $0.content != .missing }) else { continue }
            rows.append(
                Table.Row(
                    id: id + "/published", group: group, source: .published,
                    cells: blank + [.text("published")] + theirs))
            guard differences.contains(where: { $0.content != .missing }) else { continue }
            rows.append(
                Table.Row(
                    id: id + "/difference", group: group, source: .difference,
                    cells: blank + [.text("difference")] + differences))
        }
        var table = Table(
            id: "blocks", title: "Classification accuracy and Dice by percentage of labels",
            columns: columns, rows: rows)
        table.notes =
            [
                "Mean ± sample standard deviation over runs\(pooled.seeds); no ± for a single run. CNN / U-Net "
                    + "pairs two networks: the CNN classifies, the U-Net segments. DS is the mean Dice "
                    + "over the test images; the paper does not define its DS."
            ] + pooled.notes
        if !missing.isEmpty {
            let rest = missing.count > 60 ? "; and \(missing.count - 60) more" : ""
            table.notes.append(
                "Missing (–): " + missing.prefix(60).joined(separator: "; ") + rest + ".")
        }
        return table
    }

    /// One row a method and percentage.
    func plain(beside: Bool) -> Table {
        var columns = [
            Axis.dataset.column, Axis.labels.column,
            Column("method", title: "Method", role: .label),
            Column("n", title: "n", role: .count),
        ]
        columns += Self.metrics.map { metric, title in
            Column(metric, title: title, direction: .higherIsBetter)
        }
        if beside {
            columns += Self.metrics.map { metric, title in
                Column("\(metric)@published", title: title, block: "published")
            }
            columns += Self.metrics.map { metric, title in
                Column("\(metric)@difference", title: title, block: "difference")
            }
        }
        var rows: [Table.Row] = []
        for place in places {
            for method in Self.methods {
                let used = Self.metrics.map { runs(method, $0.0, place) }
                let ours = zip(Self.metrics, used).map { metric, runs in
                    measured(runs, metric.0)
                }
                let figures = Self.metrics.map { printed(method, $0.0, place) }
                guard beside || !used.allSatisfy(\.isEmpty) else { continue }
                var cells = [
                    Cell.text(Axis.dataset.text(place.dataset, in: data.vocabulary)),
                    .text(NumberFormat.short(place.labels)), .text(method),
                    Cell(.count(used.map(\.count).max() ?? 0)),
                ]
                cells += ours
                if beside {
                    cells += figures.map { $0.map { Cell(.published($0)) } ?? Cell(.missing) }
                    cells += zip(ours, figures).map { cell, figure in
                        guard let mean = cell.summary?.mean, let figure else {
                            return Cell(.missing)
                        }
                        return Cell(.difference(mean - figure), runs: cell.runs)
                    }
                }
                let labels = NumberFormat.short(place.labels)
                rows.append(
                    Table.Row(
                        id: "\(place.dataset)/\(labels)/\(method)",
                        group: "\(place.dataset)/\(labels)", cells: cells))
            }
        }
        var table = Table(
            id: "plain", title: "The same, one row a method", columns: columns, rows: rows)
        table.notes = pooled.notes
        data.request.boldRule.apply(to: &table, pairing: data.pairing, units: data.pairing.units)
        return table
    }
}
