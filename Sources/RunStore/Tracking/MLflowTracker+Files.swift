internal import Files
internal import Foundation
internal import GRDB
internal import Hashing

/// A file that arrives for a run: bytes are written into a draft in the run's folder, which is put in
/// its place when all of them are there.
public final class TrackedDraft: Sendable {
    /// Bytes of a file at most.
    public static let largest = ArtifactFile.largest

    fileprivate let id: String, path: String
    fileprivate let folder: RunFolder
    private let file: URL
    private let lock = NSLock()
    nonisolated(unsafe) private var handle: FileHandle?
    nonisolated(unsafe) private var hash = SHA256()
    nonisolated(unsafe) private var bytes: Int64 = 0

    fileprivate init(_ id: String, path: String, in folder: RunFolder) throws {
        (self.id, self.path, self.folder) = (id, path, folder)
        let name = RunFolder.given + UUID().uuidString.lowercased() + ".partial"
        file = folder.url.appendingPathComponent(name)
        let descriptor = open(
            file.path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw Self.unwritable(file.path, errno) }
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    deinit { unlink(file.path) }

    /// Adds bytes at the end.
    ///
    /// - Throws: `ArtifactError.unwritable`.
    public func append(_ data: [UInt8]) throws {
        try lock.withLock {
            guard bytes + Int64(data.count) <= Self.largest else {
                throw ArtifactError.unwritable(
                    path: path, reason: "it is larger than \(Self.largest) bytes")
            }
            do {
                try handle?.write(contentsOf: data)
            } catch {
                throw ArtifactError.unwritable(
                    path: file.path, reason: (error as NSError).localizedDescription)
            }
            hash.update(data)
            bytes += Int64(data.count)
        }
    }

    /// Puts the file in its place, under a name that says its path and its bytes.
    fileprivate func adopt() throws -> ArtifactRecord {
        try lock.withLock {
            if let descriptor = handle?.fileDescriptor, fsync(descriptor) != 0 {
                throw Self.unwritable(file.path, errno)
            }
            try handle?.close()
            handle = nil
            let digest = hash.digest()
            let name =
                RunFolder.given + SHA256.hex(of: path).prefix(16) + "-" + digest.prefix(16)
            let target = folder.url.appendingPathComponent(name).path
            guard rename(file.path, target) == 0 else { throw Self.unwritable(target, errno) }
            return ArtifactRecord(
                kind: MLflowTracker.fileKind + path, path: folder.path(of: name), bytes: bytes,
                digest: digest)
        }
    }

    private static func unwritable(_ path: String, _ code: Int32) -> ArtifactError {
        .unwritable(path: path, reason: String(cString: strerror(code)))
    }
}

extension MLflowTracker {
    /// What the kind of such files begins with; then comes the path within the run.
    static let fileKind = "artifact:"
    private static let afterFileKind = "artifact;"

    /// Bytes of a path within a run at most, and files of a run.
    static let longestPath = 1024, mostFiles = 100_000

    /// A path within a run: names with `/` between them, none of them empty, `.` or `..`, without
    /// control characters and backslashes, in the one spelling of Unicode's form C; nil for any other
    /// text.
    public static func path(_ text: String) -> String? {
        let text = text.composed
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard !text.isEmpty, text.utf8.count <= longestPath,
            parts.allSatisfy({ part in
                !part.isEmpty && part != "." && part != ".." && part.utf8.count <= 255
                    && part.unicodeScalars.allSatisfy {
                        $0.value >= 0x20 && $0.value != 0x7F && $0 != "\\"
                    }
            })
        else { return nil }
        return text
    }

    /// Begins to take a file of a run.
    ///
    /// - Parameter path: within the run.
    /// - Throws: `StoreError.unknown` for no such run, `invalid` for a path that is none, a deleted run
    ///   and a path below a file or at a folder; `ArtifactError.unwritable`.
    public func draft(_ path: String, of id: String) throws -> TrackedDraft {
        guard let path = Self.path(path) else {
            throw StoreError.invalid(
                what: "the path of an artifact", found: "'\(path.prefix(60))'",
                expected: "names with / between them, at most \(Self.longestPath) bytes")
        }
        let digest = try store.read { db in
            let run = try Self.number(of: id, in: db)
            try Self.requireFree(path, run, in: db)
            return try String.readOne(
                db, sql: "SELECT digest FROM run WHERE id = ?", arguments: [run])
        }
        return try TrackedDraft(
            id, path: path, in: store.folder(ofDigest: digest ?? "").folder)
    }

    /// Records a file that has arrived; one of the same path is replaced.
    public func adopt(_ draft: TrackedDraft) throws {
        let record = try draft.adopt()
        let (run, old) = try write(draft.id) { run, db in
            try Self.requireFree(draft.path, run, in: db)
            let old = try String.readAll(
                db, sql: "SELECT path FROM artifact WHERE run = ? AND kind = ? AND path <> ?",
                arguments: [run, record.kind, record.path])
            try db.execute(
                sql: "DELETE FROM artifact WHERE run = ? AND kind = ?",
                arguments: [run, record.kind])
            try db.execute(
                sql: """
                    INSERT INTO artifact (run, kind, path, bytes, digest, created)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    run, record.kind, record.path, record.bytes, record.digest, Timestamp.text(),
                ])
            return (run, old)
        }
        // It is recorded; 'gc' takes what could not be removed now.
        try? store.removeFiles(old, formerlyOf: run)
    }

    /// Files of a run below a folder, or the one file at the path; all of them for an empty path.
    public func files(of id: String, below path: String = "") throws -> [TrackedFile] {
        try store.read { db in
            try Self.files(of: Self.number(of: id, in: db), below: path, in: db)
        }
    }

    /// The file at a path of a run, whole and unchanged.
    ///
    /// - Throws: `StoreError.unknown`; `ArtifactError` where the file is not what was given.
    public func file(_ path: String, of id: String) throws -> VerifiedFile {
        let run = try store.read { try Self.number(of: id, in: $0) }
        guard let file = try store.files(of: run)[Self.fileKind + path] else {
            throw StoreError.unknown(kind: "artifact", name: path, nearest: nil)
        }
        return try file.get().verified()
    }

    /// Removes the file at a path, or all below a folder.
    ///
    /// - Throws: `StoreError.unknown` where there is none.
    public func removeFiles(_ path: String, of id: String) throws {
        let (run, old) = try write(id) { run, db in
            let files = try Self.files(of: run, below: path, in: db)
            guard !files.isEmpty else {
                throw StoreError.unknown(kind: "artifact", name: path, nearest: nil)
            }
            let paths = try files.flatMap { file in
                let kind = Self.fileKind + file.path
                let paths = try String.readAll(
                    db, sql: "SELECT path FROM artifact WHERE run = ? AND kind = ?",
                    arguments: [run, kind])
                try db.execute(
                    sql: "DELETE FROM artifact WHERE run = ? AND kind = ?", arguments: [run, kind])
                return paths
            }
            return (run, paths)
        }
        try? store.removeFiles(old, formerlyOf: run)
    }

    // MARK: Inside a transaction

    private static func files(
        of run: RunID, below path: String, in db: Database
    ) throws -> [TrackedFile] {
        let start = path.isEmpty ? "" : path + "/"
        return try StoreRow.fetchAll(
            db,
            sql: """
                SELECT kind, bytes FROM artifact WHERE run = ? AND kind >= ? AND kind < ?
                ORDER BY kind
                """, arguments: [run, fileKind, afterFileKind]
        ).map { row in
            TrackedFile(
                path: String((try row[0] as String).dropFirst(fileKind.count)), bytes: try row[1])
        }.filter { $0.path == path || $0.path.hasPrefix(start) }
    }

    /// Refuses a file where a folder is, below a file, and one too many.
    private static func requireFree(_ path: String, _ run: RunID, in db: Database) throws {
        let files = try files(of: run, below: "", in: db)
        let other = files.first {
            $0.path.hasPrefix(path + "/") || path.hasPrefix($0.path + "/")
        }
        if let other {
            throw StoreError.invalid(
                what: "the path of an artifact", found: "'\(path)' beside the file '\(other.path)'",
                expected: "one that is no folder and below no file")
        }
        guard files.count < mostFiles else {
            throw StoreError.invalid(
                what: "the number of artifacts", found: "\(files.count)",
                expected: "\(mostFiles) at most")
        }
    }
}
