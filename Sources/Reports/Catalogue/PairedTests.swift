internal import Domain
internal import RunStore

/// Paired tests of rows against a reference over the same test images.
///
/// The unit is the test image: a row's value of an image is its mean over the seeds in whose test
/// split the image is, taken only over seeds that both rows have, so that each pair was trained on
/// the same images. Wilcoxon's signed-rank test, Holm's correction over the tests of the table.
struct PairedTests {
    let data: ReportData
    /// The per-image metric that is tested.
    let measure: ReportVocabulary.Measure
    let reference: ReportRequest.Reference
    /// The axes that tell rows apart.
    let axes: [Axis]

    /// One comparison.
    struct Comparison {
        let row: [String]
        let referenceRow: [String]
        let images: Int
        let runs: [RunID]
        let meanDifference: Double
        let interval: ClosedRange<Double>?
        let pValue: Double
        var adjusted = 1.0
    }

    /// All comparisons that the runs allow, in the order of the rows, with corrected p-values.
    func run() throws -> [Comparison] {
        guard let position = axes.firstIndex(of: reference.axis) else { return [] }
        let grid = data.grid(axes)
        var cells: [[String]: RunGrid.Cell] = [:]
        for cell in grid.cells { cells[cell.values] = cell }
        var pairs: [(RunGrid.Cell, RunGrid.Cell)] = []
        for cell in grid.cells where cell.values[position] != reference.value {
            var key = cell.values
            key[position] = reference.value
            guard let other = cells[key], !other.completed.isEmpty, !cell.completed.isEmpty else {
                continue
            }
            pairs.append((cell, other))
        }
        let runs = Set(pairs.flatMap { ($0.0.completed + $0.1.completed).map(\.id) }).sorted()
        let images = try data.source.store.reportImageValues(
            of: measure.name, runs: runs, weights: data.request.weights, split: .test)
        var comparisons = pairs.compactMap { compare($0.0, $0.1, images) }
        let adjusted = Holm.adjust(comparisons.map(\.pValue))
        for index in comparisons.indices { comparisons[index].adjusted = adjusted[index] }
        return comparisons
    }

    private func compare(
        _ cell: RunGrid.Cell, _ other: RunGrid.Cell, _ values: [RunID: [ReportImageValue]]
    ) -> Comparison? {
        var differences: [Int64: (sum: Double, count: Int)] = [:]
        var used: Set<RunID> = []
        let others = Dictionary(
            other.completed.map { ($0.seed, $0) }, uniquingKeysWith: { first, _ in first })
        for run in cell.completed {
            guard let partner = others[run.seed], let mine = values[run.id],
                let theirs = values[partner.id]
            else { continue }
            let reference = Dictionary(
                theirs.map { ($0.image, $0.value) }, uniquingKeysWith: { first, _ in first })
            for value in mine {
                guard let base = reference[value.image] else { continue }
                differences[value.image, default: (0, 0)].sum += value.value - base
                differences[value.image, default: (0, 0)].count += 1
                used.formUnion([run.id, partner.id])
            }
        }
        let list = differences.sorted { $0.key < $1.key }.map {
            $0.value.sum / Double($0.value.count)
        }
        guard list.count > 1, let summary = Summary(list) else { return nil }
        return Comparison(
            row: cell.values, referenceRow: other.values, images: list.count,
            runs: used.sorted(), meanDifference: summary.mean,
            interval: Bootstrap.pairedInterval(list),
            pValue: WilcoxonSignedRank(list)?.pValue ?? 1)
    }

    private static func count(_ comparisons: [Comparison]) -> String {
        comparisons.count == 1 ? "1 test" : "\(comparisons.count) tests"
    }

    /// Level below which a corrected p-value is marked †; a tenth of it is marked ‡.
    static let level = 0.05

    /// Marks the tested rows' cells and explains the marks under the table.
    func mark(_ comparisons: [Comparison], in table: inout Table, column key: String) {
        guard !comparisons.isEmpty, let column = table.column(named: key) else { return }
        for comparison in comparisons where comparison.adjusted < Self.level {
            let id = comparison.row.joined(separator: "/")
            guard let row = table.rows.firstIndex(where: { $0.id == id }) else { continue }
            table.rows[row].cells[column].marks.append(
                comparison.adjusted < Self.level / 10 ? "‡" : "†")
        }
        table.notes.append(
            "† (‡): \(measure.title) differs from the same row with "
                + reference.axis.phrase(reference.value, in: data.vocabulary)
                + ", p < \(NumberFormat.short(Self.level)) (\(NumberFormat.short(Self.level / 10))): "
                + "Wilcoxon signed-rank over the test images, Holm-corrected over "
                + "\(Self.count(comparisons)); the table of paired tests has the numbers.")
    }

    /// The comparisons as a table; nil when there is none.
    func table(_ comparisons: [Comparison]) -> Table? {
        guard !comparisons.isEmpty else { return nil }
        let decimals = measure.unit == nil ? 4 : 2
        let columns =
            axes.map(\.column) + [
                Column("against", title: "Against", role: .label),
                Column("images", title: "Images", role: .count),
                Column("difference", title: "Difference", unit: measure.unit, decimals: decimals),
                Column("low", title: "95 % from", unit: measure.unit, decimals: decimals),
                Column("high", title: "95 % to", unit: measure.unit, decimals: decimals),
                Column("p", title: "p", role: .pValue, decimals: 4),
                Column("p-holm", title: "p (Holm)", role: .pValue, decimals: 4),
            ]
        let rows = comparisons.map { comparison in
            let runs = comparison.runs
            func derived(_ value: Double?) -> Cell {
                value.map { Cell(.derived($0), runs: runs) } ?? Cell(.missing)
            }
            let names = zip(comparison.row, axes).map {
                Cell.text(data.text($0, on: $1, beside: axes))
            }
            let numbers = [
                Cell(.count(comparison.images), runs: runs),
                Cell(.difference(comparison.meanDifference), runs: runs),
                derived(comparison.interval?.lowerBound), derived(comparison.interval?.upperBound),
                derived(comparison.pValue), derived(comparison.adjusted),
            ]
            return Table.Row(
                id: comparison.row.joined(separator: "/"), group: "",
                cells: names + [.text(reference.axis.text(reference.value, in: data.vocabulary))]
                    + numbers)
        }
        var table = Table(
            id: "paired-tests", title: "Paired tests of \(measure.title)", columns: columns,
            rows: rows)
        table.notes = [
            "Difference: mean over test images of row minus reference, each image averaged over the "
                + "seeds that both have; 95 % interval by percentile bootstrap over images (2000 "
                + "resamples, seed 1); two-sided Wilcoxon signed-rank test, exact up to "
                + "\(WilcoxonSignedRank.exactLimit) images; Holm's correction over the "
                + "\(Self.count(comparisons))."
        ]
        if let note = Bootstrap.note(forPairs: comparisons.map(\.images)) {
            table.notes.append(note)
        }
        return table
    }
}
