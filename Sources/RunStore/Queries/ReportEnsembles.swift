public import Domain
internal import Foundation
internal import GRDB

/// What an ensemble measured on a data set.
public struct ReportEnsemble: Sendable, Hashable {
    /// Number of its run, and what people call it.
    public let run: RunID, name: String
    /// The digests of its members, sorted.
    public let members: [String]
    /// Number of the data set in the store.
    public let dataset: Int64
    /// The results by metric.
    public let results: [String: ReportResult]
    /// By metric the mean over exactly the same images of each member alone, by its run; a member that
    /// was not tested on all of them is left out.
    public let alone: [String: [RunID: Double]]
}

extension RunStore {
    /// What ensembles measured with these weights, by run, then in the order of the data sets' titles.
    public func reportEnsembles(weights: WeightsKind) throws -> [ReportEnsemble] {
        try read { db in
            let alone = try Self.alone(weights, in: db)
            return try StoreRow.fetchAll(
                db,
                sql: """
                    SELECT e.id, r.id, r.run_name, e.dataset_id,
                        json_extract(r.configuration, '$.members')
                    FROM any_evaluation e JOIN run r ON r.id = e.run
                        JOIN dataset d ON d.id = e.dataset_id
                    WHERE e.weights = ? AND \(EnsembleRun.isOne("r"))
                    ORDER BY r.id, d.title
                    """, arguments: [weights.rawValue]
            ).map { row in
                let id: Int64 = try row[0]
                let members: String = try row[4]
                var results: [String: ReportResult] = [:]
                try StoreRow.forEach(
                    db,
                    sql: """
                        SELECT n.name, m.images, m.mean, m.pooled FROM evaluation_metric m
                            JOIN measure n ON n.id = m.measure_id WHERE m.evaluation_id = ?
                        """, arguments: [id]
                ) {
                    results[try $0[0]] = try ReportResult(
                        images: $0[1], mean: $0[2], pooled: $0[3])
                }
                return try ReportEnsemble(
                    run: row[1], name: row[2] as String? ?? "",
                    members: (try? JSONDecoder().decode([String].self, from: Data(members.utf8)))
                        ?? [], dataset: row[3], results: results, alone: alone[id] ?? [:])
            }
        }
    }

    /// By evaluation of an ensemble and metric, the members' own means over its images.
    private static func alone(
        _ weights: WeightsKind, in db: Database
    ) throws -> [Int64: [String: [RunID: Double]]] {
        var found: [Int64: [String: [RunID: Double]]] = [:]
        try StoreRow.forEach(
            db,
            sql: """
                SELECT e.id, n.name, m.id, avg(o.value)
                FROM any_evaluation e JOIN run r ON r.id = e.run
                    JOIN json_each(r.configuration, '$.members') j
                    JOIN run m ON m.digest = j.value
                    JOIN any_evaluation s ON s.run = m.id AND s.weights = e.weights
                        AND (s.dataset_id = e.dataset_id
                            OR s.split = 'test' AND m.dataset_id = e.dataset_id)
                    JOIN image_value v ON v.evaluation_id = e.id
                    JOIN image_value o ON o.evaluation_id = s.id
                        AND o.measure_id = v.measure_id AND o.image_id = v.image_id
                    JOIN measure n ON n.id = v.measure_id
                    JOIN evaluation_metric k ON k.evaluation_id = e.id
                        AND k.measure_id = v.measure_id
                WHERE e.weights = ? AND \(EnsembleRun.isOne("r"))
                    AND v.value IS NOT NULL AND o.value IS NOT NULL
                GROUP BY e.id, n.id, m.id HAVING count(*) = max(k.images)
                """, arguments: [weights.rawValue]
        ) { row in
            let (id, name, run): (Int64, String, RunID) = try (row[0], row[1], row[2])
            found[id, default: [:]][name, default: [:]][run] = try row[3]
        }
        return found
    }
}
