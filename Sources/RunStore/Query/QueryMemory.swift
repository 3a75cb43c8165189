internal import GRDBSQLite
internal import Synchronization

/// How much memory the queries of this process may take.
enum QueryMemory {
    private static let bytes = Mutex<Int?>(nil)

    /// Limits everything that SQLite and the aggregates of `Statistics` hold.
    static func limit(to count: Int) {
        bytes.withLock { $0 = count }
        _ = sqlite3_hard_heap_limit64(Int64(count))
    }

    /// Bytes of one text or blob at most: a 64th of the memory, 64 MiB without a limit.
    static var valueBytes: Int {
        bytes.withLock { $0.map { min(max($0 / 64, 1 << 16), 1_000_000_000) } ?? 64 << 20 }
    }

    /// Numbers at most that one aggregate keeps: they are copied when it grows and when it sorts.
    static var numbers: Int { bytes.withLock { $0.map { $0 / 32 } ?? .max } }

    /// `512 MB`
    static var text: String { bytes.withLock { "\(($0 ?? .max) / 1_000_000) MB" } }
}
