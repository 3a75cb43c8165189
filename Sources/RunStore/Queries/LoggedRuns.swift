internal import Domain
internal import GRDB

/// A logged run as reports see it.
public struct ReportLoggedRun: Sendable {
    /// Number of the run, its digest and state.
    public let id: RunID, digest: String, state: RunState
    /// What people call it, and where it comes from; empty where nobody named it.
    public let name: String, source: String
    /// Its settings and tags, as text by name; of a setting and a tag of one name the setting.
    public let words: [String: String]
    /// The experiments that it belongs to, in the order of their names.
    public let experiments: [String]
    /// Git revision of its code; nil where nobody said so.
    public let revision: String?
    /// By which curve it is judged; nil where nobody said so.
    public let objective: RunObjective?
    /// The last value of each curve that has one, by its name with its part: `validation/dice`. Of the
    /// objective's curve the best one.
    public let values: [String: Double]
    /// By what the positions of each of these curves count, by its name.
    public let axes: [String: SeriesAxis]
}

extension RunStore {
    /// The logged runs, or those of an experiment, by number.
    public func reportLoggedRuns(experiment: String? = nil) throws -> [ReportLoggedRun] {
        let chosen = """
            run_kind = 'logged'
                AND (:name IS NULL OR \(Self.isMember("id", of: ":name", withFormer: true)))
            """
        let arguments: StatementArguments = ["name": experiment]
        return try read { db in
            var words: [RunID: [String: String]] = [:]
            for table in ["tag", "param"] {
                try StoreRow.forEach(
                    db,
                    sql: """
                        SELECT run, name, value FROM \(table)
                        WHERE run IN (SELECT id FROM run WHERE \(chosen))
                        """, arguments: arguments
                ) { row in
                    words[try row[0], default: [:]][try row[1]] =
                        (try row[2] as DatabaseValue).plainText
                }
            }
            let objectives = try Self.objectives(where: chosen, arguments, in: db)
            var values: [RunID: [String: Double]] = [:]
            var axes: [RunID: [String: SeriesAxis]] = [:]
            var experiments: [RunID: [String]] = [:]
            try StoreRow.forEach(
                db,
                sql: """
                    SELECT x.run, e.name FROM experiment_run x
                    JOIN experiment e ON e.id = x.experiment_id
                    WHERE x.run IN (SELECT id FROM run WHERE \(chosen)) ORDER BY e.name
                    """, arguments: arguments
            ) { row in
                experiments[try row[0], default: []].append(try row[1])
            }
            try StoreRow.forEach(
                db,
                sql: """
                    SELECT m.run, iif(s.split = '', s.name, s.split || '/' || s.name), m.last_value,
                        s.axis
                    FROM metric_summary m JOIN series s ON s.id = m.series_id
                    WHERE m.run IN (SELECT id FROM run WHERE \(chosen)) ORDER BY m.run, s.axis DESC
                    """, arguments: arguments
            ) { row in
                let (run, key): (RunID, String) = try (row[0], row[1])
                guard let value: Double = try row[2] else { return }
                values[run, default: [:]][key] = value
                axes[run, default: [:]][key] = try row[3]
            }
            return try StoreRow.fetchAll(
                db,
                sql: """
                    SELECT r.id, r.digest, a.state, r.run_name,
                        json_extract(r.configuration, '$.source'), a.objective_value,
                        r.git_revision
                    FROM run r JOIN any_run a ON a.run = r.id
                    WHERE r.id IN (SELECT id FROM run WHERE \(chosen)) ORDER BY r.id
                    """, arguments: arguments
            ).map { row in
                let id: RunID = try row[0]
                // What judges a run is what the list of runs says of it.
                if let key = objectives[id]?.key { values[id]?[key] = try row[5] }
                return try ReportLoggedRun(
                    id: id, digest: row[1], state: row[2], name: row[3] as String? ?? "",
                    source: row[4] as String? ?? "", words: words[id, default: [:]],
                    experiments: experiments[id, default: []], revision: row[6],
                    objective: objectives[id], values: values[id, default: [:]],
                    axes: axes[id, default: [:]])
            }
        }
    }
}
