internal import RunStore

/// In what logged runs differ that a mean takes together: settings, tags, experiments, revisions of the
/// code, sources, and what the positions of a curve count. Seeds are repetitions.
struct LoggedDifferences {
    /// What the table shows.
    let besides: Set<String>
    /// The value of a run on an axis; nil where it has none.
    let value: (ReportLoggedRun, String) -> String?

    /// What is known of every logged run.
    private static let common = ["experiment", "revision", "source"]

    /// Whether runs differ whose curve of that name is taken together.
    func areAny(in runs: [ReportLoggedRun], of curve: String) -> Bool {
        !values(in: runs, of: curve).isEmpty
    }

    /// The names in which each of several rows differs, with the values of all of them.
    func all(
        in rows: [(runs: [ReportLoggedRun], key: String)]
    ) -> [(name: String, values: [String])] {
        var found: [String: Set<String>] = [:]
        for row in rows {
            found.merge(values(in: row.runs, of: row.key)) { $0.union($1) }
        }
        return found.sorted { $0.key < $1.key }.map { name, values in
            let sorted = values.sorted { a, b in
                if let one = Double(a), let other = Double(b), one != other { return one < other }
                return a < b
            }
            return (name, sorted)
        }
    }

    private func values(in runs: [ReportLoggedRun], of curve: String) -> [String: Set<String>] {
        guard runs.count > 1 else { return [:] }
        let words = Set(runs.flatMap(\.words.keys)).filter { name in
            !Self.isSeed(name) && !name.hasPrefix(Self.notesOfMLflow)
        }
        var found: [String: Set<String>] = [:]
        for name in words.union(Self.common).subtracting(besides) {
            found[name] = Set(runs.map { value($0, name) ?? "–" })
        }
        found["the places of \(curve)"] = Set(runs.compactMap { $0.axes[curve]?.rawValue })
        return found.filter { $0.value.count > 1 }
    }

    /// Tags that MLflow sets by itself, such as who started a run.
    private static let notesOfMLflow = "mlflow."

    /// Whether a name is that of a seed: `seed`, `random_seed`, `train.seed`.
    private static func isSeed(_ name: String) -> Bool {
        let last = name.lowercased().split { !$0.isLetter }.last ?? ""
        return ["seed", "randomseed", "rngseed"].contains(last)
    }
}
