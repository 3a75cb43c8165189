internal import Foundation
internal import GRDB

/// The right to train a run and to write what it measures, for as long as it is renewed.
///
/// Every method is one transaction and renews the lease. When the lease was lost (this process
/// slept longer than its lifetime and another worker took the run), every method throws
/// `StoreError.leaseLost` and writes nothing.
public final class RunLease: Sendable {
    /// The run.
    public let run: RunID
    /// Who holds the lease.
    public let worker: Worker
    /// Seconds the lease holds after each renewal.
    public let lifetime: Double

    /// The code of the program that trains.
    public let code: CodeIdentity?
    /// The run whose results this one replaces when it is complete; nil for an ordinary run.
    public let retrains: RunID?
    let store: RunStore

    init(
        run: RunID, worker: Worker, code: CodeIdentity?, retrains: RunID?, lifetime: Double,
        store: RunStore
    ) {
        self.run = run
        self.worker = worker
        self.code = code
        self.retrains = retrains
        self.lifetime = lifetime
        self.store = store
    }

    /// Renews the lease and shows how far the run is.
    public func heartbeat(_ progress: RunProgress? = nil) throws {
        try write { db in try show(progress, in: db) }
    }

    /// Makes sure that the store is still the one that the run was claimed in.
    public func ensureSame() throws { try store.ensureSame() }

    /// Says which data the run is trained on; needed before evaluations are recorded.
    public func use(dataset: Int64, split: Int64) throws {
        try write { db in
            try db.execute(
                sql: """
                    UPDATE run SET dataset_id = ?1, split_id = ?2,
                        dataset = (SELECT title FROM dataset WHERE id = ?1) WHERE id = ?3
                    """, arguments: [dataset, split, run])
        }
    }

    /// Ends the run as completed. One that trains another again gives that one its results, in the
    /// same transaction, and is gone.
    ///
    /// - Returns: paths of files that no run needs any more.
    @discardableResult
    public func finish(_ summary: RunSummary) throws -> [String] {
        try write { db in
            let best =
                try summary.bestEpoch
                ?? RunObjective.bestEpoch(of: run, in: db)
            try db.execute(
                sql: """
                    UPDATE run SET best_epoch = ?, seconds = ?, images_per_second = ?,
                        peak_memory = ? WHERE id = ?
                    """,
                arguments: [
                    best, summary.seconds, summary.imagesPerSecond, summary.peakMemory, run,
                ])
            try end(.completed, error: nil, in: db)
            guard let retrains else { return [] }
            return try RunStore.replaceResults(of: retrains, byThoseOf: run, in: db)
        }
    }

    /// Ends the run as failed for `reason`, one sentence; `log` holds the last lines of its log.
    public func fail(_ reason: String, log: String = "") throws {
        try write { db in
            let message = log.isEmpty ? reason : reason + "\n" + log
            try RunStore.insert(EventRecord(level: .error, message: message), run: run, in: db)
            try end(.failed, error: reason, in: db)
        }
    }

    /// Ends the work on the run for now; it can be claimed and continued.
    public func interrupt(_ reason: String = "stopped by the user") throws {
        try write { db in
            let message = "run interrupted: \(reason)"
            try RunStore.insert(EventRecord(level: .info, message: message), run: run, in: db)
            try end(.interrupted, error: nil, in: db)
        }
    }

    /// Ends the run early because a search does not need more of it.
    public func prune(_ reason: String) throws {
        try write { db in
            let message = "run pruned: \(reason)"
            try RunStore.insert(EventRecord(level: .info, message: message), run: run, in: db)
            try end(.pruned, error: nil, in: db)
        }
    }

    // MARK: Inside a transaction

    /// One transaction that renews the lease first.
    func write<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try store.write { db in
            let now = Timestamp.now
            let renew = try db.cachedStatement(
                sql: "UPDATE lease SET heartbeat = ?, expires = ? WHERE run = ? AND owner = ?")
            try renew.execute(arguments: [now, now + lifetime, run, worker.id])
            guard db.changesCount == 1 else {
                let owner = try String.readOne(
                    db, sql: "SELECT host || ' process ' || pid FROM lease WHERE run = ?",
                    arguments: [run])
                throw StoreError.leaseLost(run: run, owner: owner)
            }
            return try body(db)
        }
    }

    func show(_ progress: RunProgress?, in db: Database) throws {
        guard let progress else { return }
        let show = try db.cachedStatement(
            sql: """
                UPDATE lease SET epoch = ?, step = ?, steps = ?, loss = ?,
                    validation_dice = coalesce(?, validation_dice),
                    images_per_second = coalesce(?, images_per_second) WHERE run = ?
                """)
        try show.execute(arguments: [
            progress.epoch, progress.step, progress.steps, progress.loss,
            progress.validationDice, progress.imagesPerSecond, run,
        ])
    }

    private func end(_ state: RunState, error: String?, in db: Database) throws {
        try db.execute(
            sql: "UPDATE run SET state = ?, error = ?, finished = ? WHERE id = ?",
            arguments: [
                state.rawValue, error, state.isFinal ? Timestamp.text() : nil, run,
            ])
        try db.execute(sql: "DELETE FROM lease WHERE run = ?", arguments: [run])
        try RecordSeal.run.write(run, in: db)
    }
}
