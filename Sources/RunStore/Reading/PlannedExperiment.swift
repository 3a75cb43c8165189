internal import GRDB

/// An experiment's file as its latest sweep read it, and the data sets of its runs.
public struct PlannedExperiment: Sendable {
    /// Name of the experiment, and the text of its file; empty for none.
    public let name: String, source: String
    /// Registered names of the data sets of its runs, and of those whose images they train on
    /// without labels.
    public let datasets: Set<String>
}

extension RunStore {
    /// The experiments that came from files, or the one of that name, oldest first.
    public func plannedExperiments(named name: String? = nil) throws -> [PlannedExperiment] {
        try read { db in
            try StoreRow.fetchAll(
                db,
                sql: """
                    SELECT id, name, source FROM experiment
                    WHERE source <> '' AND (:name IS NULL OR name = :name) ORDER BY id
                    """, arguments: ["name": name]
            ).map { row in
                let datasets = try String.readAll(
                    db,
                    sql: """
                        SELECT DISTINCT coalesce(json_extract(r.configuration, '$.dataset'),
                            r.dataset)
                        FROM experiment_run x JOIN run r ON r.id = x.run
                        WHERE x.experiment_id = ?1 AND x.position >= 0
                        UNION
                        SELECT o.key FROM experiment_run x JOIN run r ON r.id = x.run,
                            json_each(r.configuration, '$.unlabelled') o
                        WHERE x.experiment_id = ?1 AND x.position >= 0
                        """, arguments: [try row[0] as Int64])
                return PlannedExperiment(
                    name: try row[1], source: try row[2], datasets: Set(datasets))
            }
        }
    }
}
