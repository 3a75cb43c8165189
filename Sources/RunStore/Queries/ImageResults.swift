public import Domain
internal import GRDB

/// Questions about one test image.
extension RunStore {
    /// What a run measured of one of its test images, by the metric's name; empty for an image that it
    /// did not test.
    public func imageResults(
        of run: RunID, image: String, weights: WeightsKind
    ) throws -> [String: Double] {
        try read { db in
            let rows = try StoreRow.fetchAll(
                db,
                sql: """
                    SELECT m.name, v.value
                    FROM evaluation e
                    JOIN image i ON i.name = ?1
                        AND i.dataset_id = (SELECT dataset_id FROM run WHERE id = ?2)
                    JOIN image_value v ON v.evaluation_id = e.id AND v.image_id = i.id
                    JOIN measure m ON m.id = v.measure_id
                    WHERE e.run = ?2 AND e.weights = ?3 AND e.split = 'test'
                        AND v.value IS NOT NULL
                    """, arguments: [image, run, weights.rawValue])
            return try Dictionary(
                rows.map { (try $0[0] as String, try $0[1] as Double) },
                uniquingKeysWith: { first, _ in first })
        }
    }

    /// The runs that tested the same image of the same data set as a run, that one among them, with a
    /// metric's value.
    ///
    /// - Parameter limit: how many at most, the first by number.
    public func runsTesting(
        _ image: String, of run: RunID, metric: String, weights: WeightsKind, limit: Int
    ) throws -> [(run: RunID, value: Double)] {
        try read { db in
            try StoreRow.fetchAll(
                db,
                sql: """
                    SELECT e.run, v.value
                    FROM image i
                    CROSS JOIN evaluation e
                    CROSS JOIN image_value v ON v.evaluation_id = e.id AND v.image_id = i.id
                        AND v.measure_id = (SELECT id FROM measure WHERE name = ?1)
                    WHERE i.name = ?2 AND i.dataset_id = (SELECT dataset_id FROM run WHERE id = ?3)
                        AND e.weights = ?4 AND e.split = 'test' AND v.value IS NOT NULL
                    ORDER BY e.run LIMIT ?5
                    """, arguments: [metric, image, run, weights.rawValue, limit]
            ).map { row -> (run: RunID, value: Double) in (try row[0], try row[1]) }
        }
    }
}
