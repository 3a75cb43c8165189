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
        /// Share of the image in the mask, 0 to 1; nil without a mask.
        var foreground: Double?
        /// Metrics against the drawn mask; none without one.
        var metrics: [(metric: MetricEntry, value: Double)] = []
    }

    /// What a drawn mask is compared by.
    static let metrics: [MetricEntry] = [.dice, .jaccard, .hausdorff95]

    let classNames: [String]
    var rows: [Row] = []

    init(classNames: [String]) { self.classNames = classNames }

    /// The class of the highest probability; nil without classes.
    private func predicted(_ row: Row) -> String? {
        row.classes.indices.max { row.classes[$0] < row.classes[$1] }.map { classNames[$0] }
    }

    /// One line: `256 x 256, 24.1 % foreground, class normal (normal 0.93, abnormal 0.07)`.
    func text(of row: Row) -> String {
        var parts = ["\(row.width) x \(row.height)"]
        if let share = row.foreground {
            parts.append("\(ResultNumber.short(100 * share)) % foreground")
        }
        if let name = predicted(row) {
            let list = zip(classNames, row.classes).map { "\($0) \(ResultNumber.short($1))" }
            parts.append("class \(name) (\(list.joined(separator: ", ")))")
        }
        parts += row.metrics.map { metric, value in
            "\(metric.title) \(ResultNumber.short(value))"
                + (metric.unit.isEmpty ? "" : " " + metric.unit)
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
        return Self.metrics.map { metric in
            let values = compared.flatMap(\.metrics).filter { $0.metric.name == metric.name }
            let mean = values.reduce(0) { $0 + $1.value } / Double(values.count)
            return "mean \(metric.title) of \(images): \(ResultNumber.short(mean))"
                + (metric.unit.isEmpty ? "" : " \(metric.unit) \(pixels)")
        } + (bare == 0 ? [] : ["\(Plural.count(bare, "image")) without a mask left out"])
    }

    /// All rows at full precision (RFC 4180); a value that there is not is empty.
    var csv: String {
        var header = ["image", "width", "height", "foreground"]
        if !classNames.isEmpty { header += ["class"] + classNames.map { "probability \($0)" } }
        let hasMetrics = rows.contains { !$0.metrics.isEmpty }
        if hasMetrics { header += Self.metrics.map(\.name) }
        let lines = rows.map { row in
            var fields = [row.image, String(row.width), String(row.height)]
            fields.append(row.foreground.map { "\($0)" } ?? "")
            if !classNames.isEmpty {
                fields += [predicted(row) ?? ""] + row.classes.map { "\($0)" }
            }
            if hasMetrics {
                fields += Self.metrics.map { metric in
                    row.metrics.first { $0.metric.name == metric.name }.map { "\($0.value)" } ?? ""
                }
            }
            return fields
        }
        return ([header] + lines).map { $0.map(CSVField.quoted).joined(separator: ",") }
            .joined(separator: "\n") + "\n"
    }
}
