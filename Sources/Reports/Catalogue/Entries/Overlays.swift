internal import Domain
internal import RunStore
internal import Statistics

extension ReportEntry {
    /// Mask outlines on the best, the median and the worst test image of each data set.
    static let overlays = ReportEntry(
        "overlays", title: "Mask outlines: best, median and worst test images",
        summary: "outlines of target and predicted masks, methods side by side (needs the data)",
        ignoring: ["rows", "columns", "aggregate", "reference"]
    ) { entry, source in
        let data = try source.load()
        let axes = ([.dataset, .model, .loss] + data.varying).unique.contextFirst
        var document = ReportDocument(name: entry.name, title: entry.title)
        let cases = try OverlayCases(data: data, axes: axes).all()
        if cases.isEmpty { document.blocks.append(.paragraph("No completed runs match.")) }
        for choice in cases {
            document.blocks.append(.table(choice.table(of: data)))
            guard let pictures = source.pictures else { continue }
            document.blocks.append(.figure(try choice.figure(pictures)))
        }
        document.provenance = try Provenance(data: data).facts()
        return document
    }
}

/// Chooses the test images that a sheet of overlays shows.
struct OverlayCases {
    /// Most methods side by side.
    static let most = 4

    let data: ReportData
    let axes: [Axis]

    /// The images of one panel of the grid (data set, labels, …).
    struct Choice {
        /// The metric by which images and methods are chosen.
        let measure: ReportVocabulary.Measure
        let id: String
        let title: String
        /// Name and run of each method; all runs share the repetition, so the same test images.
        let methods: [(name: String, run: RunID)]
        let images: [(rank: String, name: String, values: [Double?])]
    }

    func all() throws -> [Choice] {
        let grid = data.grid(axes)
        let cells = grid.cells.filter { !$0.completed.isEmpty }
        let context = axes.indices.filter { axes[$0].isContext }
        let differing = axes.indices.filter { index in
            !axes[index].isContext && Set(cells.map { $0.values[index] }).count > 1
        }
        var groups: [(key: [String], cells: [RunGrid.Cell])] = []
        for cell in cells {
            let key = context.map { cell.values[$0] }
            if let index = groups.firstIndex(where: { $0.key == key }) {
                groups[index].cells.append(cell)
            } else {
                groups.append((key, [cell]))
            }
        }
        return try groups.compactMap { group in
            try choice(group.key, group.cells, context: context, differing: differing)
        }
    }

    private func choice(
        _ key: [String], _ cells: [RunGrid.Cell], context: [Int], differing: [Int]
    ) throws -> Choice? {
        let measured = cells.compactMap { cell in
            Summary(data.samples(cell.completed, data.objective.name).map(\.value)).map {
                (cell, $0.mean)
            }
        }
        let kept = measured.indices.sorted { a, b in
            measured[a].1 != measured[b].1 ? measured[a].1 > measured[b].1 : a < b
        }.prefix(Self.most).sorted().map { measured[$0].0 }
        guard let first = kept.first else { return nil }
        func repetition(_ run: ReportRun) -> [String] {
            Axis.repetitions.map { data.value(of: run, on: $0) }
        }
        let shared = kept.dropFirst().reduce(Set(first.completed.map(repetition))) {
            $0.intersection($1.completed.map(repetition))
        }
        // Completed runs are in the order of their seeds.
        guard let example = first.completed.first(where: { shared.contains(repetition($0)) }) else {
            return nil
        }
        let shown = differing.isEmpty ? axes.indices.filter { axes[$0] == .model } : differing
        let names = MethodNames(
            axes: axes, cells: cells.map(\.values), vocabulary: data.vocabulary,
            used: data.usedModels)
        let methods = kept.compactMap { cell in
            cell.completed.first { repetition($0) == repetition(example) }.map { run in
                (
                    name: names.name(cell.values, at: shown), run: run.id
                )
            }
        }
        let values = try data.source.store.reportImageValues(
            of: data.objective.name, runs: methods.map(\.run).sorted(),
            weights: data.request.weights, split: .test)
        var byImage: [Int64: [Double?]] = [:]
        for (index, method) in methods.enumerated() {
            for value in values[method.run] ?? [] {
                byImage[value.image, default: Array(repeating: nil, count: methods.count)][index] =
                    value.value
            }
        }
        let complete = byImage.filter { $0.value.allSatisfy { $0 != nil } }
        let ranked = complete.map { (image: $0.key, mean: $0.value.compactMap { $0 }.reduce(0, +)) }
            .sorted { ($1.mean, $0.image) < ($0.mean, $1.image) }
        guard let best = ranked.first, let worst = ranked.last else { return nil }
        let middle = ranked[ranked.count / 2]
        let imageNames = try data.source.store.reportImageNames(
            [best.image, middle.image, worst.image])
        let parts = zip(context, key).map { axes[$0].phrase($1, in: data.vocabulary) }
        return Choice(
            measure: data.objectiveMeasure,
            id: key.joined(separator: "-").replacing("/", with: "-"),
            title: parts.joined(separator: ", ") + ", "
                + data.repeating(beside: .seed).map {
                    $0.phrase(data.value(of: example, on: $0), in: data.vocabulary)
                }.joined(separator: ", "),
            methods: methods,
            images: [("best", best.image), ("median", middle.image), ("worst", worst.image)].map {
                ($0.0, imageNames[$0.1] ?? "", complete[$0.1] ?? [])
            })
    }
}

extension OverlayCases.Choice {
    /// Which images are shown and each method's value.
    func table(of data: ReportData) -> Table {
        var columns = [
            Column("case", title: "Case", role: .label),
            Column("image", title: "Image", role: .label),
        ]
        columns += methods.enumerated().map { index, method in
            Column("method-\(index + 1)", title: method.name)
        }
        let rows = images.map { image in
            Table.Row(
                id: image.rank, group: "",
                cells: [.text(image.rank), .text(image.name)]
                    + zip(image.values, methods).map { value, method in
                        value.map { .measured([Sample(run: method.run, value: $0)]) }
                            ?? Cell(.missing)
                    })
        }
        var table = Table(id: "cases-\(id)", title: title, columns: columns, rows: rows)
        table.notes = [
            "\(measure.title) of the test images with the highest, the median and the lowest mean "
                + "\(measure.title) over the methods shown (at most \(OverlayCases.most), the best by "
                + "test \(measure.title)), one seed."
        ]
        return table
    }

    /// The sheet of outlines.
    func figure(_ pictures: PictureProvider) throws -> Figure {
        let names = images.map(\.name)
        let byRun = try methods.map { try pictures($0.run, names) }
        let rows = images.map { image in
            OverlaySheet.Row(
                title: "\(image.rank): \(image.name)",
                panels: zip(byRun, image.values).map { found, value in
                    found[image.name].map { picture in
                        OverlaySheet.Panel(
                            picture: picture,
                            caption: value.map {
                                "\(measure.title) " + NumberFormat.plain($0, decimals: 3)
                            } ?? "")
                    }
                })
        }
        let isOne = byRun.allSatisfy { $0.values.allSatisfy { $0.structures.count == 1 } }
        let sheet = OverlaySheet(methods: methods.map(\.name), rows: rows)
        return Figure(
            id: id,
            title: "\(title): outlines of the target (\(isOne ? "blue, " : "")broken) and of the "
                + "prediction (\(isOne ? "orange" : "full line; a colour for each structure")).",
            content: .png(try sheet.png()))
    }
}
