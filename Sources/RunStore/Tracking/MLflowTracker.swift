public import Domain
public import Foundation
internal import GRDB

/// Runs that clients of MLflow write and read: logged runs whose source is `mlflow`, those that were
/// imported from MLflow included.
///
/// A run that is at work is `running` for as long as its lease holds: every call about it renews that,
/// and one of which nothing was heard for `lifetime` is interrupted until somebody logs to it again.
/// Every writing method is one transaction. Any number of threads may call.
public final class MLflowTracker: Sendable {
    /// The tag that marks a run as deleted there; it stays in the store until `lightbox delete`.
    public static let deletedTag = "mlflow.lifecycleStage"
    /// What the tag says.
    static let deleted = "deleted"
    /// The source of its runs.
    static let source = "mlflow"
    /// Seconds that a run of which nothing is heard counts as at work.
    static let lifetime = 3600.0

    let store: RunStore
    private let worker = Worker()
    private let version: String

    /// Runs of the store at `url`, which is made where there is none.
    ///
    /// - Parameter version: of the Lightbox that writes.
    /// - Throws: `StoreError`.
    public init(at url: URL, version: String) throws {
        store = try RunStore(at: url)
        self.version = version
    }

    // MARK: Writing

    /// Begins a run in an experiment, which is made where there is none.
    ///
    /// - Parameter started: nil for now.
    /// - Throws: `StoreError.invalid` for an experiment with a file.
    public func begin(_ words: MLflowWords, started: Date?) throws -> TrackedRun {
        let imported = words.imported(points: [])
        let lease = try store.begin(
            imported.run, for: worker, version: version, lifetime: Self.lifetime, started: started,
            notes: imported.notes)
        return try run(words.id, number: lease.run)
    }

    /// Logs values, settings and tags of a run, all or nothing.
    ///
    /// - Throws: `StoreError.unknown` for no such run, `invalid` for a setting that has another value,
    ///   for a point that no curve can hold and for a deleted run.
    public func log(
        _ id: String, points: [LoggedPoint] = [], parameters: [String: JSONValue] = [:],
        tags: [String: String] = [:]
    ) throws {
        for point in points { try point.check() }
        let isAtWork = !points.isEmpty || !parameters.isEmpty
        try write(id, reviving: isAtWork ? [.queued, .interrupted] : []) { run, db in
            try Self.requireSame(parameters, run, in: db)
            try set(tags, parameters: parameters, of: run, in: db)
            try MetricWriter(run: run, names: store.names, db: db).write(
                points.lazy.map(CurvePoint.init))
        }
    }

    /// Adds text to the end of a tag, or makes the tag: `make` gets the text that is there.
    public func change(
        tag name: String, of id: String, _ make: (String?) throws -> String
    ) throws {
        try write(id) { run, db in
            let known = try String.readOne(
                db, sql: "SELECT value FROM tag WHERE run = ? AND name = ?", arguments: [run, name])
            try set([name: make(known)], parameters: [:], of: run, in: db)
        }
    }

    /// Takes a tag away.
    ///
    /// - Throws: `StoreError.unknown` where the run has none of that name.
    public func remove(tag name: String, of id: String) throws {
        try write(id) { run, db in
            switch name {
            case MLflowWords.noteTag:
                try db.execute(sql: "DELETE FROM note WHERE run = ?", arguments: [run])
            case MLflowWords.nameTag:
                try db.execute(
                    sql: "UPDATE run SET run_name = NULL WHERE id = ? AND run_name IS NOT NULL",
                    arguments: [run])
            default:
                try db.execute(
                    sql: "DELETE FROM tag WHERE run = ? AND name = ?", arguments: [run, name])
            }
            guard db.changesCount > 0 else {
                throw StoreError.unknown(kind: "tag", name: name, nearest: nil)
            }
        }
    }

    /// Says how a run ended, that it goes on, or what it is called; what is nil stays.
    ///
    /// - Parameters:
    ///   - status: `RUNNING`, `FINISHED`, `FAILED` or `KILLED`.
    ///   - finished: nil for now.
    public func update(
        _ id: String, status: String? = nil, finished: Date? = nil, name: String? = nil
    ) throws -> TrackedRun {
        let goesOn = status == MLflowWords.running
        let ended: Set<RunState> = [.queued, .interrupted, .completed, .failed]
        try write(id, reviving: goesOn ? ended : []) { run, db in
            if let name {
                try db.execute(
                    sql: "UPDATE run SET run_name = ? WHERE id = ?",
                    arguments: [name.isEmpty ? nil : name, run])
            }
            guard let status, status != MLflowWords.running else { return }
            try end(run, status: status, finished: finished ?? Date(), in: db)
        }
        return try run(id)
    }

    /// Marks a run as deleted, or as not deleted; its values stay.
    public func setDeleted(_ isDeleted: Bool, _ id: String) throws {
        try write(id, mayBeDeleted: true) { run, db in
            try db.execute(
                sql: isDeleted
                    ? "INSERT OR REPLACE INTO tag (run, name, value) VALUES (?1, ?2, ?3)"
                    : "DELETE FROM tag WHERE run = ?1 AND name = ?2 AND ?3 = ?3",
                arguments: [run, Self.deletedTag, Self.deleted])
        }
    }

    // MARK: Inside a transaction

    /// One transaction over a run. A run at work renews its lease; one in one of the states that the
    /// change revives is at work again; any other is sealed again.
    func write<Value>(
        _ id: String, reviving states: Set<RunState> = [], mayBeDeleted: Bool = false,
        _ body: (RunID, Database) throws -> Value
    ) throws -> Value {
        try store.write { db in
            let run = try Self.number(of: id, in: db)
            if !mayBeDeleted { try Self.requireKept(run, id, in: db) }
            let found = try RunState.readOne(
                db, sql: "SELECT state FROM run WHERE id = ?", arguments: [run])
            if let state = found, state == .running || states.contains(state) {
                try hold(run, from: states, in: db)
                return try body(run, db)
            }
            return try RecordSeal.run.keep(run, in: db) { try body(run, db) }
        }
    }

    /// Renews the lease of a run, or takes it: where it is over, and from another server of the same
    /// store, to which clients may have logged before.
    private func hold(_ run: RunID, from states: Set<RunState>, in db: Database) throws {
        let now = Timestamp.now
        let renew = try db.cachedStatement(
            sql: "UPDATE lease SET heartbeat = ?, expires = ? WHERE run = ? AND owner = ?")
        try renew.execute(arguments: [now, now + Self.lifetime, run, worker.id])
        if db.changesCount == 1 { return }
        let isTaken = try store.take(
            run, for: worker, from: states.union([.interrupted]), lifetime: Self.lifetime, in: db)
        if isTaken { return }
        // Nobody but servers holds such runs, and each call is one transaction.
        try db.execute(
            sql: """
                UPDATE lease SET owner = ?, host = ?, pid = ?, process_start = ?, machine = ?,
                    heartbeat = ?, expires = ? WHERE run = ?
                """,
            arguments: [
                worker.id, worker.host, worker.process, worker.processStart, worker.machine, now,
                now + Self.lifetime, run,
            ])
        guard db.changesCount == 1 else { throw StoreError.leaseLost(run: run, owner: nil) }
    }

    private func end(_ run: RunID, status: String, finished: Date, in db: Database) throws {
        let tags = try Dictionary(
            StoreRow.fetchAll(
                db, sql: "SELECT name, value FROM tag WHERE run = ?", arguments: [run]
            ).map { (try $0[0] as String, try $0[1] as String) }, uniquingKeysWith: { $1 })
        let (state, error) = MLflowWords.ending(status: status, tags)
        let started = try String.readOne(
            db, sql: "SELECT started FROM run WHERE id = ?", arguments: [run]
        ).flatMap(Timestamp.date)
        try db.execute(
            sql: "UPDATE run SET state = ?, error = ?, finished = ?, seconds = ? WHERE id = ?",
            arguments: [
                state.rawValue, error, Timestamp.text(finished),
                started.map { max(0, finished.timeIntervalSince($0)) }, run,
            ])
        try db.execute(sql: "DELETE FROM lease WHERE run = ?", arguments: [run])
        if try RecordSeal.run.holds(run, in: db) == nil { try RecordSeal.run.write(run, in: db) }
    }

    /// Writes settings and tags; the name and the note of a run are tags in MLflow.
    private func set(
        _ tags: [String: String], parameters: [String: JSONValue], of run: RunID, in db: Database
    ) throws {
        guard !tags.isEmpty || !parameters.isEmpty else { return }
        var tags = tags
        let name = tags.removeValue(forKey: MLflowWords.nameTag)
        let note = tags.removeValue(forKey: MLflowWords.noteTag)
        try RunStore.write(
            LoggedRun(
                source: Self.source, id: "", name: name.flatMap { $0.isEmpty ? nil : $0 },
                parameters: parameters, tags: tags,
                gitRevision: tags[MLflowWords.commitTag]), to: run, in: db)
        guard let note else { return }
        try db.execute(sql: "DELETE FROM note WHERE run = ?", arguments: [run])
        if !note.isEmpty { try RunStore.insert(note: note, at: Date(), run: run, in: db) }
    }

    static func number(of id: String, in db: Database) throws -> RunID {
        guard let run = try RunStore.find(LoggedRun(source: source, id: id), in: db) else {
            throw StoreError.unknown(kind: "run", name: id, nearest: nil)
        }
        return run
    }

    private static func requireKept(_ run: RunID, _ id: String, in db: Database) throws {
        let find = try db.cachedStatement(
            sql: "SELECT 1 FROM tag WHERE run = ? AND name = ? AND value = ?")
        guard try StoreRow.fetchOne(find, arguments: [run, deletedTag, deleted]) == nil else {
            throw StoreError.invalid(
                what: "the run '\(id)'", found: "deleted",
                expected: "one that is not, or restore it")
        }
    }

    /// Settings are set once: another value would be that of another run.
    private static func requireSame(
        _ parameters: [String: JSONValue], _ run: RunID, in db: Database
    ) throws {
        guard !parameters.isEmpty else { return }
        let find = try db.cachedStatement(sql: "SELECT value FROM param WHERE run = ? AND name = ?")
        for (name, value) in parameters.sorted(by: { $0.key < $1.key }) {
            guard let row = try StoreRow.fetchOne(find, arguments: [run, name]) else { continue }
            let known: DatabaseValue = try row[0]
            guard known != value.databaseValue else { continue }
            throw StoreError.invalid(
                what: "the setting '\(name)'", found: "'\(value.databaseValue.plainText ?? "")'",
                expected: "'\(known.plainText ?? "")', which the run has already")
        }
    }
}
