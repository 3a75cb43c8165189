internal import Domain
internal import GRDB

/// Looks at results: means, deviations and confusion counts must be those of the images.
enum ResultConsistency {
    static func look(_ db: Database, _ inspection: inout StoreInspection) throws {
        let shipped = try ShippedRuns.all(db)
        let names = try measureNames(db)
        let evaluations = try StoreRow.fetchAll(
            db,
            sql: """
                SELECT e.id, e.run, e.weights, e.split, d.title
                FROM any_evaluation e LEFT JOIN dataset d ON d.id = e.dataset_id ORDER BY e.id
                """)
        for evaluation in evaluations {
            let id: Int64 = try evaluation[0]
            let run: Int64 = try evaluation[1]
            let place = try place(of: evaluation)
            var values = try imageValues(of: id, db, &inspection)
            try StoreRow.forEach(
                db,
                sql: """
                    SELECT evaluation_id, measure_id, images, mean, sd, minimum, maximum
                    FROM evaluation_metric WHERE evaluation_id = ?
                    """, arguments: [id]
            ) { row in
                let measure: Int64 = try row[1]
                let found = values.removeValue(forKey: measure)
                // A shipped copy leaves out a metric's values all together.
                if found == nil, shipped.contains(run) { return }
                guard let problem = try problem(of: row, values: found ?? []) else { return }
                let name = names[measure] ?? "metric \(measure)"
                inspection.findings.append(StoreFinding(.result, "\(place), \(name): \(problem)"))
            }
            for measure in values.keys.sorted() {
                let name = names[measure] ?? "metric \(measure)"
                inspection.findings.append(
                    StoreFinding(.result, "\(place), \(name): its images have values, it has none"))
            }
        }
        try lookAtConfusions(db, &inspection.findings)
    }

    private static func measureNames(_ db: Database) throws -> [Int64: String] {
        var names: [Int64: String] = [:]
        try StoreRow.forEach(db, sql: "SELECT id, name FROM measure") {
            names[try $0[0]] = try $0[1] as String
        }
        return names
    }

    private static func imageValues(
        of evaluation: Int64, _ db: Database, _ inspection: inout StoreInspection
    ) throws -> [Int64: [Double]] {
        var values: [Int64: [Double]] = [:]
        var count = 0
        try StoreRow.forEach(
            db,
            sql: """
                SELECT evaluation_id, measure_id, image_id, value FROM image_value
                WHERE evaluation_id = ?
                """, arguments: [evaluation]
        ) { row in
            let value: Double? = try row[3]
            values[try row[1], default: []] += value.map { [$0] } ?? []
            count += 1
        }
        inspection.values += count
        return values
    }

    /// What is wrong with a metric's row, nil for nothing.
    private static func problem(of row: StoreRow, values: [Double]) throws -> String? {
        let images: Int = try row[2]
        guard images == values.count else {
            return "it is said to be of \(images) images, \(values.count) have values"
        }
        let moments = Statistics.moments(values)
        let expected: [(name: String, value: Double?)] = [
            ("mean", moments?.mean), ("deviation", moments?.deviation),
            ("minimum", values.min()), ("maximum", values.max()),
        ]
        for (index, (name, value)) in expected.enumerated() {
            let stored: Double? = try row[3 + index]
            if !isSame(stored, value) {
                return
                    "its \(name) is \(stored.map { "\($0)" } ?? "none"), its \(images) images give "
                    + (value.map { "\($0)" } ?? "none")
            }
        }
        return nil
    }

    /// Equal but for the order in which numbers were added up.
    private static func isSame(_ one: Double?, _ other: Double?) -> Bool {
        guard let one, let other else { return one == other }
        return one == other || abs(one - other) <= 1e-10 * max(1, abs(one), abs(other))
    }

    private static func lookAtConfusions(
        _ db: Database, _ findings: inout [StoreFinding]
    ) throws {
        let counted = """
            SELECT evaluation_id, target, predicted, count(*) AS count FROM image_class
            WHERE target IS NOT NULL GROUP BY evaluation_id, target, predicted
            """
        let stored = "SELECT evaluation_id, target, predicted, count FROM confusion_count"
        try StoreRow.forEach(
            db,
            sql: """
                SELECT DISTINCT e.id, e.run, e.weights, e.split, s.title
                FROM any_evaluation e LEFT JOIN dataset s ON s.id = e.dataset_id JOIN (
                    SELECT * FROM (\(counted) EXCEPT \(stored))
                    UNION SELECT * FROM (\(stored) EXCEPT \(counted))) d ON d.evaluation_id = e.id
                """
        ) { row in
            findings.append(
                StoreFinding(
                    .result, "\(try place(of: row)): its confusions are not those of its images"))
        }
    }

    /// `run 3, best, test`, of number, run, weights, part and the other data set's title.
    private static func place(of evaluation: StoreRow) throws -> String {
        let (run, weights): (Int64, WeightsKind) = try (evaluation[1], evaluation[2])
        let title: String? = try evaluation[4]
        let part: String = try evaluation[3]
        return "run \(run), \(weights.rawValue), \(title.map { "on \($0)" } ?? part)"
    }
}
