internal import Files
public import Foundation
internal import GRDB
internal import GRDBSQLite
internal import Synchronization

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

    /// Numbers of runs stay below what every tool reads exactly.
    static let largestNumber: Int64 = 1 << 53

    /// The file, not a link to it: files of runs lie beside it.
    public let url: URL
    /// What the store was opened for.
    public let mode: Mode

    let connection: DatabaseQueue
    /// Path of the file that is open: the store's own, or a copy that is read in its place.
    let path: String
    /// Whether the store is of an earlier version, and a copy that was brought up to date is read.
    public let isOlder: Bool
    /// Which file was opened; nil for a store that is only read.
    private let identity: FileIdentity?
    /// The log of the file that was opened, as long as that is in its place.
    private let log: Mutex<FileIdentity?>
    /// What tells the store from others, made with it; empty for a store that is only read.
    let uuid: String
    let rule = LeaseRule()
    let clock: StoreClock
    private let copy: TemporaryCopy?
    let names = NameCache()
    let queries = QueryConnections()

    /// Opens the store at `url`.
    ///
    /// - Parameter waiting: told once, when others who hold the store have been waited for a while;
    ///   `StoreWaiting` says so where it is nil.
    /// - Throws: `StoreError`: `missing`, `cannotOpen`, `notAStore`, `corrupt`, `readOnly`,
    ///   `foreignSchema`, `newerSchema`.
    public init(
        at url: URL, mode: Mode = .readWrite, waiting: (@Sendable () -> Void)? = nil
    ) throws {
        self.url = StorePlace.resolving(url)
        self.mode = mode
        let path = self.url.path
        let opener = StoreOpener(path: path, rule: rule, waiting: waiting)
        let open = try StoreError.translating(path: path) {
            switch mode {
            case .readWrite, .alone:
                StoreOpener.Reading(
                    queue: try opener.openForWriting(alone: mode == .alone), path: path,
                    clock: opener.clock)
            case .readOnly: try opener.openForReading()
            }
        }
        connection = open.queue
        self.path = open.path
        copy = open.copy
        isOlder = open.isOlder
        clock = open.clock
        identity = mode == .readOnly ? nil : FileIdentity(path)
        log = Mutex(mode == .readOnly ? nil : FileIdentity(path + "-wal"))
        uuid =
            mode == .readOnly
            ? ""
            : try StoreError.translating(path: path) { try open.queue.read(Self.uuid) }
    }

    /// Names the very file that was opened, for other processes that open the same path.
    public var mark: String { identity.map { "\($0.device):\($0.number)" } ?? "" }

    /// Makes sure that the file is still where it was opened. What is written into one that was
    /// deleted or replaced would be lost.
    ///
    /// - Throws: `StoreError.displaced`.
    public func ensureInPlace() throws {
        guard let identity else { return }
        if let found = StorePlace.displacement(of: identity, at: url.path) {
            setLogAside()
            throw StoreError.displaced(path: url.path, found: found)
        }
        log.withLock { log in
            if log == nil { log = FileIdentity(url.path + "-wal") }
        }
    }

    /// Takes the log of a file that is not in its place any more away from whatever is there now:
    /// SQLite would take it for that file's, and write its pages into it.
    ///
    /// It stays beside the store under a name that SQLite does not look at.
    private func setLogAside() {
        let own = log.withLock { log in
            defer { log = nil }
            return log
        }
        guard let own else { return }
        // Closing must not remove the log of whoever is there now.
        connection.unsafeReentrantRead { db in
            var isKept: CInt = 1
            sqlite3_file_control(db.sqliteConnection, "main", SQLITE_FCNTL_PERSIST_WAL, &isKept)
        }
        let path = url.path
        guard FileIdentity(path + "-wal") == own else { return }
        for number in 1...999 {
            let target = "\(path)-wal.lost" + (number > 1 ? "-\(number)" : "")
            guard link(path + "-wal", target) == 0 else {
                if errno == EEXIST { continue }
                // A file system without hard links.
                if access(target, F_OK) != 0 { rename(path + "-wal", target) }
                break
            }
            unlink(path + "-wal")
            break
        }
        unlink(path + "-shm")
    }

    /// Closes the connection; afterwards every method throws. Without it the connection closes
    /// with the last reference.
    public func close() throws {
        queries.close()
        try StoreError.translating(path: url.path) { try connection.close() }
    }

    /// Makes sure that the file is still the store that was opened, also where another store was
    /// copied into it; needs a new connection.
    ///
    /// - Throws: `StoreError.displaced`.
    public func ensureSame() throws {
        try ensureInPlace()
        guard mode == .readWrite,
            let queue = try? StoreOpener(path: url.path).openReadOnly(patience: 0.5).queue
        else { return }
        defer { try? queue.close() }
        if let found = try? queue.unsafeRead(Self.uuid), found != uuid {
            throw StoreError.displaced(path: url.path, found: "was replaced by another store")
        }
    }

    private static func uuid(in db: Database) throws -> String {
        try Row.fetchOne(db, sql: "SELECT uuid FROM store")
            .flatMap { String.fromDatabaseValue($0[0]) } ?? ""
    }

    /// Brings every transaction so far to the disk.
    func flush() throws {
        try ensureInPlace()
        // What SQLite has moved from its log into the file is on the disk, so the log is enough.
        switch StorePlace.flush(url.path + "-wal") {
        case 0, EINVAL, EROFS: return
        case ENOSPC, EDQUOT: throw StoreError.diskFull(path: url.path)
        case let code:
            throw StoreError.database(
                path: url.path, code: Int(SQLITE_IOERR), reason: String(cString: strerror(code)))
        }
    }

    func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try ensureInPlace()
        return try StoreError.translating(path: url.path) {
            try clock.limiting(to: StoreClock.patience) { try connection.read(body) }
        }
    }

    /// Tells a store that has no number for another run from a full disk: SQLite says the same.
    ///
    /// - Throws: `StoreError.corrupt`.
    func ensureNumbersLeft(after error: any Error) throws {
        guard (error as? DatabaseError)?.resultCode == .SQLITE_FULL else { return }
        let last = try? connection.read {
            try Int64.readOne($0, sql: "SELECT max(seq) FROM sqlite_sequence") ?? 0
        }
        guard let last, last > Self.largestNumber else { return }
        throw StoreError.corrupt(
            path: url.path,
            reason: "the last number of a run is \(last), so none is left for another")
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
                try ensureInPlace()
                do {
                    return try connection.write(body)
                } catch let error as DatabaseError
                    where Self.passes(error) && Date() < deadline
                {
                    names.forget()
                    usleep(useconds_t.random(in: 1_000...20_000))
                } catch {
                    names.forget()
                    try ensureNumbersLeft(after: error)
                    throw error
                }
            }
        }
    }
}
