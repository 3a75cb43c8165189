internal import GRDB

/// What the machine did in one epoch of a training.
public struct MachineLoad: Sendable, Hashable {
    /// Epoch, from 1.
    public var epoch: Int
    /// Seconds since the end of the epoch before, or since the training began.
    public var seconds: Double
    /// Processors busy with it, on average over these seconds; nil where it is not known.
    public var processors: Double?
    /// Memory of the process at the epoch's end, bytes; nil where it is not known.
    public var memory: Int64?
    /// Images trained a second, without the epoch's validation; nil where it is not known.
    public var imagesPerSecond: Double?

    /// The load in one epoch. What is not finite, or below 0, counts as not known.
    public init(
        epoch: Int, seconds: Double, processors: Double?, memory: Int64?, imagesPerSecond: Double?
    ) {
        func known(_ value: Double?) -> Double? {
            value.flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
        }
        self.epoch = epoch
        self.seconds = known(seconds) ?? 0
        self.processors = known(processors)
        self.memory = memory.flatMap { $0 >= 0 ? $0 : nil }
        self.imagesPerSecond = known(imagesPerSecond)
    }

    /// Writes it down; that of an epoch that was trained before is replaced.
    func write(for run: RunID, in db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO machine_load (run, epoch, seconds, processors, memory,
                    images_per_second) VALUES (?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [run, epoch, seconds, processors, memory, imagesPerSecond])
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
                    epoch: try row["epoch"], seconds: try row["seconds"] ?? 0,
                    processors: try row["processors"], memory: try row["memory"],
                    imagesPerSecond: try row["images_per_second"])
            }
        }
    }
}
