import Domain
public import RunStore
internal import Statistics

/// Sets runs side by side: settings and results that differ, paired comparisons with the first run,
/// Bland–Altman plots, learning curves and, where pictures can be had, mask outlines.
public struct ComparisonReport {
    private let source: ReportSource
    private let runs: [RunID]

    /// Prepares the comparison of `runs`, the first of which is the reference.
    public init(of runs: [RunID], from source: ReportSource) {
        self.runs = runs
        self.source = source
    }

    /// The report.
    ///
    /// - Parameter command: the command that makes it, for its header.
    /// - Throws: `StoreError`; `ReportError.badComparison` for fewer than two different runs,
    ///   `unlikeRuns` for runs of which some were logged and some trained here.
    public func document(madeBy command: String? = nil) throws -> ReportDocument {
        guard Set(runs).count == runs.count, runs.count > 1 else {
            throw ReportError.badComparison(runs: runs.unique)
        }
        let logged = try runs.filter { try source.store.kind(of: $0) == .logged }
        if let first = logged.first {
            guard logged.count == runs.count else {
                throw ReportError.unlikeRuns(
                    logged: first, trained: runs.first { !logged.contains($0) })
            }
            var document = try LoggedComparison(runs, in: source.store)
                .document(titled: "Runs " + runs.map(String.init).joined(separator: ", "))
            if let command { document.provenance.insert(.init("Command", command), at: 0) }
            return document
        }
        let wanted = Set(runs)
        let data = try source.load { $0.filter { wanted.contains($0.id) } }
        var document = ReportDocument(
            name: "compare", title: "Runs " + runs.map(String.init).joined(separator: ", "))
        document.blocks.append(.table(settings(data)))
        document.blocks.append(.table(results(data)))
        let images = try source.store.reportImageValues(
            of: data.objective.name, runs: runs.sorted(), weights: source.request.weights,
            split: .test)
        for table in [try comparisons(data), tests(images, data), try classes(data)].compactMap({
            $0
        }) {
            document.blocks.append(.table(table))
        }
        if source.request.figures {
            let pairs = try imagePairs(images, data)
            document.blocks += [agreement(pairs, data), scatter(pairs, data), try curves(data)]
                .compactMap {
                    $0.map(ReportDocument.Block.figure)
                }
            if let overlays = try overlays(images, data) {
                document.blocks.append(.figure(overlays))
            }
        }
        document.provenance = try Provenance(data: data).facts()
        if let command { document.provenance.insert(.init("Command", command), at: 0) }
        return document
    }

    private var columns: [Column] { runs.map { Column("run-\($0)", title: "Run \($0)") } }

    // MARK: Tables

    private func settings(_ data: ReportData) -> Table {
        let byID = Dictionary(data.runs.map { ($0.id, $0) }, uniquingKeysWith: { a, _ in a })
        let axes = data.varying + data.repeating
        var rows = axes.map { axis in
            Table.Row(
                id: axis.name, group: "",
                cells: [.text(axis.name)]
                    + runs.map { id in
                        .text(byID[id].map { data.value(of: $0, on: axis) } ?? "–")
                    })
        }
        for (name, value) in [
            ("state", { (run: ReportRun) in run.state.rawValue }),
            ("best epoch", { $0.bestEpoch.map(String.init) ?? "–" }),
            ("seconds", { $0.seconds.map { NumberFormat.plain($0, decimals: 1) } ?? "–" }),
        ] {
            rows.append(
                Table.Row(
                    id: name, group: "",
                    cells: [.text(name)] + runs.map { .text(byID[$0].map(value) ?? "–") }))
        }
        let differing = rows.filter { row in
            row.cells.dropFirst().contains { $0.content != row.cells[1].content }
        }
        return Table(
            id: "settings", title: "Settings that differ",
            columns: [Column("setting", title: "Setting", role: .label)]
                + columns.map { Column($0.key, title: $0.title, role: .label) }, rows: differing)
    }

    private func results(_ data: ReportData) -> Table {
        let vocabulary = source.vocabulary
        let measures = vocabulary.measures.filter { measure in
            runs.contains { data.number($0, measure.name) != nil }
        }
        let rows = measures.map { measure in
            let values = runs.map { data.number($0, measure.name) }
            var cells: [Cell] = [.text(measure.column.heading)]
            for (run, value) in zip(runs, values) {
                cells.append(
                    value.map { .measured([Sample(run: run, value: $0)]) } ?? Cell(.missing))
            }
            for (run, value) in zip(runs, values).dropFirst() {
                if let value, let first = values[0] {
                    cells.append(Cell(.difference(value - first), runs: [runs[0], run]))
                } else {
                    cells.append(Cell(.missing))
                }
            }
            return Table.Row(id: measure.name, group: "", cells: cells)
        }
        let differences = runs.dropFirst().map { run in
            Column("difference-\(run)", title: "\(run) − \(runs[0])", decimals: 4)
        }
        return Table(
            id: "results", title: "Test results",
            columns: [Column("metric", title: "Metric", role: .label)]
                + columns.map { Column($0.key, title: $0.title, decimals: 4) } + differences,
            rows: rows)
    }

    /// The objective's metric of the images that both runs tested, run and reference.
    private func pairs(
        _ run: RunID, _ images: [RunID: [ReportImageValue]]
    ) -> [(image: Int64, value: Double, reference: Double)] {
        let base = Dictionary(
            (images[runs[0]] ?? []).map { ($0.image, $0.value) }, uniquingKeysWith: { a, _ in a })
        return (images[run] ?? []).compactMap { value in
            base[value.image].map { (value.image, value.value, $0) }
        }.sorted { $0.image < $1.image }
    }

    /// Where several of the runs are seeds of one setting: the settings compared with the network as
    /// the unit. The setting of the first run is the reference.
    private func comparisons(_ data: ReportData) throws -> Table? {
        let axes = data.varying
        let cells = data.grid(axes).cells
        guard !axes.isEmpty,
            let reference = cells.first(where: { $0.completed.contains { $0.id == runs[0] } })
        else { return nil }
        let others = cells.filter { $0.values != reference.values }
        let tests = PairedTests(
            data: data, measure: data.objectiveMeasure, axes: axes, reference: nil)
        return tests.table(try tests.run(others.map { (row: $0, reference: reference) }))
    }

    /// Each run beside the first, image by image: what two trained networks do.
    private func tests(_ images: [RunID: [ReportImageValue]], _ data: ReportData) -> Table? {
        let compared = runs.dropFirst().map { ($0, pairs($0, images)) }.filter { $0.1.count > 1 }
        guard !compared.isEmpty else { return nil }
        let rows = compared.map { run, shared in
            let pair = [runs[0], run]
            let differences = shared.map { $0.value - $0.reference }
            let interval = Bootstrap.pairedInterval(differences)
            func derived(_ value: Double?) -> Cell {
                value.map { Cell(.derived($0), runs: pair) } ?? Cell(.missing)
            }
            let tested = Set((images[run] ?? []).map(\.image))
                .union((images[runs[0]] ?? []).map(\.image))
            return Table.Row(
                id: String(run), group: "",
                cells: [
                    .text("\(run) − \(runs[0])"),
                    .text(
                        tested.count == shared.count
                            ? "\(shared.count), the same" : "\(shared.count) of \(tested.count)"),
                    Summary(differences).map { Cell(.difference($0.mean), runs: pair) }
                        ?? Cell(.missing),
                    derived(interval?.lowerBound), derived(interval?.upperBound),
                    derived(WilcoxonSignedRank(differences)?.pValue ?? 1),
                ])
        }
        var table = Table(
            id: "image-tests",
            title: "\(data.objectiveMeasure.title) of the trained networks, image by image",
            columns: [
                Column("runs", title: "Runs", role: .label),
                Column("images", title: "Test images", role: .label),
                Column("difference", title: "Difference", decimals: 4),
                Column("low", title: "95 % from", decimals: 4),
                Column("high", title: "95 % to", decimals: 4),
                Column("p-images", title: "p (images)", role: .pValue, decimals: 4),
            ], rows: rows)
        table.notes = [
            "Over the test images that both runs have: mean difference, 95 % percentile bootstrap "
                + "interval (2000 resamples, seed 1; none below \(Bootstrap.fewestPairs) images), "
                + "two-sided Wilcoxon signed-rank test. This describes these two networks; whether one setting "
                + "is better takes several seeds of each."
        ]
        return table
    }

    /// How well each run's probabilities tell two classes apart, and how far they can be believed.
    private func classes(_ data: ReportData) throws -> Table? {
        let told = try source.classProbabilities(of: data.completed)
        let rows = runs.compactMap { run -> Table.Row? in
            guard let of = told[run], let curve = of.curve else { return nil }
            func derived(_ value: Double?) -> Cell {
                value.map { Cell(.derived($0), runs: [run]) } ?? Cell(.missing)
            }
            let delong = curve.interval(), bootstrap = curve.bootstrapInterval()
            return Table.Row(
                id: "classes-\(run)", group: "",
                cells: [
                    .text("Run \(run)"), Cell(.count(of.images.count), runs: [run]),
                    derived(curve.area), derived(delong?.lowerBound), derived(delong?.upperBound),
                    derived(bootstrap.lowerBound), derived(bootstrap.upperBound),
                    derived(curve.sensitivity(specificity: 0.9)), derived(of.figures["brier"]),
                    derived(of.figures["ece"]),
                ])
        }
        guard !rows.isEmpty else { return nil }
        var table = Table(
            id: "classes", title: "Classes and their probabilities",
            columns: [
                Column("runs", title: "Run", role: .label),
                Column("images", title: "Images", role: .count),
                Column("auc", title: "AUC"), Column("low", title: "95 % from"),
                Column("high", title: "95 % to"),
                Column("bootstrap-low", title: "bootstrap from"),
                Column("bootstrap-high", title: "bootstrap to"),
                Column("sensitivity-at-90", title: "SN at 90 % SP"),
                Column("brier", title: "Brier"), Column("ece", title: "ECE"),
            ], rows: rows)
        table.notes = [
            "Of the second class on the test images. AUC's intervals: DeLong, and percentile bootstrap "
                + "(2000 resamples of either class's images, seed 1). SN at 90 % SP is the highest "
                + "sensitivity that any threshold gives there. ECE: of the class told, ten bins."
        ]
        return table
    }

    // MARK: Figures

    /// The images that each run has tested as the first one has, where there are enough to draw.
    private func imagePairs(
        _ images: [RunID: [ReportImageValue]], _ data: ReportData
    ) throws -> [(run: RunID, pairs: [ImagePair])] {
        let links = try ImageLinks(images.values.joined().lazy.map(\.image), in: data)
        return runs.dropFirst().map { run in
            (
                run,
                pairs(run, images).map { pair in
                    ImagePair(
                        value: pair.value, reference: pair.reference,
                        link: links?.link(
                            pair.image, of: run, value: pair.value, beside: runs[0],
                            otherValue: pair.reference))
                }
            )
        }.filter { $0.pairs.count > 2 }
    }

    /// What the first run achieves on each image, and what another does.
    private func scatter(_ compared: [(run: RunID, pairs: [ImagePair])], _ data: ReportData)
        -> Figure?
    {
        guard !compared.isEmpty else { return nil }
        let title = data.objectiveMeasure.title
        let chart = PairScatterChart(
            title: "Image by image", measure: title, reference: "run \(runs[0])",
            panels: compared.map { ImagePairs(title: "run \($0)", pairs: $1) },
            bounds: data.vocabulary.bounds(of: data.objectiveMeasure))
        return Figure(
            id: "images",
            title:
                "\(title) of each test image, run \(runs[0]) and another: on the line both are the same.",
            content: .svg(chart.svg()))
    }

    private func agreement(_ compared: [(run: RunID, pairs: [ImagePair])], _ data: ReportData)
        -> Figure?
    {
        let title = data.objectiveMeasure.title
        let panels = compared.map { run, pairs in
            ImagePairs(title: "Run \(run) − run \(runs[0])", pairs: pairs)
        }
        guard !panels.isEmpty else { return nil }
        let chart = BlandAltmanChart(
            title: "Agreement by image", xLabel: "mean \(title) of the two runs",
            yLabel: "difference in \(title)", panels: panels)
        return Figure(
            id: "agreement",
            title:
                "Bland–Altman plot of the test images' \(title): mean difference (full line) and "
                + "limits of agreement, mean ± 1.96 standard deviations (broken lines).",
            content: .svg(chart.svg()))
    }

    private func curves(_ data: ReportData) throws -> Figure? {
        let curves = try source.store.reportCurves(of: data.objective, runs: runs.sorted())
        let shown = runs.prefix(ChartStyle.limit).filter { (curves[$0]?.count ?? 0) > 1 }
        guard !shown.isEmpty else { return nil }
        let chart = LineChart(
            title: "Learning curves", xLabel: "epoch", yLabel: data.objectiveTitle,
            names: shown.map { "run \($0)" },
            panels: [
                LineChart.Panel(
                    title: "",
                    series: shown.enumerated().map { index, run in
                        LineChart.Series(
                            style: index,
                            points: (curves[run] ?? []).map {
                                LineChart.Point(x: Double($0.epoch), y: $0.value, sd: nil)
                            })
                    })
            ], bounds: data.vocabulary.bounds(of: data.objectiveMeasure))
        return Figure(
            id: "learning-curves", title: data.objectiveTitle.firstCapital + " by epoch.",
            content: .svg(chart.svg()))
    }

    /// Outlines on the images on which the runs agree best, middling and worst.
    private func overlays(
        _ images: [RunID: [ReportImageValue]], _ data: ReportData
    ) throws -> Figure? {
        guard let pictures = source.pictures else { return nil }
        let shown = Array(runs.prefix(OverlayCases.most))
        var values: [Int64: [Double?]] = [:]
        for (index, run) in shown.enumerated() {
            for value in images[run] ?? [] {
                values[value.image, default: Array(repeating: nil, count: shown.count)][index] =
                    value.value
            }
        }
        let ranked = values.filter { $0.value.allSatisfy { $0 != nil } }
            .map { (image: $0.key, mean: $0.value.compactMap { $0 }.reduce(0, +)) }
            .sorted { ($1.mean, $0.image) < ($0.mean, $1.image) }
        guard let best = ranked.first, let worst = ranked.last else { return nil }
        let chosen = [("best", best), ("median", ranked[ranked.count / 2]), ("worst", worst)]
        let names = try source.store.reportImageNames(chosen.map(\.1.image))
        let choice = OverlayCases.Choice(
            measure: data.objectiveMeasure, id: "overlays", title: "Mask outlines",
            methods: shown.map { (name: "run \($0)", run: $0) },
            images: chosen.map { ($0.0, names[$0.1.image] ?? "", values[$0.1.image] ?? []) })
        return try choice.figure(pictures)
    }
}
