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
        /// Metrics of each structure against its drawn mask; of none without one.
        var metrics: [Int: [Double]] = [:]
    }

    /// What a drawn mask is compared by.
    static let metrics: [MetricEntry] = [.dice, .jaccard, .hausdorff95]

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

    /// `Dice`, of several structures `heart Dice`.
    private func title(_ metric: MetricEntry, _ structure: Int) -> String {
        structures.count > 1 ? "\(structures[structure]) \(metric.title)" : metric.title
    }

    /// The class of the highest probability; nil without classes.
    private func predicted(_ row: Row) -> String? {
        row.classes.indices.max { row.classes[$0] < row.classes[$1] }.map { classNames[$0] }
    }

    /// One line: `256 x 256, 24.1 % foreground, class normal (normal 0.93, abnormal 0.07)`.
    func text(of row: Row) -> String {
        var parts = ["\(row.width) x \(row.height)"]
        for (index, share) in row.foreground.enumerated() {
            let what = structures.count > 1 ? structures[index] : "foreground"
            parts.append("\(ResultNumber.short(100 * share)) % \(what)")
        }
        for (index, value) in row.uncertainty.enumerated() {
            let what = structures.count > 1 ? "\(structures[index]) uncertainty" : "uncertainty"
            parts.append("\(what) \(ResultNumber.short(value))")
        }
        if let name = predicted(row) {
            let list = zip(classNames, row.classes).map {
                "\(ListedName.of($0)) \(ResultNumber.short($1))"
            }
            parts.append("class \(ListedName.of(name)) (\(list.joined(separator: ", ")))")
        }
        for (structure, values) in row.metrics.sorted(by: { $0.key < $1.key }) {
            parts += zip(Self.metrics, values).map { metric, value in
                "\(title(metric, structure)) \(ResultNumber.short(value))"
                    + (metric.unit.isEmpty ? "" : " " + metric.unit)
            }
        }
        return parts.joined(separator: ", ")
    }

    /// The means over several compared images, a line a metric, and how many had no mask; none for
    /// fewer images.
    func summary(wantsMasks: Bool) -> [String] {
        let compared = rows.filter { !$0.metrics.isEmpty }
        guard wantsMasks, rows.count > 1, !compared.isEmpty else { return [] }
        let images = Plural.count(compared.count, "image")
        let sizes = Set(compared.map { "\($0.width) x \($0.height)" })
        let pixels =
            sizes.count == 1
            ? "of \(sizes.first ?? "")" : "of each file's own, which differ in size"
        let bare = rows.count - compared.count
        return structures.indices.flatMap { structure in
            Self.metrics.enumerated().compactMap { index, metric -> String? in
                let values = compared.compactMap { $0.metrics[structure]?[index] }
                if values.isEmpty { return nil }
                let mean = values.reduce(0, +) / Double(values.count)
                return "mean \(title(metric, structure)) of \(images): "
                    + ResultNumber.short(mean)
                    + (metric.unit.isEmpty ? "" : " \(metric.unit) \(pixels)")
            }
        } + (bare == 0 ? [] : ["\(Plural.count(bare, "image")) without a mask left out"])
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
        let hasMetrics = rows.contains { !$0.metrics.isEmpty }
        if hasMetrics {
            header += structures.indices.flatMap { index in
                Self.metrics.map { name($0.name, index) }
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
            if hasMetrics {
                fields += structures.indices.flatMap { structure in
                    Self.metrics.indices.map { index in
                        row.metrics[structure].map { "\($0[index])" } ?? ""
                    }
                }
            }
            return fields
        }
        return ([header] + lines).map { $0.map(CSVField.quoted).joined(separator: ",") }
            .joined(separator: "\n") + "\n"
    }
}
