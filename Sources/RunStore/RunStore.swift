public import Foundation
internal import GRDB
internal import GRDBSQLite

/// A store of runs: one SQLite file that any number of processes may use at once.
///
/// One connection a `RunStore`; its methods may be called from any thread and run one after the
/// other. Every writing method is one transaction that begins `IMMEDIATE` and waits for other
/// writers, so that nobody sees "database is locked". Values logged by a method that returned
/// survive the death of the process.
public final class RunStore: Sendable {
    /// What a store is opened for.
    public enum Mode: Sendable {
        /// Reads and writes; makes the store when there is none, brings an older one up to date.
        case readWrite
        /// As `readWrite`, while no other process on any machine has the store open: waits for
        /// those that have and keeps others out. Needs no memory shared between processes, so it
        /// is safe on a network file system whose file locks work.
        case alone
        /// Reads only; the file is never touched. One of an earlier version is read from a copy.
        case readOnly
    }

    /// Number of the schema that this Lightbox writes; it reads every earlier one.
    public static var schemaVersion: Int { Migrations.version }

    /// The file.
    public let url: URL
    /// What the store was opened for.
    public let mode: Mode

    let connection: DatabaseQueue
    /// Path of the file that is open: the store's own, or a copy that is read in its place.
    let path: String
    /// Whether the store is of an earlier version, and a copy that was brought up to date is read.
    public let isOlder: Bool
    let clock: StoreClock
    private let copy: TemporaryCopy?
    let names = NameCache()
    let queries = QueryConnections()

    /// Opens the store at `url`.
    ///
    /// - Throws: `StoreError`: `missing`, `cannotOpen`, `notAStore`, `corrupt`, `readOnly`,
    ///   `foreignSchema`, `newerSchema`.
    public init(at url: URL, mode: Mode = .readWrite) throws {
        self.url = url
        self.mode = mode
        let opener = StoreOpener(path: url.path)
        let open = try StoreError.translating(path: url.path) {
            switch mode {
            case .readWrite, .alone:
                StoreOpener.Reading(
                    queue: try opener.openForWriting(alone: mode == .alone), path: url.path,
                    clock: opener.clock)
            case .readOnly: try opener.openForReading()
            }
        }
        connection = open.queue
        path = open.path
        copy = open.copy
        isOlder = open.isOlder
        clock = open.clock
    }

    /// Closes the connection; afterwards every method throws. Without it the connection closes
    /// with the last reference.
    public func close() throws {
        queries.close()
        try StoreError.translating(path: url.path) { try connection.close() }
    }

    func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try StoreError.translating(path: url.path) {
            try clock.limiting(to: StoreClock.patience) { try connection.read(body) }
        }
    }

    /// Whether it is only others' work that is in the way: a lock, or a change of the log's index
    /// whose process is held up in the middle.
    private static func passes(_ error: DatabaseError) -> Bool {
        error.resultCode == .SQLITE_BUSY || error.resultCode == .SQLITE_PROTOCOL
    }

    /// One transaction; waits for other writers, and tries again when SQLite asks for it.
    func write<Value>(_ body: (Database) throws -> Value) throws -> Value {
        guard mode != .readOnly else { throw StoreError.readOnly(path: url.path) }
        return try StoreError.translating(path: url.path) {
            let deadline = Date().addingTimeInterval(StoreOpener.patience)
            while true {
                do {
                    return try connection.write(body)
                } catch let error as DatabaseError
                    where Self.passes(error) && Date() < deadline
                {
                    names.forget()
                    usleep(useconds_t.random(in: 1_000...20_000))
                } catch {
                    names.forget()
                    throw error
                }
            }
        }
    }
}
