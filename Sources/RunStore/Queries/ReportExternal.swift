public import Domain
internal import GRDB

/// What a run measured on a data set that is not its own.
public struct ReportExternal: Sendable, Hashable {
    /// Number of the data set in the store.
    public let dataset: Int64
    /// The results by metric.
    public var results: [String: ReportResult]
}

extension RunStore {
    /// All results of these runs on other data sets than their own, by run, then in the order of the
    /// data sets' titles.
    public func reportExternal(of runs: [RunID], weights: WeightsKind) throws
        -> [RunID: [ReportExternal]]
    {
        try read { db in
            var found: [RunID: [(dataset: Int64, results: [String: ReportResult])]] = [:]
            try StoreRow.forEach(
                db,
                sql: """
                    SELECT e.run, e.dataset_id, n.name, m.images, m.mean, m.pooled
                    FROM any_evaluation e JOIN dataset d ON d.id = e.dataset_id
                        JOIN evaluation_metric m ON m.evaluation_id = e.id
                        JOIN measure n ON n.id = m.measure_id
                    WHERE e.weights = ? AND e.run IN (SELECT value FROM json_each(?))
                    ORDER BY e.run, d.title, n.name
                    """, arguments: [weights.rawValue, Self.list(runs)]
            ) { row in
                let (run, dataset): (RunID, Int64) = try (row[0], row[1])
                let name: String = try row[2]
                let result = try ReportResult(images: row[3], mean: row[4], pooled: row[5])
                if found[run]?.last?.dataset != dataset {
                    found[run, default: []].append((dataset, [:]))
                }
                let last = found[run, default: []].count - 1
                found[run]?[last].results[name] = result
            }
            return found.mapValues { sets in
                sets.map { ReportExternal(dataset: $0.dataset, results: $0.results) }
            }
        }
    }

    /// The values of one metric on the images of data set number `dataset`, which is not the runs' own,
    /// by run.
    public func reportExternalImageValues(
        of metric: String, on dataset: Int64, runs: [RunID], weights: WeightsKind
    ) throws -> [RunID: [ReportImageValue]] {
        try read { db in
            var values: [RunID: [ReportImageValue]] = [:]
            try StoreRow.forEach(
                db,
                sql: """
                    SELECT e.run, v.image_id, v.value
                    FROM any_evaluation e JOIN image_value v ON v.evaluation_id = e.id
                        AND v.measure_id = (SELECT id FROM measure WHERE name = ?)
                    WHERE e.weights = ? AND e.dataset_id = ? AND v.value IS NOT NULL
                        AND e.run IN (SELECT value FROM json_each(?))
                    ORDER BY e.run, v.image_id
                    """, arguments: [metric, weights.rawValue, dataset, Self.list(runs)]
            ) { row in
                values[try row[0], default: []].append(
                    ReportImageValue(image: try row[1], value: try row[2]))
            }
            return values
        }
    }
}
