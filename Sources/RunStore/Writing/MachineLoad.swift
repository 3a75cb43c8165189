internal import GRDB

/// What the machine did in one epoch of a training, beside how long it took, which is a curve.
public struct MachineLoad: Sendable, Hashable {
    /// Epoch, from 1.
    public var epoch: Int
    /// Processors busy with it, on average since the end of the epoch before or the start; nil where it is
    /// not known.
    public var processors: Double?
    /// Memory of the process at the epoch's end, bytes; nil where it is not known.
    public var memory: Int64?

    /// The load in one epoch.
    public init(epoch: Int, processors: Double?, memory: Int64?) {
        self.epoch = epoch
        self.processors = processors
        self.memory = memory
    }

    /// Writes it down; that of an epoch that was trained before is replaced.
    func write(for run: RunID, in db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO machine_load (run, epoch, processors, memory)
                VALUES (?, ?, ?, ?)
                """
        ).execute(arguments: [run, epoch, processors, memory])
    }
}

extension RunStore {
    /// What the machine did in each epoch of a run; empty for runs that were not trained here, or by an
    /// older Lightbox.
    public func machineLoad(of run: RunID) throws -> [MachineLoad] {
        try read { db in
            try StoreRow.fetchAll(
                db, sql: "SELECT * FROM machine_load WHERE run = ? ORDER BY epoch", arguments: [run]
            ).map { row in
                MachineLoad(
                    epoch: try row["epoch"], processors: try row["processors"],
                    memory: try row["memory"])
            }
        }
    }
}
