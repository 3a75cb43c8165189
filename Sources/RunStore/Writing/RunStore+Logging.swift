internal import Domain
public import Foundation
internal import GRDB

extension RunStore {
    /// Begins a run of another program, or goes on with one that was interrupted or failed.
    ///
    /// The run is `running` while the lease is renewed: whoever logs and dies leaves an interrupted
    /// run.
    ///
    /// - Parameters:
    ///   - version: of the Lightbox that writes.
    ///   - lifetime: seconds the lease holds after each renewal.
    ///   - started: when it began; nil for now.
    ///   - notes: texts about it.
    /// - Throws: `StoreError.invalid` for a run that has ended or that somebody logs to, for one that is
    ///   of other experiments than the one that is named, and for an experiment with a file, whose runs
    ///   are cells.
    public func begin(
        _ logged: LoggedRun, for worker: Worker, version: String, lifetime: Double = 60,
        started: Date? = nil, notes: [String] = []
    ) throws -> RunLease {
        try write { db in
            let known = try Self.find(logged, in: db)
            if let known { try Self.requireExperiment(of: known, logged, in: db) }
            let run = try known ?? Self.insert(logged, version: version, in: db)
            if known == nil { try RecordSeal.run.write(run, in: db) }
            let isFree = try take(
                run, for: worker, from: [.queued, .interrupted, .failed], lifetime: lifetime, in: db
            )
            guard isFree else {
                let state = try String.readOne(
                    db, sql: "SELECT state FROM run WHERE id = ?", arguments: [run])
                throw StoreError.invalid(
                    what: "run \(run), which has the id '\(logged.id)'", found: state ?? "gone",
                    expected: "a run that has not ended and that nobody logs to")
            }
            try Self.write(logged, to: run, in: db)
            if let started {
                try db.execute(
                    sql: "UPDATE run SET started = ? WHERE id = ?",
                    arguments: [Timestamp.text(started), run])
            }
            for note in notes { try Self.insert(note: note, at: Date(), run: run, in: db) }
            try Self.insert(
                EventRecord(level: .info, message: "logged by '\(logged.source)'"), run: run, in: db
            )
            if let experiment = logged.experiment {
                try Self.link([run], toLogged: experiment, in: db)
            }
            return RunLease(
                run: run, worker: worker, code: nil, retrains: nil, lifetime: lifetime, store: self)
        }
    }

    /// Links logged runs to the experiment of that name, which is made where there is none; those that
    /// are linked already stay as they are.
    ///
    /// - Throws: `StoreError.invalid` for an experiment with a file.
    public func assign(_ runs: [RunID], toLogged experiment: String) throws {
        let linked = try read { db in
            try Set(
                Int64.readAll(
                    db,
                    sql: """
                        SELECT x.run FROM experiment_run x JOIN experiment e
                            ON e.id = x.experiment_id WHERE e.name = ?
                        """, arguments: [experiment]))
        }
        let new = runs.filter { !linked.contains($0) }
        guard !new.isEmpty else { return }
        try write { try Self.link(new, toLogged: experiment, in: $0) }
    }

    /// Refuses to log into an experiment that has a file: its runs are cells.
    ///
    /// - Throws: `StoreError.invalid`.
    public func requireLoggable(_ experiment: String) throws {
        _ = try read { try Self.number(ofLogged: experiment, in: $0) }
    }

    // MARK: Inside a transaction

    static func find(_ logged: LoggedRun, in db: Database) throws -> RunID? {
        try Int64.readOne(
            db, sql: "SELECT id FROM run WHERE digest = ?",
            arguments: [logged.configuration.digest])
    }

    /// Refuses to go on with a run under the name of an experiment that it is none of: it would be in
    /// both, and the curves of two programs in one. A run that is of none yet may get one.
    private static func requireExperiment(
        of run: RunID, _ logged: LoggedRun, in db: Database
    ) throws {
        guard let experiment = logged.experiment else { return }
        let names = try String.readAll(
            db,
            sql: """
                SELECT e.name FROM experiment e JOIN experiment_run x ON x.experiment_id = e.id
                WHERE x.run = ? ORDER BY e.name
                """, arguments: [run])
        guard !names.isEmpty, !names.contains(experiment) else { return }
        throw StoreError.invalid(
            what: "the experiment of run \(run), which has the id '\(logged.id)',",
            found: "'\(experiment)'",
            expected: names.map { "'\($0)'" }.joined(separator: " or ")
                + ", none, or another id for another run")
    }

    static func insert(_ logged: LoggedRun, version: String, in db: Database) throws -> RunID {
        let configuration = logged.configuration
        try db.execute(
            sql: """
                INSERT INTO run (digest, configuration, run_kind, run_name, created, git_revision,
                    lightbox_version) VALUES (?, ?, 'logged', ?, ?, ?, ?)
                """,
            arguments: [
                configuration.digest, configuration.json, logged.name, Timestamp.text(),
                logged.gitRevision, version,
            ])
        return db.lastInsertedRowID
    }

    /// Writes what is said of a run; what was said before and is not said now stays.
    static func write(_ logged: LoggedRun, to run: RunID, in db: Database) throws {
        try db.execute(
            sql: """
                UPDATE run SET run_name = coalesce(?, run_name), git_revision = coalesce(?, git_revision)
                WHERE id = ?
                """, arguments: [logged.name, logged.gitRevision, run])
        let setting = try db.cachedStatement(
            sql: """
                INSERT INTO param (run, name, value) VALUES (?, ?, ?)
                ON CONFLICT DO UPDATE SET value = excluded.value
                """)
        for (name, value) in logged.parameters.sorted(by: { $0.key < $1.key }) {
            try setting.execute(arguments: [run, name.composed, value.databaseValue])
        }
        let tag = try db.cachedStatement(
            sql: """
                INSERT INTO tag (run, name, value) VALUES (?, ?, ?)
                ON CONFLICT DO UPDATE SET value = excluded.value
                """)
        for (name, value) in logged.tags.sorted(by: { $0.key < $1.key }) {
            try tag.execute(arguments: [run, name.composed, value])
        }
        guard let objective = logged.objective else { return }
        try db.execute(
            sql: "UPDATE run SET objective_split = ?, objective = ?, direction = ? WHERE id = ?",
            arguments: [
                objective.split.composed, objective.name.composed, objective.directionWord, run,
            ])
    }

    private static func number(ofLogged experiment: String, in db: Database) throws -> Int64? {
        let known = try StoreRow.fetchOne(
            db, sql: "SELECT id, source FROM experiment WHERE name = ?", arguments: [experiment])
        guard let known else { return nil }
        guard try (known[1] as String).isEmpty else {
            throw StoreError.invalid(
                what: "the experiment's name", found: "'\(experiment)', which has a file",
                expected: "another name for runs of other programs")
        }
        return try known[0]
    }

    private static func link(
        _ runs: [RunID], toLogged name: String, in db: Database
    ) throws {
        func link(_ experiment: Int64) throws {
            let last = try Int64.readOne(
                db, sql: "SELECT max(position) FROM experiment_run WHERE experiment_id = ?",
                arguments: [experiment])
            // Numbers only order: where none is left, the last ones serve again.
            let first = min(max(last ?? -1, -1), Int64.max - Int64(runs.count)) + 1
            let add = try db.cachedStatement(
                sql: """
                    INSERT INTO experiment_run (experiment_id, run, position) VALUES (?, ?, ?)
                    ON CONFLICT DO NOTHING
                    """)
            for (index, run) in runs.enumerated() {
                try add.execute(arguments: [experiment, run, first + Int64(index)])
            }
        }
        if let known = try number(ofLogged: name, in: db) {
            return try RecordSeal.experiment.keep(known, in: db) { try link(known) }
        }
        try db.execute(
            sql: """
                INSERT INTO experiment (name, description, report, source, created)
                VALUES (?, '', '', '', ?)
                """, arguments: [name, Timestamp.text()])
        let experiment = db.lastInsertedRowID
        try link(experiment)
        try RecordSeal.experiment.write(experiment, in: db)
    }
}

extension RunLease {
    /// Logs points of a logged run, in one transaction; a point that is there already is replaced.
    ///
    /// - Throws: `StoreError.invalid` for a point without a name or before 0.
    public func log(_ points: [LoggedPoint]) throws {
        for point in points { try point.check() }
        try write { db in
            try MetricWriter(run: run, names: store.names, db: db).write(
                points.lazy.map(CurvePoint.init))
        }
    }

    /// Writes what is said of a logged run; what was said before and is not said now stays.
    public func describe(_ logged: LoggedRun) throws {
        try write { try RunStore.write(logged, to: run, in: $0) }
    }

    /// Adds a note to a logged run.
    public func note(_ text: String, at time: Date = Date()) throws {
        try write { try RunStore.insert(note: text, at: time, run: run, in: $0) }
    }
}

extension RunStore {
    static func insert(note text: String, at time: Date, run: RunID, in db: Database) throws {
        try db.execute(
            sql: "INSERT INTO note (run, time, text) VALUES (?, ?, ?)",
            arguments: [run, Timestamp.text(time), text])
    }
}

extension LoggedPoint {
    /// Refuses a point that no curve can hold.
    func check() throws {
        guard !name.isEmpty else {
            throw StoreError.invalid(
                what: "the name of a curve", found: "''", expected: "at least one sign")
        }
        guard position >= 0 else {
            throw StoreError.invalid(
                what: "the \(axis.rawValue) of '\(name)'", found: String(position),
                expected: "0 or more")
        }
    }
}
