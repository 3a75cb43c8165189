internal import Domain
internal import RunStore

extension ReportRequest {
    /// Options as the command line and experiment files name them.
    public static let optionNames = [
        "metrics", "weights", "rows", "columns", "values", "aggregate", "reference", "min-runs",
        "experiment", "dataset", "model", "procedure", "loss", "labels", "seed", "where",
    ]

    /// Sets an option by its name.
    ///
    /// - Parameters:
    ///   - option: one of `optionNames`.
    ///   - values: its values; `where` takes `setting=value`, other single-valued options one.
    /// - Throws: `ReportError.badOption`.
    public mutating func set(_ option: String, to texts: [String]) throws {
        let values = texts.map(\.trimmed)
        guard !values.isEmpty, values.allSatisfy({ !$0.isEmpty }) else {
            throw ReportError.badOption(
                name: option, found: texts.joined(separator: ","), expected: "at least one value")
        }
        func one<Value>(_ read: (String) -> Value?, _ expected: String) throws -> Value {
            guard values.count == 1, let value = read(values[0]) else {
                throw ReportError.badOption(
                    name: option, found: values.joined(separator: ","), expected: expected)
            }
            return value
        }
        func all<Value>(_ read: (String) -> Value?, _ expected: String) throws -> [Value] {
            try values.map { text in
                guard let value = read(text) else {
                    throw ReportError.badOption(name: option, found: text, expected: expected)
                }
                return value
            }
        }
        switch option {
        case "metrics": metrics = try one(MetricSet.init, Self.list(MetricSet.allCases))
        case "weights": weights = try one(WeightsKind.init, Self.list(WeightsKind.allCases))
        case "rows": rows = values.map { Axis($0) }
        case "columns": columns = values.map { Axis($0) }
        case "values": self.values = values
        case "aggregate": aggregation = try one(Aggregation.init, Self.list(Aggregation.allCases))
        case "reference": reference = try one({ Reference($0) }, "axis=value, such as loss=tv")
        case "min-runs":
            let runs = try one({ Int($0) }, "a whole number from 2")
            guard runs >= 2 else {
                throw ReportError.badOption(
                    name: option, found: String(runs), expected: "a whole number from 2")
            }
            boldRule = BoldRule(minimumRuns: runs, standardErrors: boldRule.standardErrors)
        case "experiment": selection.experiment = try one({ $0 }, "one name")
        case "dataset": selection.datasets = values
        case "model": selection.models = values
        case "procedure": selection.procedures = values
        case "loss": selection.losses = values
        case "labels":
            selection.labels = try all(ReportVocabulary.number, "percentages, such as 10,100")
        case "seed":
            selection.seeds = try all(
                { Int64($0) ?? ReportVocabulary.number($0).flatMap(Int64.init(exactly:)) },
                "whole numbers, such as 1,2,3")
        case "where": for text in Self.conditions(values) { try addCondition(text) }
        default:
            throw ReportError.badOption(
                name: option, found: values.joined(separator: ","),
                expected: "one of the options " + Self.optionNames.joined(separator: ", "))
        }
    }

    /// Takes one condition `axis=value[,value]` of `where`; several on one axis mean any of them.
    private mutating func addCondition(_ text: String) throws {
        guard let condition = Reference(text) else {
            throw ReportError.badOption(
                name: "where", found: text, expected: "setting=value, such as width=16")
        }
        let values = Self.split(condition.value)
        var one = ReportRequest()
        // The axes have names of their own; whatever else is named is a setting.
        switch (try? ReportVocabulary().axis(condition.axis.name))?.name {
        case "dataset": selection.datasets += values
        case "model": selection.models += values
        case "procedure": selection.procedures += values
        case "loss": selection.losses += values
        case "labels":
            try Self.naming("where", .labels) { try one.set("labels", to: values) }
            selection.labels += one.selection.labels
        case "seed":
            try Self.naming("where", .seed) { try one.set("seed", to: values) }
            selection.seeds += one.selection.seeds
        default: selection.settings[condition.axis.name, default: []] += values
        }
    }

    /// `["width=16", "32", "loss=tv"]`, cut at every comma, as conditions: what has no equals sign
    /// belongs to the one before.
    private static func conditions(_ pieces: [String]) -> [String] {
        pieces.reduce(into: []) { conditions, piece in
            if piece.contains("=") || conditions.isEmpty {
                conditions.append(piece)
            } else {
                conditions[conditions.count - 1] += "," + piece
            }
        }
    }

    /// Values with commas between them; `[0.1,0.2]` is one value.
    private static func split(_ text: String) -> [String] {
        var depth = 0
        return text.split(omittingEmptySubsequences: false) { character in
            depth += character == "[" ? 1 : character == "]" ? -1 : 0
            return character == "," && depth == 0
        }.map { String($0).trimmed }
    }

    private static func list<Value: RawRepresentable<String>>(_ values: [Value]) -> String {
        values.map(\.rawValue).joined(separator: ", ")
    }
}

extension String {
    /// The text without spaces around it.
    fileprivate var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }),
            let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
