internal import Domain
internal import RunStore
internal import Statistics

/// Paired comparisons of rows against a reference, with the network as the unit.
///
/// A pair is one network of each row that share the seed and the test images; its difference is that
/// of their means over these images. Test, interval and equivalence are `PairedComparison`'s, with
/// Holm's correction over the comparisons of the table that have enough pairs. Beside them stands
/// Wilcoxon's test over images, which describes these trained networks and marks nothing.
struct PairedTests {
    let data: ReportData
    /// The per-image metric that is tested.
    let measure: ReportVocabulary.Measure
    /// The axes that tell rows apart.
    let axes: [Axis]
    /// The axis in which rows and their references differ, in words: `loss TV`; nil where each has
    /// its own.
    let reference: ReportRequest.Reference?

    /// One comparison.
    struct Comparison {
        let row: [String]
        let referenceRow: [String]
        let pairs: RunPairing.Pairs
        let networks: PairedComparison
        /// Interval of the mean difference over networks and images.
        let wholeInterval: ClosedRange<Double>?
        /// Wilcoxon's p over images, each averaged over the pairs that have it.
        let imagePValue: Double?
        /// Corrected p-values of difference and equivalence; nil where nothing is tested.
        var adjusted: Double?
        var equivalence: Double?
    }

    private var units: String { data.units(beside: axes) }
    private var fewest: Int { data.request.boldRule.fewest }
    /// The margin of equivalence; there is none for distances.
    private var margin: Double? { measure.unit == nil ? data.request.margin : nil }

    /// All comparisons with the reference that the runs allow, in the order of the rows.
    func run() throws -> [Comparison] {
        guard let reference, let position = axes.firstIndex(of: reference.axis) else { return [] }
        let grid = data.grid(axes)
        var cells: [[String]: RunGrid.Cell] = [:]
        for cell in grid.cells { cells[cell.values] = cell }
        return try run(
            grid.cells.filter { $0.values[position] != reference.value }.compactMap { cell in
                var key = cell.values
                key[position] = reference.value
                return cells[key].map { (row: cell, reference: $0) }
            })
    }

    /// The comparisons of these cells, each with its reference; those without a pair are left out.
    func run(_ cells: [(row: RunGrid.Cell, reference: RunGrid.Cell)]) throws -> [Comparison] {
        let runs = Set(cells.flatMap { ($0.row.completed + $0.reference.completed).map(\.id) })
        let images = try data.source.store.reportImageValues(
            of: measure.name, runs: runs.sorted(), weights: data.request.weights, split: .test)
        var comparisons = cells.compactMap { compare($0.row, $0.reference, images) }
        let networks = comparisons.map(\.networks)
        let adjusted = PairedComparison.corrected(networks, fewest: fewest) { $0.pValue }
        let same = margin.map { margin in
            PairedComparison.corrected(networks, fewest: fewest) { $0.equivalence(margin: margin) }
        }
        for index in comparisons.indices {
            comparisons[index].adjusted = adjusted[index]
            comparisons[index].equivalence = same?[index]
        }
        return comparisons
    }

    private func compare(
        _ cell: RunGrid.Cell, _ other: RunGrid.Cell, _ values: [RunID: [ReportImageValue]]
    ) -> Comparison? {
        guard
            let (pairs, networks) = data.pairing.comparison(
                data.samples(cell.completed, measure.name),
                data.samples(other.completed, measure.name))
        else { return nil }
        let units = pairs.units.map { unit in
            Self.perImage(
                unit.map { Self.differences(values[$0.run] ?? [], values[$0.reference] ?? []) })
        }
        let ofImages = Self.perImage(units).sorted { $0.key < $1.key }.map(\.value)
        return Comparison(
            row: cell.values, referenceRow: other.values, pairs: pairs, networks: networks,
            wholeInterval: TwoLevelBootstrap.interval(units, overlap: networks.test.overlap),
            imagePValue: ofImages.count > 1 ? WilcoxonSignedRank(ofImages)?.pValue ?? 1 : nil)
    }

    /// Each image's mean over those that have it.
    private static func perImage(_ all: [[Int64: Double]]) -> [Int64: Double] {
        Dictionary(grouping: all.joined(), by: \.key).mapValues { values in
            values.reduce(0) { $0 + $1.value } / Double(values.count)
        }
    }

    /// Run minus reference on the images that both have.
    static func differences(
        _ values: [ReportImageValue], _ reference: [ReportImageValue]
    ) -> [Int64: Double] {
        let base = Dictionary(
            reference.map { ($0.image, $0.value) }, uniquingKeysWith: { first, _ in first })
        return Dictionary(
            values.compactMap { value in
                base[value.image].map { (value.image, value.value - $0) }
            }, uniquingKeysWith: { first, _ in first })
    }

    // MARK: Marks

    /// Set at rows that are the same within the margin.
    static let sameMark = "≈"

    /// Marks the tested rows' cells and explains the marks under the table.
    func mark(_ comparisons: [Comparison], in table: inout Table, column key: String) {
        guard let column = table.column(named: key), let reference else { return }
        guard !comparisons.isEmpty else {
            if data.request.reference != nil {
                table.notes.append(
                    "Nothing is compared with \(reference.axis.phrase(reference.value, in: data.vocabulary)): "
                        + "among these runs no two rows that differ in it alone share a seed and "
                        + "test images.")
            }
            return
        }
        for comparison in comparisons {
            let id = comparison.row.joined(separator: "/")
            guard let row = table.rows.firstIndex(where: { $0.id == id }) else { continue }
            if let p = comparison.adjusted, p < PairedComparison.level {
                table.rows[row].cells[column].marks.append(
                    p < PairedComparison.level / 10 ? "‡" : "†")
            }
            if let p = comparison.equivalence, p < PairedComparison.level {
                table.rows[row].cells[column].marks.append(Self.sameMark)
            }
        }
        let against = reference.axis.phrase(reference.value, in: data.vocabulary)
        let tests = comparisons.count { $0.adjusted != nil }
        guard tests > 0 else {
            table.notes.append(
                "No row is tested against the same row with \(against): that takes at least "
                    + "\(fewest) \(units) that both have, tested on the same images.")
            return
        }
        let level = NumberFormat.short(PairedComparison.level)
        var note =
            "† (‡): \(measure.title) differs from the same row with \(against), p < \(level) "
            + "(\(NumberFormat.short(PairedComparison.level / 10)))"
        if let margin {
            note +=
                "; \(Self.sameMark): the same within \(NumberFormat.short(margin)), p < \(level)"
        }
        table.notes.append(
            note
                + ": paired t-tests over \(units), each Holm-corrected over \(Self.count(tests)) with "
                + "at least \(fewest) \(units); the table of paired comparisons has the numbers.")
    }

    private static func count(_ tests: Int) -> String { tests == 1 ? "1 test" : "\(tests) tests" }

    // MARK: Table

    /// The comparisons as a table; nil when there is none.
    func table(_ comparisons: [Comparison]) -> Table? {
        guard !comparisons.isEmpty else { return nil }
        var table = Table(
            id: "paired-tests", title: "Paired comparisons of \(measure.title)",
            columns: columns, rows: comparisons.map(row))
        table.notes = notes(comparisons)
        return table
    }

    private var columns: [Column] {
        let decimals = measure.unit == nil ? 4 : 2
        func number(_ key: String, _ title: String) -> Column {
            Column(key, title: title, unit: measure.unit, decimals: decimals)
        }
        func pValue(_ key: String, _ title: String) -> Column {
            Column(key, title: title, role: .pValue, decimals: 4)
        }
        var columns = axes.map(\.column)
        columns += [
            Column("against", title: "Against", role: .label),
            Column(
                "seeds", title: units.prefix(1).uppercased() + units.dropFirst(), role: .count),
            Column("images", title: "Test images", role: .label),
            number("difference", "Difference"),
            number("low", "95 % from"), number("high", "95 % to"),
            number("whole-low", "with images from"), number("whole-high", "to"),
            pValue("p", "p"), pValue("p-holm", "p (Holm)"), pValue("p-signs", "p (signs)"),
        ]
        if margin != nil { columns.append(pValue("p-same", "p (same)")) }
        return columns + [pValue("p-images", "p (images)")]
    }

    private func row(_ comparison: Comparison) -> Table.Row {
        let runs = comparison.pairs.runs
        func derived(_ value: Double?) -> Cell {
            value.map { Cell(.derived($0), runs: runs) } ?? Cell(.missing)
        }
        let networks = comparison.networks
        let interval = networks.test.interval()
        var cells = zip(comparison.row, axes).map {
            Cell.text(data.text($0, on: $1, beside: axes))
        }
        cells += [
            .text(against(comparison)), Cell(.count(networks.test.n), runs: runs),
            .text(comparison.pairs.text), Cell(.difference(networks.test.mean), runs: runs),
            derived(interval.lowerBound), derived(interval.upperBound),
            derived(comparison.wholeInterval?.lowerBound),
            derived(comparison.wholeInterval?.upperBound),
            derived(networks.test.pValue), derived(comparison.adjusted),
            derived(networks.signFlip),
        ]
        if margin != nil { cells.append(derived(comparison.equivalence)) }
        cells.append(derived(comparison.imagePValue))
        return Table.Row(
            id: comparison.row.joined(separator: "/"), group: "", cells: cells)
    }

    private func against(_ comparison: Comparison) -> String {
        if let reference { return reference.axis.text(reference.value, in: data.vocabulary) }
        return zip(axes, comparison.referenceRow).map { axis, value in
            data.text(value, on: axis, beside: axes)
        }.joined(separator: ", ")
    }

    private func notes(_ comparisons: [Comparison]) -> [String] {
        let tests = comparisons.count { $0.adjusted != nil }
        let corrected =
            tests == 0
            ? "Holm: below \(fewest) pairs nothing is claimed, and nothing corrected"
            : "Holm: corrected over \(Self.count(tests)) with at least \(fewest) pairs, below which "
                + "nothing is claimed"
        let isOverFolds = units == "folds"
        var notes = [
            "The unit is the network: a pair is one of each row with the same "
                + "\(isOverFolds ? "seed and fold" : "seed") and the same test "
                + "images, its difference that of their means over these. Difference: row minus "
                + "reference, mean over pairs. 95 %: t interval over pairs; with images: two-level "
                + "bootstrap over pairs and images (2000 resamples, seed 1; t quantile). p: two-sided "
                + "paired t-test; \(corrected); signs: exact sign-flip test."
        ]
        let redrawn = comparisons.contains {
            if case .redrawn = $0.networks.images { true } else { false }
        }
        if redrawn {
            notes.append(
                "Where the \(isOverFolds ? "fold changes" : "seed redraws") training and test images "
                    + "(redrawn), training sets overlap and "
                    + "pairs are not independent: both intervals, p and p (same) have Nadeau and Bengio's "
                    + "correction, the variance s² (1/n + test/training images)."
                    + (isOverFolds
                        ? "" : " A split of its own for all seeds needs fewer of them."))
        }
        if comparisons.contains(where: { $0.pairs.units.count < $0.pairs.pairs.count }) {
            notes.append(
                "Networks that share training and test images, such as the seeds of a fold, are "
                    + "averaged first and count as one.")
        }
        if let margin {
            notes.append(
                "p (same): that the difference is \(NumberFormat.short(margin)) or more either way "
                    + "(two one-sided tests), Holm-corrected over the same tests; below "
                    + "\(NumberFormat.short(PairedComparison.level)) the rows are the same within "
                    + "\(NumberFormat.short(margin)).")
        }
        notes.append(
            "p (images): Wilcoxon signed-rank over the test images, each averaged over the pairs; it "
                + "describes these trained networks, says nothing about other seeds, and marks "
                + "nothing.")
        return notes
    }
}
