internal import Files
internal import Foundation
internal import GRDB
internal import GRDBSQLite

/// What the other SQLite files in a store's folder name, so that nothing of theirs is removed.
///
/// Any file is looked at, whatever its name: copies, backups, stores of other schemas. One that is
/// damaged, locked or endless costs some seconds at most and counts as naming everything.
struct SiblingStores {
    /// What one store names.
    struct Sibling {
        let name: String
        let uuid: String
        /// Whether it lies beside the folder that `runs` leads to, and not beside the store.
        var isElsewhere = false
        /// Digests of its runs, by their first 16 digits.
        var runs: [String: Set<String>] = [:]
        /// The files that it names, as far as they are there.
        var files: Set<FileIdentity> = []

        /// Where it is, in words.
        var place: String { isElsewhere ? "beside those runs" : "in the same folder" }
    }

    /// A file that may be a store and cannot be read.
    struct Unreadable {
        let name: String, reason: String
    }

    private(set) var stores: [Sibling] = []
    private(set) var unreadable: [Unreadable] = []

    /// Looks at what lies beside the store, and beside its runs where they are somewhere else.
    init(beside store: URL) {
        let folder = store.deletingLastPathComponent()
        let runs = RunsPlace(folder.appendingPathComponent("runs")).path
        let other = URL(fileURLWithPath: runs).deletingLastPathComponent()
        let own = FileIdentity(store.path)
        for place in FileIdentity(other.path) == FileIdentity(folder.path)
            ? [folder] : [folder, other]
        {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: place.path)) ?? []
            for name in names.sorted() where !Self.isPart(name) {
                let path = place.appendingPathComponent(name).path
                guard FileIdentity(path) != own else { continue }
                let count = stores.count
                add(place == folder ? name : path, at: path, folder: place)
                if place != folder, stores.count > count { stores[count].isElsewhere = true }
            }
        }
    }

    /// The one file of that name.
    init(_ name: String, beside store: URL) {
        let folder = store.deletingLastPathComponent()
        add(name, at: folder.appendingPathComponent(name).path, folder: folder)
    }

    private mutating func add(_ name: String, at path: String, folder: URL) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0
        else { return }
        do {
            if let sibling = try SiblingReader(path: path, folder: folder).read(name: name) {
                stores.append(sibling)
            }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB {
            // Not every file is a store; but one that is named so may have been one.
            if status.st_size >= 512, Self.isNamedLikeAStore(name) {
                unreadable.append(Unreadable(name: name, reason: "it is no SQLite database"))
            }
        } catch {
            let reason = (error as? DatabaseError)?.message ?? "\(error)"
            unreadable.append(Unreadable(name: name, reason: reason))
        }
    }

    private static func isNamedLikeAStore(_ name: String) -> Bool {
        [".db", ".sqlite", ".sqlite3", ".db3"].contains { name.lowercased().hasSuffix($0) }
    }

    /// Logs and drafts, which SQLite and Lightbox keep beside a store.
    private static func isPart(_ name: String) -> Bool {
        ["-wal", "-shm", "-journal"].contains { name.hasSuffix($0) }
            || name.contains(/\.[0-9A-F-]{36}\.new/)
    }
}

/// Reads one sibling, whoever wrote it.
private struct SiblingReader {
    let path: String
    let folder: URL

    /// Seconds after which a file counts as unreadable.
    static let patience = 10.0

    /// What the store names; nil where the file holds no runs.
    func read(name: String) throws -> SiblingStores.Sibling? {
        let queue = try StoreOpener(path: path).openReadOnly(patience: Self.patience).queue
        defer { try? queue.close() }
        return try queue.unsafeRead { db in
            let deadline = Deadline(after: Self.patience)
            deadline.install(on: db)
            defer { deadline.remove(from: db) }
            try db.execute(sql: "PRAGMA trusted_schema = OFF")
            guard try isTable("run", with: ["digest"], in: db) else { return nil }
            let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
            guard version <= Migrations.version else {
                throw DatabaseError(
                    message: "it has schema \(version), written by a newer Lightbox")
            }
            let uuid =
                try isTable("store", with: ["uuid"], in: db)
                ? text(try Row.fetchOne(db, sql: "SELECT uuid FROM store"), 0) : nil
            var sibling = SiblingStores.Sibling(name: name, uuid: uuid ?? "")
            let runs = try Row.fetchCursor(db, sql: "SELECT digest FROM run")
            while let row = try runs.next() {
                let digest = text(row, 0) ?? ""
                sibling.runs[String(digest.prefix(16)), default: []].insert(digest)
            }
            guard try isTable("artifact", with: ["path"], in: db) else { return sibling }
            let files = try Row.fetchCursor(db, sql: "SELECT path FROM artifact")
            while let row = try files.next() {
                guard let path = text(row, 0), !path.utf8.contains(0) else { continue }
                let full = path.hasPrefix("/") ? path : folder.path + "/" + path
                if let identity = FileIdentity(full) { sibling.files.insert(identity) }
            }
            return sibling
        }
    }

    /// Whether there is a table of that name, no view or virtual one, with these columns.
    private func isTable(
        _ name: String, with columns: [String], in db: Database
    ) throws -> Bool {
        let row = try Row.fetchOne(
            db,
            sql: "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ? AND rootpage > 0",
            arguments: [name])
        guard row != nil else { return false }
        let found = try Row.fetchAll(
            db, sql: "SELECT name FROM pragma_table_info(?)", arguments: [name])
        return Set(columns).isSubset(of: found.compactMap { text($0, 0) })
    }

    private func text(_ row: Row?, _ index: Int) -> String? {
        row.flatMap { String.fromDatabaseValue($0[index]) }
    }
}

/// Ends the statements of a connection when their time is up.
final class Deadline {
    private let end: ContinuousClock.Instant

    init(after seconds: Double) { end = .now + .seconds(seconds) }

    func install(on db: Database) {
        guard let handle = db.sqliteConnection else { return }
        sqlite3_progress_handler(
            handle, 10_000,
            { context in
                guard let context else { return 0 }
                let deadline = Unmanaged<Deadline>.fromOpaque(context).takeUnretainedValue()
                return ContinuousClock.now > deadline.end ? 1 : 0
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    func remove(from db: Database) {
        guard let handle = db.sqliteConnection else { return }
        sqlite3_progress_handler(handle, 0, nil, nil)
    }
}
