public import RunStore

/// How runs were trained: what they share, and each one's seed and whatever else tells it apart.
public struct RunSettings {
    /// What all of the runs have: axes, and the settings that are not at their default.
    let shared: String
    /// What tells each run apart, the seed first.
    let own: [RunID: String]

    private static let axes = ["dataset", "model", "procedure", "loss", "labels"]

    /// Reads the settings of runs.
    ///
    /// - Throws: `StoreError`.
    public init(of runs: [RunID], in source: ReportSource) throws {
        let defaults = source.vocabulary.settingDefaults
        var facts: [RunID: [String: String]] = [:]
        for run in runs {
            let detail = try source.store.detail(of: run)
            let overview = detail.overview
            var values = defaults
            for (name, value) in detail.parameters { values[name] = value.plainText ?? "none" }
            values["dataset"] = overview.dataset
            values["model"] = overview.model
            values["procedure"] = overview.procedure
            values["loss"] = overview.loss
            values["labels"] = NumberFormat.short(overview.labels) + " %"
            values["seed"] = String(overview.seed)
            values["code"] = detail.code?.short ?? "unknown"
            facts[run] = values
        }
        let names = Set(facts.values.flatMap(\.keys))
        let differing = names.filter { name in Set(facts.values.map { $0[name] }).count > 1 }
        let first = runs.first.flatMap { facts[$0] } ?? [:]
        let hidden = differing.union(Self.axes + ["seed"])
        let settings = first.filter { name, value in
            !hidden.contains(name) && !Self.isSame(value, defaults[name])
        }.sorted { $0.key < $1.key }
        var common: [String] = []
        for name in Self.axes where !differing.contains(name) {
            if let value = first[name] { common.append("\(name) \(value)") }
        }
        for (name, value) in settings { common.append("\(name) \(value)") }
        shared = common.joined(separator: ", ")
        let told = ["seed"] + differing.subtracting(["seed"]).sorted()
        own = facts.mapValues { values in
            told.map { name in "\(name) \(values[name] ?? "none")" }.joined(separator: ", ")
        }
    }

    /// 1.0e-3 and 0.001 are one number; flags are 0 and 1 in the store.
    private static func isSame(_ value: String, _ standard: String?) -> Bool {
        guard let standard else { return false }
        if value == standard { return true }
        if let a = Double(value), let b = Double(standard) { return a == b }
        return (value, standard) == ("0", "false") || (value, standard) == ("1", "true")
    }
}

extension QueryValue {
    /// The value as text; NULL and bytes are nil.
    fileprivate var plainText: String? {
        switch self {
        case .null, .blob: nil
        case .integer(let value): String(value)
        case .real(let value): NumberFormat.short(value)
        case .text(let value): value
        }
    }
}
