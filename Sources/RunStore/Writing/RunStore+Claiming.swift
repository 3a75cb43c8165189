internal import Foundation
internal import GRDB

extension RunStore {
    /// Takes a run for `worker`, alone in the world: of any number of workers in any number of
    /// processes that claim it at once, one gets it.
    ///
    /// A run is free when its state is in `states`, or when it is running but its worker is dead:
    /// its process on this machine is gone, or the lease expired. A worker that is seen alive on
    /// this machine keeps its run as long as it renews the lease, whatever its clock says. The run becomes `running` and
    /// its attempts are counted.
    ///
    /// - Parameters:
    ///   - states: from which the run may start; add `.failed` to try failures again.
    ///   - lifetime: seconds the lease holds after each heartbeat.
    /// - Returns: the lease, or nil when somebody else has the run or it is not in `states`.
    public func claim(
        _ run: RunID, for worker: Worker, environment: RunEnvironment,
        from states: Set<RunState> = [.queued, .interrupted], lifetime: Double = 60
    ) throws -> RunLease? {
        try write { db in
            let retrains = try StoreRow.fetchOne(
                db, sql: "SELECT retrains FROM run WHERE id = ?", arguments: [run])
            guard try take(run, for: worker, from: states, lifetime: lifetime, in: db) else {
                return nil
            }
            try db.execute(
                sql: """
                    UPDATE run SET git_revision = ?, lightbox_version = ?, cpu = ?, threads = ?
                    WHERE id = ?
                    """,
                arguments: [
                    environment.gitRevision, environment.version, environment.cpu,
                    environment.threads, run,
                ])
            // What was trained before stays the work of its own code until it is trained again.
            let isBegun = try Bool.readOne(
                db, sql: "SELECT EXISTS (SELECT 1 FROM metric_point WHERE run = ?)",
                arguments: [run])
            if isBegun != true { try Self.sign(run, environment.code, in: db) }
            return RunLease(
                run: run, worker: worker, code: environment.code, retrains: try retrains?[0],
                lifetime: lifetime, store: self)
        }
    }

    /// Makes a free run `running` with a lease of `worker`; false where it is not free.
    func take(
        _ run: RunID, for worker: Worker, from states: Set<RunState>, lifetime: Double,
        in db: Database
    ) throws -> Bool {
        let found = try String.readOne(
            db, sql: "SELECT state FROM run WHERE id = ?", arguments: [run])
        guard let state = found else {
            throw StoreError.unknown(kind: "run", name: String(run), nearest: nil)
        }
        if state == RunState.running.rawValue {
            guard states.contains(.interrupted), try leaseIsOver(of: run, in: db) else {
                return false
            }
            try Self.release(run, note: "its worker died; taken over", in: db)
        } else if !states.contains(where: { $0.rawValue == state }) {
            return false
        }
        // Going on hides nothing that was changed before: such a run is never sealed again.
        let isSound = try RecordSeal.run.holds(run, in: db) == true
        try db.execute(
            sql: """
                UPDATE run SET state = 'running', error = NULL, attempts = attempts + 1,
                    started = coalesce(started, ?), finished = NULL, host = ?, seal = ?
                WHERE id = ?
                """,
            arguments: [
                Timestamp.text(), worker.host, isSound ? nil : RecordSeal.altered, run,
            ])
        let now = Timestamp.now
        try db.execute(
            sql: """
                INSERT INTO lease (run, owner, host, pid, process_start, machine, acquired,
                    heartbeat, expires) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                run, worker.id, worker.host, worker.process, worker.processStart, worker.machine,
                now, now, now + lifetime,
            ])
        return true
    }

    /// Says by which code the run's results are made.
    static func sign(_ run: RunID, _ code: CodeIdentity?, in db: Database) throws {
        try db.execute(
            sql: "UPDATE run SET code = ?, code_commit = ?, code_dirty = ? WHERE id = ?",
            arguments: [code?.digest, code?.commit, code?.isDirty, run])
    }

    /// Marks the runs whose worker died as `interrupted`, with an event each.
    ///
    /// - Returns: those runs.
    @discardableResult
    public func releaseDeadRuns() throws -> [RunID] {
        let dead = try read { try deadRuns(in: $0) }
        if dead.isEmpty { return [] }
        return try write { db in
            let dead = try deadRuns(in: db)
            for run in dead { try Self.release(run, note: "its worker died", in: db) }
            return dead
        }
    }

    /// Running runs whose worker is dead.
    func deadRuns(in db: Database) throws -> [RunID] {
        try Int64.readAll(db, sql: "SELECT id FROM run WHERE state = 'running' ORDER BY id")
            .filter { try leaseIsOver(of: $0, in: db) }
    }

    private func leaseIsOver(of run: RunID, in db: Database) throws -> Bool {
        let lease = try StoreRow.fetchOne(
            db,
            sql: """
                SELECT expires, pid, process_start, machine, owner, heartbeat
                FROM lease WHERE run = ?
                """, arguments: [run])
        guard let lease else { return true }
        return rule.isOver(
            run: run, owner: try lease[4], heartbeat: try lease[5], expires: try lease[0],
            process: try lease[1], start: try lease[2], machine: try lease[3])
    }

    private static func release(_ run: RunID, note: String, in db: Database) throws {
        let who = try String.readOne(
            db, sql: "SELECT host || ' process ' || pid FROM lease WHERE run = ?",
            arguments: [run])
        try db.execute(sql: "DELETE FROM lease WHERE run = ?", arguments: [run])
        try db.execute(
            sql: "UPDATE run SET state = 'interrupted' WHERE id = ?", arguments: [run])
        let message = "run interrupted: \(note)" + (who.map { " (\($0))" } ?? "")
        try insert(EventRecord(level: .warning, message: message), run: run, in: db)
        try RecordSeal.run.write(run, in: db)
    }
}
