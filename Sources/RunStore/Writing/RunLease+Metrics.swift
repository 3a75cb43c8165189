public import Domain
internal import GRDB
internal import GRDBSQLite

/// One value of a curve.
public struct MetricPoint: Sendable, Hashable {
    /// What it was measured on.
    public var split: SplitPart
    /// Name, such as `dice` or `loss`.
    public var name: String
    /// Epoch, from 1; 0 is before training.
    public var epoch: Int
    /// The value; NaN is kept as NULL.
    public var value: Double

    /// A point.
    public init(split: SplitPart, name: String, epoch: Int, value: Double) {
        self.split = split
        self.name = name
        self.epoch = epoch
        self.value = value
    }
}

extension RunLease {
    /// Logs points, in one transaction; a point that is there already is replaced.
    ///
    /// Call it once an epoch with all of the epoch's points.
    public func log(
        _ points: [MetricPoint], load: MachineLoad? = nil, progress: RunProgress? = nil
    ) throws {
        try write { db in
            try show(progress, in: db)
            if let load { try load.write(for: run, in: db) }
            try MetricWriter(run: run, names: store.names, db: db).write(
                points.lazy.map(CurvePoint.init))
        }
    }

    /// How many epochs have points, from the first on without a gap.
    public func recordedEpochs() throws -> Int {
        try store.read { db in
            let epochs = try Int.readAll(
                db,
                sql: "SELECT DISTINCT epoch FROM metric_point WHERE run = ? ORDER BY epoch",
                arguments: [run])
            var count = 0
            for epoch in epochs {
                if epoch == count + 1 { count += 1 } else if epoch > count { break }
            }
            return count
        }
    }

    /// Brings what was written so far to the disk, so that a power failure takes none of it.
    public func flush() throws { try store.flush() }

    /// Forgets the points after `epoch`: a run that goes on from a checkpoint of that epoch logs
    /// them again.
    ///
    /// From the start on the run is the work of this program's code alone. A run that other code
    /// began stays that code's, with a warning: it is what a later sweep has to ask about.
    public func rewind(toEpoch epoch: Int) throws {
        try write { db in
            if epoch == 0 {
                try RunStore.sign(run, code, in: db)
            } else if let code {
                try warn(ofBeginningBy: code, in: db)
            }
            try db.execute(
                sql: "DELETE FROM machine_load WHERE run = ? AND epoch > ?",
                arguments: [run, epoch])
            try db.execute(
                sql: "DELETE FROM metric_point WHERE run = ? AND epoch > ?",
                arguments: [run, epoch])
            guard db.changesCount > 0 else { return }
            try MetricWriter(run: run, names: store.names, db: db).summarise()
        }
    }

    private func warn(ofBeginningBy code: CodeIdentity, in db: Database) throws {
        let began = try StoreRow.fetchOne(
            db, sql: "SELECT code, code_commit, code_dirty FROM run WHERE id = ?", arguments: [run]
        ).flatMap { try CodeIdentity($0) }
        guard began?.digest != code.digest else { return }
        let name = began.map { "code \($0.short)" } ?? "unknown code"
        try RunStore.insert(
            EventRecord(
                level: .warning, message: "begun by \(name), continued by code \(code.short)"),
            run: run, in: db)
    }
}
