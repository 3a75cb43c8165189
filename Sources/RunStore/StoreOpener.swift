internal import Files
internal import Foundation
internal import GRDB
internal import GRDBSQLite

/// Opens, creates and migrates store files.
struct StoreOpener {
    /// Seconds that a writer waits for others.
    static let patience: TimeInterval = 120
    /// Seconds that somebody waits who wants the store alone.
    static let patienceForAlone: TimeInterval = 3600
    /// How often somebody tries, about 10 ms apart, before it is said that they wait.
    private static let triesBeforeWord = 300
    /// `PRAGMA application_id` of a store: "LBOX".
    static let applicationID = 0x4C42_4F58

    let path: String
    let clock = StoreClock()
    /// By which the connections say whether runs are at work.
    let rule: LeaseRule
    /// Told once, when others have been waited for a while.
    private let waiting: @Sendable () -> Void

    init(
        path: String, rule: LeaseRule = LeaseRule(), waiting: (@Sendable () -> Void)? = nil
    ) {
        self.path = path
        self.rule = rule
        self.waiting = waiting ?? { StoreWaiting.begin(path) }
    }

    func openForWriting(alone: Bool = false) throws -> DatabaseQueue {
        let files = FileManager.default
        try refuseOddFiles()
        if !files.fileExists(atPath: path) { try create() }
        guard files.isWritableFile(atPath: path) else { throw StoreError.readOnly(path: path) }
        if let names = names() { throw StoreError.hardLinked(path: path, names: names) }
        let queue = try DatabaseQueue(path: path, configuration: configuration(alone: alone))
        try prepare(queue)
        try queue.unsafeRead(LeaseRule.show)
        return queue
    }

    /// A store that is open for reading.
    struct Reading {
        let queue: DatabaseQueue
        /// The file that is open: the store's own, or a copy of it.
        let path: String
        /// Stops the connection's work.
        let clock: StoreClock
        /// Keeps the copy, where it is one.
        var copy: TemporaryCopy?
        /// Whether the store is of an earlier version than the copy.
        var isOlder = false
    }

    /// Opens the store for reading and leaves it as it is: one of an earlier version is read from a
    /// copy that was brought up to date.
    func openForReading() throws -> Reading {
        try refuseOddFiles()
        guard FileManager.default.fileExists(atPath: path) else {
            throw StoreError.missing(path: path)
        }
        let original = try openReadOnly()
        let found = try checkedVersion(of: original.queue)
        guard found > 0 else { throw StoreError.notAStore(path: path, found: "an empty file") }
        if found == Migrations.version {
            try original.queue.unsafeRead(LeaseRule.show)
            return original
        }
        let copy = try TemporaryCopy()
        try Self.copy(original, to: copy.path)
        try original.queue.close()
        try StoreOpener(path: copy.path).openForWriting().close()
        var updated = try StoreOpener(path: copy.path, rule: rule).openReadOnly()
        try updated.queue.unsafeRead(LeaseRule.show)
        (updated.copy, updated.isOlder) = (copy, true)
        return updated
    }

    // MARK: Steps

    /// Refuses what is no regular file, which might block who opens it.
    private func refuseOddFiles() throws {
        if let kind = Self.oddKind(of: path) { throw StoreError.notAStore(path: path, found: kind) }
        for suffix in ["-wal", "-shm", "-journal"] {
            guard let kind = Self.oddKind(of: path + suffix) else { continue }
            throw StoreError.cannotOpen(
                path: path, reason: "'\(path + suffix)' beside it is \(kind)")
        }
    }

    /// How many names the file has, where it has more than one besides those of drafts from which it
    /// was just made.
    private func names() -> Int? {
        let folder = (path as NSString).deletingLastPathComponent
        let start = (path as NSString).lastPathComponent + "."
        // Between the two looks a draft may have gone.
        for _ in 0..<10 {
            var status = stat()
            guard stat(path, &status) == 0, status.st_nlink > 1 else { return nil }
            let all = try? FileManager.default.contentsOfDirectory(
                atPath: folder.isEmpty ? "." : folder)
            let drafts = (all ?? []).count {
                $0.hasPrefix(start) && $0.hasSuffix(".new")
                    && FileIdentity(folder.isEmpty ? $0 : folder + "/" + $0) == FileIdentity(status)
            }
            let names = Int(status.st_nlink) - drafts
            var again = stat()
            guard stat(path, &again) == 0, again.st_nlink == status.st_nlink else { continue }
            return names > 1 ? names : nil
        }
        return nil
    }

    /// What a file is that is no regular one; nil for a regular file, and for none.
    private static func oddKind(of path: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return nil
        case S_IFDIR: return "a folder"
        case S_IFIFO: return "a pipe"
        case S_IFSOCK: return "a socket"
        default: return "a device"
        }
    }

    /// Makes a whole store beside `path` and puts it there in one step, so that no process ever
    /// sees half a store; of several that do this at once the first wins and the others use its.
    private func create() throws {
        let folder = (path as NSString).deletingLastPathComponent
        let files = FileManager.default
        do {
            try files.createDirectory(
                atPath: folder.isEmpty ? "." : folder, withIntermediateDirectories: true)
        } catch {
            throw StoreError.cannotOpen(
                path: path, reason: "its folder '\(folder)' cannot be made")
        }
        let draft = path + ".\(UUID().uuidString).new"
        defer {
            for suffix in ["", "-wal", "-shm", "-journal"] { unlink(draft + suffix) }
        }
        guard access(folder.isEmpty ? "." : folder, W_OK) == 0 else {
            throw StoreError.readOnly(path: path)
        }
        let queue = try DatabaseQueue(path: draft, configuration: configuration())
        try Migrations.all.migrate(queue)
        try queue.writeWithoutTransaction { db in
            _ = try String.readOne(db, sql: "PRAGMA journal_mode = WAL")
            try db.checkpoint(.truncate)
        }
        try queue.close()
        // link, unlike rename, never replaces a store that another process has just made.
        if link(draft, path) != 0 && errno != EEXIST {
            let code = errno
            if code == EPERM || code == ENOTSUP || code == EMLINK || code == ENOSYS {
                // A file system without hard links: rename, unless somebody was faster.
                if !files.fileExists(atPath: path), rename(draft, path) == 0 { return }
                if files.fileExists(atPath: path) { return }
            }
            throw StoreError.cannotOpen(path: path, reason: String(cString: strerror(code)))
        }
    }

    private func prepare(_ queue: DatabaseQueue) throws {
        if try checkedVersion(of: queue) < Migrations.version {
            try withFolderLock { try Migrations.all.migrate(queue) }
        }
        try queue.writeWithoutTransaction { db in
            if try String.readOne(db, sql: "PRAGMA journal_mode") != "wal" {
                _ = try String.readOne(db, sql: "PRAGMA journal_mode = WAL")
            }
        }
    }

    /// The store's schema version, 0 for an empty file; refuses versions that this Lightbox does
    /// not know, and a schema that is not the version's.
    private func checkedVersion(of queue: DatabaseQueue) throws -> Int {
        let found = try schemaVersion(of: queue)
        guard found <= Migrations.version else {
            throw StoreError.newerSchema(path: path, found: found, known: Migrations.version)
        }
        guard found > 0 else { return found }
        let differences = try clock.limiting(to: StoreClock.patience) {
            try queue.read { try SchemaCheck.differences($0, version: found) }
        }
        guard let first = differences.first else { return found }
        throw StoreError.foreignSchema(path: path, difference: first, count: differences.count)
    }

    /// The store's schema version, 0 for an empty file; refuses files of other programs.
    private func schemaVersion(of queue: DatabaseQueue) throws -> Int {
        try queue.read { db in
            let application = try Int.readOne(db, sql: "PRAGMA application_id") ?? 0
            let version = try Int.readOne(db, sql: "PRAGMA user_version") ?? 0
            if application == Self.applicationID, version > 0 { return version }
            let tables = try Int.readOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
            if application == 0, version == 0, tables == 0 { return 0 }
            throw StoreError.notAStore(
                path: path,
                found: application == Self.applicationID
                    ? "a store of schema \(version)" : "a database of another program")
        }
    }

    /// Opens the file for reading, whatever its schema.
    ///
    /// - Parameter patience: seconds that others' locks are waited for.
    func openReadOnly(patience: TimeInterval = Self.patience) throws -> Reading {
        try refuseOddFiles()
        var configuration = configuration(patience: patience)
        configuration.readonly = true
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            _ = try queue.read { try Int.readOne($0, sql: "PRAGMA user_version") }
            return Reading(queue: queue, path: path, clock: clock)
        } catch let error as DatabaseError
            where error.resultCode == .SQLITE_CANTOPEN || error.resultCode == .SQLITE_READONLY
        {
            // A store in a folder where SQLite may not make its shared-memory file. Nobody can be
            // writing there through this folder; read the file as it is.
            let log = try? FileManager.default.attributesOfItem(atPath: path + "-wal")[.size]
            if (log as? Int ?? 0) > 0 { return try openCopyWithLog() }
            let text = URL(fileURLWithPath: path).absoluteString + "?immutable=1"
            return Reading(
                queue: try DatabaseQueue(path: text, configuration: configuration), path: path,
                clock: clock)
        }
    }

    /// Opens a copy of a store whose log was left in a folder that may not be written: what stands
    /// in the log belongs to the store, and SQLite reads it only where it may write beside it.
    private func openCopyWithLog() throws -> Reading {
        let copy = try TemporaryCopy()
        do {
            for suffix in ["", "-wal"] {
                try FileManager.default.copyItem(
                    atPath: path + suffix, toPath: copy.path + suffix)
                chmod(copy.path + suffix, 0o600)
            }
        } catch {
            throw StoreError.cannotOpen(
                path: path,
                reason:
                    "its log '\(path)-wal' is not empty and its folder may not be written; copy "
                    + "both files to a folder of your own")
        }
        var reading = try StoreOpener(path: copy.path, rule: rule).openReadOnly()
        reading.copy = copy
        return reading
    }

    /// Runs `body` while this process alone may migrate stores of the folder.
    private func withFolderLock(_ body: () throws -> Void) throws {
        let folder = (path as NSString).deletingLastPathComponent
        let descriptor = open(folder.isEmpty ? "." : folder, O_RDONLY)
        if descriptor >= 0 { flock(descriptor, LOCK_EX) }
        defer { if descriptor >= 0 { close(descriptor) } }
        try body()
    }

    /// How every connection is set up; `alone` locks the file from the first access on.
    func configuration(
        alone: Bool = false, patience: TimeInterval = Self.patience
    ) -> Configuration {
        var configuration = Configuration()
        let patience = alone ? Self.patienceForAlone : patience
        configuration.label = "store"
        configuration.busyMode = .callback { [clock, waiting] tries in
            // A little chance keeps many writers from waking in step.
            usleep(useconds_t.random(in: 500...(tries < 20 ? 4_000 : 20_000)))
            if tries == Self.triesBeforeWord { waiting() }
            return Double(tries) * 0.010 < patience && !clock.isOver
        }
        configuration.acceptsDoubleQuotedStringLiterals = false
        configuration.prepareDatabase { [clock, rule] db in
            if let handle = db.sqliteConnection { clock.install(on: handle) }
            // Of this file alone: a store that is attached later is open by itself as well, and two
            // connections of one process would wait for each other.
            if alone { try db.execute(sql: "PRAGMA main.locking_mode = EXCLUSIVE") }
            if db.configuration.readonly {
                // No view of a foreign file calls what does more than compute. Not where the store
                // is written: SQLite calls json_valid(), of its checks, unsafe.
                try db.execute(sql: "PRAGMA trusted_schema = OFF")
            } else {
                try db.execute(
                    sql: "PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 67108864")
            }
            // Not mapped into memory: a file that somebody cuts short would end the process, and every
            // connection's map counts as its memory.
            try db.execute(sql: "PRAGMA cache_size = -16000; PRAGMA mmap_size = 0")
            for function in Statistics.functions { db.add(function: function) }
            db.add(function: rule.function)
        }
        return configuration
    }
}
