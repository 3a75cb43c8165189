internal import RunStore
internal import Statistics

extension ReportEntry {
    /// The eight segmentors: every subset of pyramid, attention and progressive side outputs.
    static let ablation = ReportEntry(
        "ablation", title: "Ablation: pyramid, attention, progressive side outputs",
        summary: "all eight segmentors with their parts, and the effect of each part",
        ignoring: ["rows", "columns"]
    ) { entry, source in
        let data = try source.adjusted { request in
            if request.selection.models.isEmpty, request.selection.experiment == nil {
                request.selection.models = Ablation.parts.map(\.model)
            }
            if request.selection.procedures.isEmpty {
                request.selection.procedures = ["supervised"]
            }
        }.load()
        let table = SegmentationTable(
            data: data, entry: entry, paper: [], axes: [.dataset, .model, .loss], metrics: [])
        var document = try table.adjusted { $0.metrics = .standard }.document(
            reference: ReportRequest.Reference(axis: .model, value: "unet"), claims: [])
        let ablation = Ablation(data: data, axes: table.rowAxes)
        for index in document.blocks.indices {
            guard case .table(let plain) = document.blocks[index], plain.id == "standard" else {
                continue
            }
            document.blocks[index] = .table(ablation.addParts(to: plain))
            if let effects = ablation.effects() {
                document.blocks.insert(.table(effects), at: index + 1)
            }
            break
        }
        return document
    }
}

/// What each network of the ablation has, and what each part is worth.
struct Ablation {
    /// Parts of a network.
    struct Parts: OptionSet, Hashable {
        let rawValue: Int
        static let pyramid = Parts(rawValue: 1)
        static let attention = Parts(rawValue: 2)
        static let progressive = Parts(rawValue: 4)
        static let named: [(part: Parts, title: String)] = [
            (.pyramid, "Pyramid"), (.attention, "Attention"), (.progressive, "Progressive"),
        ]
    }

    /// The eight networks by registered name.
    static let parts: [(model: String, parts: Parts)] = [
        ("unet", []), ("pyramid-unet", .pyramid), ("progressive-unet", .progressive),
        ("attention-unet", .attention),
        ("pyramid-progressive-unet", [.pyramid, .progressive]),
        ("pyramid-attention-unet", [.pyramid, .attention]),
        ("progressive-attention-unet", [.progressive, .attention]),
        ("ppau-net", [.pyramid, .attention, .progressive]),
    ]

    let data: ReportData
    let axes: [Axis]

    /// The table with a column a part after the model's.
    func addParts(to table: Table) -> Table {
        guard let position = axes.firstIndex(of: .model) else { return table }
        let titles = Dictionary(
            Self.parts.map { (Axis.model.text($0.model, in: data.vocabulary), $0.parts) },
            uniquingKeysWith: { first, _ in first })
        var columns = table.columns
        columns.insert(
            contentsOf: Parts.named.map {
                Column($0.title.lowercased(), title: $0.title, role: .label)
            },
            at: position + 1)
        let rows = table.rows.map { row in
            var cells = row.cells
            guard case .text(let model) = row.cells[position].content else { return row }
            let parts = titles[model]
            cells.insert(
                contentsOf: Parts.named.map { part in
                    .text(parts.map { $0.contains(part.part) ? "yes" : "no" } ?? "?")
                }, at: position + 1)
            return Table.Row(id: row.id, group: row.group, source: row.source, cells: cells)
        }
        var result = Table(id: table.id, title: table.title, columns: columns, rows: rows)
        result.notes = table.notes
        return result
    }

    /// Mean difference in the objective's metric that each part makes, over pairs of runs that differ in nothing else.
    func effects() -> Table? {
        let measure = data.objectiveMeasure
        var byPlace: [[String]: [Parts: ReportRun]] = [:]
        let others = axes.filter { $0 != .model } + Axis.repetitions
        let known = Dictionary(
            Self.parts.map { ($0.model, $0.parts) }, uniquingKeysWith: { a, _ in a })
        for run in data.completed {
            guard let parts = known[run.model] else { continue }
            byPlace[others.map { data.value(of: run, on: $0) }, default: [:]][parts] = run
        }
        let datasets = Set(data.completed.map(\.dataset)).sorted {
            Axis.dataset.precedes($0, $1, in: data.vocabulary)
        }
        guard let place = others.firstIndex(of: .dataset) else { return nil }
        var rows: [Table.Row] = []
        for dataset in datasets {
            for (part, title) in Parts.named {
                var samples: [Sample] = []
                var pairs = 0
                var used: Set<RunID> = []
                for (key, runs) in byPlace where key[place] == dataset {
                    var differences: [Double] = []
                    for (parts, with) in runs where parts.contains(part) {
                        guard let without = runs[parts.subtracting(part)],
                            let a = data.number(with.id, measure.name),
                            let b = data.number(without.id, measure.name)
                        else { continue }
                        differences.append(a - b)
                        used.formUnion([with.id, without.id])
                    }
                    guard let mean = Summary(differences.sorted())?.mean else { continue }
                    pairs += differences.count
                    // The sample of a seed carries the number of its first run.
                    samples.append(Sample(run: runs.values.map(\.id).min() ?? 0, value: mean))
                }
                guard !samples.isEmpty else { continue }
                samples.sort { $0.run < $1.run }
                var effect = Cell.measured(samples)
                effect.runs = used.sorted()
                rows.append(
                    Table.Row(
                        id: "\(dataset)/\(title.lowercased())", group: dataset,
                        cells: [
                            .text(Axis.dataset.text(dataset, in: data.vocabulary)), .text(title),
                            Cell(.count(pairs)), effect,
                        ]))
            }
        }
        guard !rows.isEmpty else { return nil }
        var table = Table(
            id: "effects", title: "What each part is worth",
            columns: [
                Axis.dataset.column, Column("part", title: "Part", role: .label),
                Column("pairs", title: "Pairs", role: .count),
                Column("effect", title: "Difference in \(measure.title)", decimals: 4),
            ], rows: rows)
        table.notes = [
            "Mean over pairs of runs that differ only in the part (with minus without); ± sample "
                + "standard deviation over seeds and losses."
        ]
        return table
    }
}
