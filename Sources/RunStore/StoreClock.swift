internal import Foundation
internal import GRDBSQLite
internal import Synchronization

/// Stops a connection's work when its time is up, so that no file can hold a verb for ever.
///
/// SQLite asks between the steps of its program; damage that makes a table look endless ends here.
final class StoreClock: Sendable {
    /// Seconds that reading may take.
    static let patience = 300.0
    /// Seconds that taking the runs of one other store may take.
    static let patienceForMerge = 1800.0

    private let deadline = Mutex<ContinuousClock.Instant?>(nil)

    /// Asks the clock while the connection works. The caller keeps the clock as long as that.
    func install(on connection: OpaquePointer) {
        sqlite3_progress_handler(
            connection, 50_000,
            { context in
                guard let context else { return 1 }
                let clock = Unmanaged<StoreClock>.fromOpaque(context).takeUnretainedValue()
                return clock.isOver ? 1 : 0
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    /// Runs `body`, whose work is stopped after `seconds`.
    func limiting<Value>(to seconds: Double, _ body: () throws -> Value) rethrows -> Value {
        deadline.withLock { $0 = .now + .seconds(seconds) }
        defer { deadline.withLock { $0 = nil } }
        return try body()
    }

    /// Whether the time of the work that runs is up.
    var isOver: Bool {
        deadline.withLock { $0.map { ContinuousClock.now >= $0 } ?? false }
    }
}
