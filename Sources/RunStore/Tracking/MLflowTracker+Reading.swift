internal import Foundation
internal import GRDB

extension MLflowTracker {
    /// The run with that number in MLflow.
    ///
    /// - Throws: `StoreError.unknown`.
    public func run(_ id: String) throws -> TrackedRun {
        try store.read { db in try Self.read(Self.number(of: id, in: db), in: db) }
    }

    func run(_ id: String, number: RunID) throws -> TrackedRun {
        try store.read { db in try Self.read(number, in: db) }
    }

    /// The number in MLflow of the run that has a tag of that name; nil for none.
    public func run(taggedWith name: String) throws -> String? {
        try store.read { db in
            try String.readOne(
                db,
                sql: """
                    SELECT json_extract(r.configuration, '$.logged')
                    FROM tag t JOIN run r ON r.id = t.run AND r.run_kind = 'logged'
                    WHERE t.name = ? AND json_extract(r.configuration, '$.source') = ?
                    ORDER BY r.id LIMIT 1
                    """, arguments: [name, Self.source])
        }
    }

    /// A part of a curve by step.
    ///
    /// - Parameters:
    ///   - steps: which of them.
    ///   - limit: points at most, after the first `offset`.
    public func history(
        _ id: String, key: String, steps: ClosedRange<Int> = 0...Int.max, limit: Int,
        offset: Int = 0
    ) throws -> [TrackedPoint] {
        let (split, name) = LoggedPoint.parts(of: key)
        return try store.read { db in
            let run = try Self.number(of: id, in: db)
            return try StoreRow.fetchAll(
                db,
                sql: """
                    SELECT p.value, p.epoch, p.measured
                    FROM metric_point p JOIN series s ON s.id = p.series_id
                    WHERE p.run = ? AND s.split = ? AND s.name = ? AND s.axis = 'step'
                        AND p.epoch BETWEEN ? AND ?
                    ORDER BY p.epoch LIMIT ? OFFSET ?
                    """,
                arguments: [
                    run, split, name, steps.lowerBound, steps.upperBound, limit, offset,
                ]
            ).map { row in
                TrackedPoint(
                    key: key, value: try row[0] as Double? ?? .nan, step: try row[1],
                    time: try row[2])
            }
        }
    }

    static func read(_ run: RunID, in db: Database) throws -> TrackedRun {
        let find = try db.cachedStatement(sql: runSelect)
        guard let row = try StoreRow.fetchOne(find, arguments: [run]) else {
            throw StoreError.unknown(kind: "run", name: String(run), nearest: nil)
        }
        func date(_ text: String?) -> Date? { text.flatMap(Timestamp.date) }
        return TrackedRun(
            run: run, id: try row[0], name: try row[1], experiment: try row[7],
            experimentName: try row[8], state: try row[2], error: try row[3],
            began: try date(row[5]) ?? date(row[4]), finished: date(try row[6]),
            parameters: try StoreRow.fetchAll(
                db, sql: "SELECT name, value FROM param WHERE run = ? ORDER BY name",
                arguments: [run]
            ).map { (try $0[0], (try $0[1] as DatabaseValue).plainText ?? "") },
            tags: try StoreRow.fetchAll(
                db, sql: "SELECT name, value FROM tag WHERE run = ? ORDER BY name", arguments: [run]
            ).map { (try $0[0], try $0[1]) },
            notes: try String.readAll(
                db, sql: "SELECT text FROM note WHERE run = ? ORDER BY id", arguments: [run]),
            latest: try latest(of: run, in: db))
    }

    /// A run whose lease is over is interrupted, whatever its row says.
    static let state =
        "CASE WHEN r.state = 'running' AND \(LeaseRule.call) THEN 'interrupted' ELSE r.state END"

    private static let runSelect = """
        SELECT json_extract(r.configuration, '$.logged'), r.run_name, \(state), r.error, r.created,
            r.started, r.finished, e.id, e.name
        FROM run r LEFT JOIN lease l ON l.run = r.id
        LEFT JOIN experiment e ON e.id = (SELECT x.experiment_id FROM experiment_run x
            JOIN experiment n ON n.id = x.experiment_id WHERE x.run = r.id ORDER BY n.name LIMIT 1)
        WHERE r.id = ?
        """

    private static func latest(of run: RunID, in db: Database) throws -> [TrackedPoint] {
        try StoreRow.fetchAll(
            db,
            sql: """
                SELECT iif(s.split = '', s.name, s.split || '/' || s.name) AS key, m.last_value,
                    m.last_epoch, p.measured
                FROM metric_summary m JOIN series s ON s.id = m.series_id AND s.axis = 'step'
                JOIN metric_point p ON p.run = m.run AND p.series_id = m.series_id
                    AND p.epoch = m.last_epoch
                WHERE m.run = ? ORDER BY key
                """, arguments: [run]
        ).map { row in
            TrackedPoint(
                key: try row[0], value: try row[1] as Double? ?? .nan, step: try row[2],
                time: try row[3])
        }
    }
}
