internal import Domain
public import Foundation
internal import GRDB

/// Reads runs from an SQLite store of MLflow, of any schema from 2.x to 3.x; never changes it.
public struct MLflowTrackingStore {
    /// A run as it was read, and what of it has no place in a store of runs.
    public struct Found: Sendable {
        /// The run.
        public let run: ImportedRun
        /// Values that stand beside another one at the same step: the latest is taken.
        public let overwritten: Int
        /// Values at steps below 0.
        public let negative: Int
    }

    /// Things of the store that are not runs, in words, such as `2 deleted runs`; what is none is not
    /// named.
    public let leftOut: [String]
    /// The runs' numbers there, in the order in which they began.
    public let runs: [String]

    private let queue: DatabaseQueue
    private let path: String

    /// Opens the store at `url`.
    ///
    /// - Throws: `StoreError.missing`, `notAStore` for another kind of file.
    public init(at url: URL) throws {
        path = url.path
        guard FileManager.default.fileExists(atPath: path) else {
            throw StoreError.missing(path: path)
        }
        let path = path
        do {
            (queue, runs, leftOut) = try StoreError.translating(path: path) {
                let queue = try Self.open(path)
                let found = try queue.read { db in
                    try Self.requireMLflow(db, path: path)
                    return (try Self.runs(db), try Self.leftOut(db))
                }
                return (queue, found.0, found.1)
            }
        } catch StoreError.notAStore(let path, let found, _) {
            throw StoreError.notAStore(path: path, found: found, expected: Self.expected)
        }
    }

    /// Reads one run whole.
    ///
    /// - Parameter run: one of `runs`.
    /// - Throws: `StoreError`, also where a cell is of a kind that MLflow does not write.
    public func read(_ run: String) throws -> Found {
        try StoreError.translating(path: path) {
            try queue.read { db in try Self.found(run, in: db) }
        }
    }

    // MARK: Reading

    private static let expected = "a store of MLflow"

    private static func open(_ path: String) throws -> DatabaseQueue {
        let clock = StoreClock()
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { db in
            if let handle = db.sqliteConnection { clock.install(on: handle) }
            try db.execute(sql: "PRAGMA trusted_schema = OFF")
        }
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            _ = try queue.read { try Int.readOne($0, sql: "PRAGMA schema_version") }
            return queue
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CANTOPEN {
            let text = URL(fileURLWithPath: path).absoluteString + "?immutable=1"
            return try DatabaseQueue(path: text, configuration: configuration)
        }
    }

    private static func requireMLflow(_ db: Database, path: String) throws {
        let tables = try Set(
            String.readAll(db, sql: "SELECT name FROM sqlite_schema WHERE type = 'table'"))
        let missing = ["experiments", "runs", "metrics", "params", "tags"].filter {
            !tables.contains($0)
        }
        guard let first = missing.first else { return }
        throw StoreError.notAStore(
            path: path, found: "a database without MLflow's table '\(first)'",
            expected: Self.expected)
    }

    /// Runs that nobody has deleted.
    private static let kept = """
        FROM runs r JOIN experiments e ON e.experiment_id = r.experiment_id
        WHERE r.lifecycle_stage = 'active' AND e.lifecycle_stage = 'active'
        """

    private static func runs(_ db: Database) throws -> [String] {
        try String.readAll(
            db, sql: "SELECT r.run_uuid \(kept) ORDER BY r.start_time, r.run_uuid")
    }

    private static func leftOut(_ db: Database) throws -> [String] {
        let all = try Int.readOne(db, sql: "SELECT count(*) FROM runs") ?? 0
        let taken = try Int.readOne(db, sql: "SELECT count(*) \(kept)") ?? 0
        let lost =
            try Int.readOne(
                db,
                sql: """
                    SELECT count(*) FROM runs
                    WHERE experiment_id NOT IN (SELECT experiment_id FROM experiments)
                    """) ?? 0
        let deleted = all - taken - lost
        func several(_ count: Int) -> String { count == 1 ? "" : "s" }
        var words = deleted > 0 ? ["\(deleted) deleted run\(several(deleted))"] : []
        if lost > 0 {
            words.append("\(lost) run\(several(lost)) of experiments that are not there")
        }
        for (table, what) in [
            ("inputs", "input of runs"), ("logged_models", "logged model"),
            ("trace_info", "trace"), ("registered_models", "registered model"),
        ] {
            let isThere = try Bool.readOne(
                db,
                sql:
                    "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?)",
                arguments: [table])
            guard isThere == true else { continue }
            let count = try Int.readOne(db, sql: "SELECT count(*) FROM \(table)") ?? 0
            let noun = what.replacing(" of runs", with: "")
            let rest = what.dropFirst(noun.count)
            if count > 0 { words.append("\(count) \(noun)\(several(count))\(rest)") }
        }
        return words
    }

    private static func found(_ run: String, in db: Database) throws -> Found {
        let row = try StoreRow.fetchOne(
            db,
            sql: """
                SELECT r.name, r.status, r.start_time, r.end_time, e.name AS experiment
                FROM runs r JOIN experiments e ON e.experiment_id = r.experiment_id
                WHERE r.run_uuid = ?
                """, arguments: [run])
        guard let row else { throw StoreError.unknown(kind: "run", name: run, nearest: nil) }
        func pairs(_ table: String) throws -> [(String, String)] {
            try StoreRow.fetchAll(
                db, sql: "SELECT key, value FROM \(table) WHERE run_uuid = ? ORDER BY key",
                arguments: [run]
            ).map { (try $0[0], try $0[1] as String? ?? "") }
        }
        var words = MLflowWords(
            id: run, experiment: try row["experiment"], status: try row["status"] ?? "",
            parameters: try pairs("params"), tags: try pairs("tags"))
        words.name = try row["name"]
        words.started = try (row["start_time"] as Int64?).flatMap(MLflowWords.date)
        words.finished = try (row["end_time"] as Int64?).flatMap(MLflowWords.date)
        var curves = MLflowCurves()
        try StoreRow.forEach(
            db,
            sql: """
                SELECT key, value, timestamp, step, is_nan FROM metrics WHERE run_uuid = ?
                ORDER BY key, step, timestamp, rowid
                """, arguments: [run]
        ) { row in
            let isNaN: Bool = try row[4]
            curves.add(
                key: try row[0], value: isNaN ? .nan : try row[1], milliseconds: try row[2],
                step: try row[3])
        }
        return Found(
            run: words.imported(points: curves.points), overwritten: curves.overwritten,
            negative: curves.negative)
    }
}
