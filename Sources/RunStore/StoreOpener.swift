internal import Foundation
internal import GRDB
internal import GRDBSQLite

/// Opens, creates and migrates store files.
struct StoreOpener {
    /// Seconds that a writer waits for others.
    static let patience: TimeInterval = 120
    /// Seconds that somebody waits who wants the store alone.
    static let patienceForAlone: TimeInterval = 3600
    /// `PRAGMA application_id` of a store: "LBOX".
    static let applicationID = 0x4C42_4F58

    let path: String

    func openForWriting(alone: Bool = false) throws -> DatabaseQueue {
        let files = FileManager.default
        try refuseFolder()
        if !files.fileExists(atPath: path) { try create() }
        guard files.isWritableFile(atPath: path) else { throw StoreError.readOnly(path: path) }
        let queue = try DatabaseQueue(
            path: path, configuration: Self.configuration(alone: alone))
        try prepare(queue)
        return queue
    }

    func openForReading() throws -> DatabaseQueue {
        try refuseFolder()
        guard FileManager.default.fileExists(atPath: path) else {
            throw StoreError.missing(path: path)
        }
        let queue = try openReadOnly()
        let found = try schemaVersion(of: queue)
        guard found <= Migrations.version else {
            throw StoreError.newerSchema(path: path, found: found, known: Migrations.version)
        }
        guard found == Migrations.version else {
            throw StoreError.olderSchema(path: path, found: found, known: Migrations.version)
        }
        return queue
    }

    // MARK: Steps

    private func refuseFolder() throws {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue
        {
            throw StoreError.notAStore(path: path, found: "a folder")
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
        let queue = try DatabaseQueue(path: draft, configuration: Self.configuration())
        try Migrations.all.migrate(queue)
        try queue.writeWithoutTransaction { db in
            _ = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL")
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
        let found = try schemaVersion(of: queue)
        if found > Migrations.version {
            throw StoreError.newerSchema(path: path, found: found, known: Migrations.version)
        }
        if found < Migrations.version {
            try withFolderLock { try Migrations.all.migrate(queue) }
        }
        try queue.writeWithoutTransaction { db in
            if try String.fetchOne(db, sql: "PRAGMA journal_mode") != "wal" {
                _ = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL")
            }
        }
    }

    /// The store's schema version; refuses files of other programs.
    private func schemaVersion(of queue: DatabaseQueue) throws -> Int {
        try queue.read { db in
            let application = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
            let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
            if application == Self.applicationID { return version }
            let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
            if application == 0, version == 0, tables == 0 { return 0 }
            throw StoreError.notAStore(path: path, found: "a database of another program")
        }
    }

    /// Opens the file for reading, whatever its schema.
    ///
    /// - Parameter patience: seconds that others' locks are waited for.
    func openReadOnly(patience: TimeInterval = Self.patience) throws -> DatabaseQueue {
        var configuration = Self.configuration(patience: patience)
        configuration.readonly = true
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            _ = try queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") }
            return queue
        } catch let error as DatabaseError
            where error.resultCode == .SQLITE_CANTOPEN || error.resultCode == .SQLITE_READONLY
        {
            // A store in a folder where SQLite may not make its shared-memory file. Nobody can be
            // writing there through this folder; read the file as it is.
            let log = try? FileManager.default.attributesOfItem(atPath: path + "-wal")[.size]
            guard (log as? Int ?? 0) == 0 else { throw error }
            let text = URL(fileURLWithPath: path).absoluteString + "?immutable=1"
            return try DatabaseQueue(path: text, configuration: configuration)
        }
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
    static func configuration(
        alone: Bool = false, patience: TimeInterval = Self.patience
    ) -> Configuration {
        var configuration = Configuration()
        let patience = alone ? patienceForAlone : patience
        configuration.label = "store"
        configuration.busyMode = .callback { tries in
            // A little chance keeps many writers from waking in step.
            usleep(useconds_t.random(in: 500...(tries < 20 ? 4_000 : 20_000)))
            return Double(tries) * 0.010 < patience
        }
        configuration.acceptsDoubleQuotedStringLiterals = false
        configuration.prepareDatabase { db in
            if alone { try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE") }
            if !db.configuration.readonly {
                try db.execute(
                    sql: "PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 67108864")
            }
            try db.execute(sql: "PRAGMA cache_size = -16000; PRAGMA mmap_size = 268435456")
            for function in Statistics.functions { db.add(function: function) }
        }
        return configuration
    }
}
