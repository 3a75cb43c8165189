internal import Domain
internal import RunStore
internal import Statistics

/// The test images of all folds together, each once.
///
/// An image's value is its mean over the networks of a row that tested it: in a cross-validation one
/// of each seed. So every image counts once, however many seeds there are.
struct OutOfFoldImages {
    /// One row of a grid.
    struct Line {
        let values: [String]
        /// The data set's number.
        let dataset: Int64
        /// What each image measured, and which runs tested it.
        let images: [Int64: (value: Double, runs: [RunID])]

        var runs: [RunID] { Set(images.values.flatMap(\.runs)).sorted() }
    }

    let data: ReportData
    let axes: [Axis]
    let measure: ReportVocabulary.Measure
    let lines: [Line]

    /// Reads the images of the rows of `axes`.
    init(_ data: ReportData, axes: [Axis], measure: ReportVocabulary.Measure) throws {
        self.data = data
        self.axes = axes
        self.measure = measure
        let values = try data.source.store.reportImageValues(
            of: measure.name, runs: data.completed.map(\.id), weights: data.request.weights,
            split: .test)
        lines = data.grid(axes).cells.flatMap { cell in
            let sets = Dictionary(grouping: cell.completed) { $0.datasetID ?? 0 }
            return sets.sorted { $0.key < $1.key }.compactMap { (dataset, runs) -> Line? in
                let images = ImageMeans(runs.map(\.id), values).images
                return images.isEmpty
                    ? nil : Line(values: cell.values, dataset: dataset, images: images)
            }
        }
    }

    /// The objective's metric of all folds' images, one row a setting; nil where runs have no folds.
    static func summary(_ data: ReportData, axes: [Axis]) throws -> Table? {
        guard data.repeating.contains(.fold) else { return nil }
        return try OutOfFoldImages(data, axes: axes, measure: data.objectiveMeasure).summary()
    }

    /// One row a setting: how many images were tested, and how they spread.
    func summary() -> Table? {
        guard !lines.isEmpty else { return nil }
        let decimals = measure.unit == nil ? 3 : 2
        func number(_ key: String, _ title: String) -> Column {
            Column(key, title: title, unit: measure.unit, decimals: decimals)
        }
        let isHigher = measure.direction != .lowerIsBetter
        var table = Table(
            id: "out-of-fold", title: "Test images of all folds together: \(measure.title)",
            columns: axes.map(\.column) + [
                Column("n", title: "n", role: .count),
                Column("images", title: "Images", role: .label),
                number("mean", "Mean"), number("sd", "sd"), number("median", "Median"),
                number("worst", "Worst"),
            ], rows: lines.map { row($0, isHigher: isHigher) })
        table.notes = [
            "Over images, each once: its value is the mean over the networks that tested it. Images: "
                + "those tested, of those of the data set that can be; sd: sample standard deviation "
                + "over images."
        ]
        return table
    }

    private func row(_ line: Line, isHigher: Bool) -> Table.Row {
        let values = line.images.sorted { $0.key < $1.key }.map(\.value.value)
        let runs = line.runs
        func derived(_ value: Double?) -> Cell {
            value.map { Cell(.derived($0), runs: runs) } ?? Cell(.missing)
        }
        let all = data.datasets.first { $0.id == line.dataset }?.masks
        let summary = Summary(values)
        return Table.Row(
            id: line.values.joined(separator: "/"), group: "",
            cells: zip(line.values, axes).map { .text(data.text($0, on: $1, beside: axes)) } + [
                Cell(.count(runs.count), runs: runs),
                .text("\(values.count)" + (all.map { " of \($0)" } ?? "")),
                derived(summary?.mean), derived(summary?.sd), derived(Summary.median(values)),
                derived(isHigher ? values.min() : values.max()),
            ])
    }

    /// One row an image, those that are hardest for all rows first in each data set.
    func images() throws -> Table? {
        guard !lines.isEmpty else { return nil }
        let names = try data.source.store.reportImageNames(
            Set(lines.flatMap(\.images.keys)).sorted())
        let titles = Dictionary(
            data.datasets.map { ($0.id, $0.title) }, uniquingKeysWith: { a, _ in a })
        let settings = lines.map(\.values).reduce(into: [[String]]()) {
            if !$0.contains($1) { $0.append($1) }
        }
        let differing = axes.indices.filter { index in Set(settings.map { $0[index] }).count > 1 }
        var rows: [(dataset: String, mean: Double, row: Table.Row)] = []
        for (dataset, lines) in Dictionary(grouping: lines, by: \.dataset) {
            let title = titles[dataset] ?? ""
            for image in Set(lines.flatMap(\.images.keys)) {
                let name = names[image] ?? ""
                let found = lines.compactMap { $0.images[image]?.value }
                let cells = settings.map { values in
                    lines.first { $0.values == values }?.images[image]
                        .map { Cell(.derived($0.value), runs: $0.runs) } ?? Cell(.missing)
                }
                rows.append(
                    (
                        title, found.reduce(0, +) / Double(found.count),
                        Table.Row(
                            id: "\(title)/\(name)", group: title,
                            cells: [
                                .text(Axis.dataset.text(title, in: data.vocabulary)), .text(name),
                            ]
                                + cells)
                    ))
            }
        }
        let isHigher = measure.direction != .lowerIsBetter
        rows.sort { a, b in
            if a.dataset != b.dataset { return a.dataset < b.dataset }
            if a.mean != b.mean { return (a.mean < b.mean) == isHigher }
            return a.row.id < b.row.id
        }
        let columns = settings.map { values in
            let shown = differing.isEmpty ? Array(axes.indices) : differing
            return Column(
                values.joined(separator: "/"),
                title: shown.map { axes[$0].phrase(values[$0], in: data.vocabulary) }
                    .joined(separator: ", "),
                unit: measure.unit, decimals: measure.unit == nil ? 3 : 2)
        }
        return Table(
            id: "images", title: "\(measure.title) of each test image, the hardest first",
            columns: [Axis.dataset.column, Column("image", title: "Image", role: .label)] + columns,
            rows: rows.map(\.row))
    }
}
