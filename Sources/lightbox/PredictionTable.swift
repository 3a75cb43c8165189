import Console
import Domain
import Foundation
import Metrics
import Reports
import Wording

/// What a run said about images, for people line by line and for programs as CSV.
struct PredictionTable {
    /// One image.
    struct Row {
        let image: String
        let width: Int
        let height: Int
        /// Probability of each class, in the order of the table's names.
        let classes: [Double]
        /// Mean over the image of each structure's uncertainty, 0 to 1; empty of one answer alone.
        var uncertainty: [Double] = []
        /// Share of the image in the mask of each structure, 0 to 1; empty without masks.
        var foreground: [Double] = []
        /// Each structure beside its drawn mask; none without one.
        var comparisons: [Int: Comparison] = [:]
    }

    /// What a predicted mask is worth beside the drawn one.
    struct Comparison {
        /// The value of each metric.
        let values: [Double]
        /// The same in millimetres, of each metric that is a distance; empty where the spacing is not
        /// known.
        let millimetres: [Double]
    }

    /// What a drawn mask is compared by.
    static let metrics: [MetricEntry] = [.dice, .jaccard, .hausdorff95]
    /// Those that are distances.
    static let distances = metrics.filter { !$0.unit.isEmpty }

    let classNames: [String]
    /// What is segmented.
    let structures: [String]
    var rows: [Row] = []

    init(classNames: [String], structures: [String]) {
        self.classNames = classNames
        self.structures = structures
    }

    /// `dice`, of several structures `dice/heart`.
    private func name(_ metric: String, _ structure: Int) -> String {
        structures.count > 1
            ? SegmentationEvaluation.name(metric, of: structures[structure]) : metric
    }

    /// The class of the highest probability; nil without classes.
    private func predicted(_ row: Row) -> String? {
        row.classes.indices.max { row.classes[$0] < row.classes[$1] }.map { classNames[$0] }
    }

    /// The lines of an image: `a.png: 256 x 256, 24.1 % foreground, class normal (normal 0.930, …)`. Of
    /// several structures each has a line of its own, below each other as in a table.
    ///
    /// - Parameter names: the file that the first line is about, and what it says of others.
    func lines(of row: Row, _ names: (first: String, others: String)) -> [String] {
        var head = ["\(row.width) x \(row.height)"]
        let isOne = structures.count <= 1
        if isOne { head += row.foreground.indices.map { share(row, $0) + " foreground" } }
        if isOne { head += row.uncertainty.map { "uncertainty " + Self.text($0, decimals: 4) } }
        if let name = predicted(row) {
            let list = zip(classNames, row.classes).map {
                "\(ListedName.of($0)) \(Self.text($1))"
            }
            head.append("class \(ListedName.of(name)) (\(list.joined(separator: ", ")))")
        }
        if isOne, let comparison = row.comparisons[0] { head.append(comparison.text()) }
        let first = "\(names.first): \(head.joined(separator: ", "))\(names.others)"
        guard !isOne else { return [first] }
        return [first]
            + row.foreground.indices.map { index in
                let share = share(row, index)
                var parts = [String(repeating: " ", count: max(0, 7 - share.count)) + share]
                if index < row.uncertainty.count {
                    parts.append("uncertainty " + Self.text(row.uncertainty[index], decimals: 4))
                }
                if let comparison = row.comparisons[index] {
                    parts.append(comparison.text(isAligned: true))
                }
                return line(of: index, parts)
            }
    }

    /// `  left lung    24.1 %  Dice 0.953`, the names as wide as the widest.
    private func line(of structure: Int, _ parts: [String]) -> String {
        let width = structures.map(DisplayWidth.of).max() ?? 0
        let name = structures[structure]
        return "  " + name + String(repeating: " ", count: width - DisplayWidth.of(name)) + "  "
            + parts.joined(separator: "  ")
    }

    private func share(_ row: Row, _ structure: Int) -> String {
        Self.text(100 * row.foreground[structure], decimals: 1) + " %"
    }

    fileprivate static func text(_ value: Double, decimals: Int = 3) -> String {
        String(format: "%.\(decimals)f", value)
    }

    /// The means over several compared images, a line a metric or, of several structures, a line a
    /// structure; and how many had no mask. None for fewer images.
    func summary(wantsMasks: Bool) -> [String] {
        let compared = rows.filter { !$0.comparisons.isEmpty }
        guard wantsMasks, rows.count > 1, !compared.isEmpty else { return [] }
        let images = Plural.count(compared.count, "image")
        let sizes = Set(compared.map { "\($0.width) x \($0.height)" })
        let pixels =
            sizes.count == 1
            ? "of \(sizes.first ?? "")" : "of each file's own, which differ in size"
        let bare = rows.count - compared.count
        let left = bare == 0 ? [] : ["\(Plural.count(bare, "image")) without a mask left out"]
        let all = structures.indices.map { structure in
            compared.compactMap { $0.comparisons[structure] }
        }
        guard structures.count > 1 else {
            guard let mean = Comparison(meanOf: all.first ?? []) else { return left }
            return Self.metrics.indices.map { index in
                "mean \(Self.metrics[index].title) of \(images): \(mean.value(index))"
                    + (Self.metrics[index].unit.isEmpty ? "" : " " + pixels)
                    + mean.millimetres(index)
            } + left
        }
        return ["means of \(images), pixels \(pixels):"]
            + all.enumerated().compactMap { index, comparisons in
                Comparison(meanOf: comparisons).map { mean in
                    line(
                        of: index,
                        [mean.text(isAligned: true)]
                            + (comparisons.count == compared.count
                                ? [] : ["of \(Plural.count(comparisons.count, "image"))"]))
                }
            } + left
    }

    /// All rows at full precision (RFC 4180); a value that there is not is empty.
    var csv: String {
        var header = ["image", "width", "height"]
        let shares = structures.isEmpty ? ["mask"] : structures
        header += shares.indices.map {
            shares.count > 1 ? "foreground/\(shares[$0])" : "foreground"
        }
        let isUncertain = rows.contains { !$0.uncertainty.isEmpty }
        if isUncertain { header += structures.indices.map { name("uncertainty", $0) } }
        if !classNames.isEmpty { header += ["class"] + classNames.map { "probability \($0)" } }
        let comparisons = rows.flatMap(\.comparisons.values)
        let hasMillimetres = comparisons.contains { !$0.millimetres.isEmpty }
        if !comparisons.isEmpty {
            header += structures.indices.flatMap { index in
                Self.metrics.map { name($0.name, index) }
                    + (hasMillimetres ? Self.distances.map { name($0.name + "-mm", index) } : [])
            }
        }
        let lines = rows.map { row in
            var fields = [row.image, String(row.width), String(row.height)]
            fields += shares.indices.map {
                $0 < row.foreground.count ? "\(row.foreground[$0])" : ""
            }
            if isUncertain { fields += row.uncertainty.map { "\($0)" } }
            if !classNames.isEmpty {
                fields += [predicted(row) ?? ""] + row.classes.map { "\($0)" }
            }
            if !comparisons.isEmpty {
                fields += structures.indices.flatMap { structure in
                    let found = row.comparisons[structure]
                    let distances = hasMillimetres ? Self.distances.indices : 0..<0
                    let values = Self.metrics.indices.map { index in
                        found.map { "\($0.values[index])" } ?? ""
                    }
                    return values
                        + distances.map { index in
                            guard let found, !found.millimetres.isEmpty else { return "" }
                            return "\(found.millimetres[index])"
                        }
                }
            }
            return fields
        }
        return ([header] + lines).map { $0.map(CSVField.quoted).joined(separator: ",") }
            .joined(separator: "\n") + "\n"
    }
}

extension PredictionTable.Comparison {
    /// Measures a mask beside a drawn one; distances in millimetres too where the spacing is known.
    init(target: BinaryMask, prediction: BinaryMask, spacing: PixelSpacing?) {
        let pixels = SegmentationCase(target: target, prediction: prediction)
        values = PredictionTable.metrics.map { $0.measure(pixels) }
        millimetres =
            spacing.map { spacing in
                let measured = SegmentationCase(
                    target: target, prediction: prediction, spacing: spacing)
                return PredictionTable.distances.map { $0.measure(measured) }
            } ?? []
    }

    /// The means of several; in millimetres where all of them have these. Nil of none.
    init?(meanOf all: [PredictionTable.Comparison]) {
        guard !all.isEmpty else { return nil }
        func means(_ lists: [[Double]]) -> [Double] {
            (lists.first ?? []).indices.map { index in
                lists.reduce(0) { $0 + $1[index] } / Double(lists.count)
            }
        }
        values = means(all.map(\.values))
        millimetres = all.contains { $0.millimetres.isEmpty } ? [] : means(all.map(\.millimetres))
    }

    /// `Dice 0.953, Jaccard 0.910, HD95 3.16 pixels (1.58 mm)`.
    ///
    /// - Parameter isAligned: whether it stands below others like it.
    func text(isAligned: Bool = false) -> String {
        PredictionTable.metrics.indices.map { index in
            let metric = PredictionTable.metrics[index], value = value(index)
            let width = isAligned && !metric.unit.isEmpty ? 14 : 0
            let space = String(repeating: " ", count: max(0, width - value.count))
            return "\(metric.title) \(space)\(value)\(millimetres(index))"
        }.joined(separator: isAligned ? "  " : ", ")
    }

    /// A metric's value with its unit: `3.16 pixels`.
    func value(_ index: Int) -> String {
        let unit = PredictionTable.metrics[index].unit
        return unit.isEmpty
            ? PredictionTable.text(values[index])
            : PredictionTable.text(values[index], decimals: 2) + " " + unit
    }

    /// ` (1.58 mm)` of a distance whose pixels are known; else nothing.
    func millimetres(_ index: Int) -> String {
        let metric = PredictionTable.metrics[index]
        guard let place = PredictionTable.distances.firstIndex(where: { $0.name == metric.name }),
            place < millimetres.count
        else { return "" }
        return " (\(PredictionTable.text(millimetres[place], decimals: 2)) mm)"
    }
}
