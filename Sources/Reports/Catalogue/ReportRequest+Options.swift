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
    public mutating func set(_ option: String, to values: [String]) throws {
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
        case "weights": weights = try one(Weights.init, Self.list(Weights.allCases))
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
        case "labels": selection.labels = try all({ Double($0) }, "percentages, such as 10,100")
        case "seed": selection.seeds = try all({ Int64($0) }, "whole numbers, such as 1,2,3")
        case "where":
            for text in values {
                guard let condition = Reference(text) else {
                    throw ReportError.badOption(
                        name: option, found: text, expected: "setting=value, such as width=16")
                }
                selection.settings[condition.axis.name, default: []].append(condition.value)
            }
        default:
            throw ReportError.badOption(
                name: option, found: values.joined(separator: ","),
                expected: "one of the options " + Self.optionNames.joined(separator: ", "))
        }
    }

    private static func list<Value: RawRepresentable<String>>(_ values: [Value]) -> String {
        values.map(\.rawValue).joined(separator: ", ")
    }
}
