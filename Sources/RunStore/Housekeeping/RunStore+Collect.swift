public import Foundation
internal import GRDB

/// What housekeeping found and, unless it only looked, removed.
public struct CollectionReport: Sendable, Equatable {
    /// Files that no run needs: folders of deleted runs, checkpoints of completed ones.
    public var files: [URL] = []
    /// Their bytes.
    public var fileBytes: Int64 = 0
    /// Rows of data sets and splits that no run uses.
    public var rows = 0
    /// Bytes by which the store shrank.
    public var storeBytes: Int64 = 0
    /// Files that the store names and that are gone.
    public var missing: [String] = []
    /// Runs whose worker had died and that are free now.
    public var released: [RunID] = []
    /// Files that this store does not need and that stay, and why.
    public var spared: [SparedFiles] = []
}

extension RunStore {
    /// Cleans up: frees runs of dead workers, removes files and rows that nothing needs, and
    /// shrinks the store. With `isDryRun` it only says what it would remove.
    ///
    /// Only files that Lightbox wrote into folders of `runs/` beside the store are removed. What
    /// another SQLite file in the store's folder names, or may go on with, stays.
    public func collect(isDryRun: Bool = false) throws -> CollectionReport {
        var report = CollectionReport()
        if !isDryRun { report.released = try releaseDeadRuns() }
        // Before the runs are read: the folder of a run that begins meanwhile is not among them.
        let folders = RunFolder.all(in: runsFolder)
        report.missing = try namedFiles().missing
        var needs = try fileNeeds()
        if isDryRun {
            try read { db in
                try remove(from: folders, needs: &needs, isDryRun: true, report: &report, in: db)
            }
        } else if !folders.isEmpty || !RunFolder.links(in: runsFolder).isEmpty {
            // While nobody can claim a run: what goes on is not taken for what is done.
            try write { db in
                try remove(from: folders, needs: &needs, isDryRun: false, report: &report, in: db)
            }
        }
        report.spared = needs.spared
        for file in abandonedDrafts() {
            report.fileBytes += Self.size(of: file)
            report.files.append(file)
            if !isDryRun { unlink(file.path) }
        }
        report.rows = try removeIdleRows(isDryRun: isDryRun)
        if !isDryRun { report.storeBytes = try shrink() }
        return report
    }

    private func remove(
        from folders: [RunFolder], needs: inout FileNeeds, isDryRun: Bool,
        report: inout CollectionReport, in db: Database
    ) throws {
        var states: [String: [String: RunState]] = [:]
        let runs = try Row.fetchCursor(db, sql: "SELECT digest, state FROM run")
        while let row = try runs.next() {
            guard let digest = String.fromDatabaseValue(row[0]) else { continue }
            let state = String.fromDatabaseValue(row[1]).flatMap(RunState.init) ?? .running
            states[String(digest.prefix(16)), default: [:]][digest] = state
        }
        let now = try namedNow(in: db)
        for link in RunFolder.links(in: runsFolder) {
            guard states[link.digits, default: [:]].values.allSatisfy({ $0 == .completed }),
                link.contents().files.contains(where: { !needs.isOwn($0) })
            else { continue }
            needs.keep(link.url, because: RunFolder.linkReason)
        }
        for folder in folders {
            let begun = states[folder.digits] ?? [:]
            // A run that is not completed may go on, also a failed or a pruned one.
            guard begun.values.allSatisfy({ $0 == .completed }) else { continue }
            let sizes = Dictionary(
                folder.contents().files.map { ($0, Self.size(of: $0)) },
                uniquingKeysWith: { first, _ in first })
            var removed: [URL] = []
            if begun.isEmpty {
                removed = Self.clear(folder, of: nil, needs: &needs, isDryRun: isDryRun)
            } else {
                for file in folder.contents().files
                where !needs.isOwn(file) && !now.contains(folder.path(of: file.lastPathComponent)) {
                    guard needs.allowsRemoving(file, in: folder, of: nil) else { continue }
                    if isDryRun || RunFolder.remove(file) { removed.append(file) }
                }
            }
            report.files += removed
            report.fileBytes += removed.reduce(0) { $0 + (sizes[$1] ?? 0) }
        }
    }

    /// Paths of files beside the store that it names at this moment.
    private func namedNow(in db: Database) throws -> Set<String> {
        var paths: Set<String> = []
        let rows = try Row.fetchCursor(db, sql: "SELECT path FROM artifact")
        while let row = try rows.next() {
            if let path = String.fromDatabaseValue(row[0]) { paths.insert(path) }
        }
        return paths
    }

    private static func size(of file: URL) -> Int64 {
        let size = try? FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int64
        return size ?? 0
    }

    /// What processes left that were killed while they made this store: `NAME.UUID.new`, an hour
    /// old at least.
    private func abandonedDrafts() -> [URL] {
        let folder = url.deletingLastPathComponent()
        let start = url.lastPathComponent + "."
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().filter { name in
            guard name.hasPrefix(start) else { return false }
            let rest = name.dropFirst(start.count)
            guard UUID(uuidString: String(rest.prefix(36))) != nil else { return false }
            return ["", "-wal", "-shm", "-journal"].contains { rest.dropFirst(36) == ".new" + $0 }
        }.map { folder.appendingPathComponent($0) }.filter { file in
            let attributes = try? FileManager.default.attributesOfItem(atPath: file.path)
            guard let date = attributes?[.modificationDate] as? Date else { return false }
            return date.timeIntervalSinceNow < -3600
        }
    }

    private func removeIdleRows(isDryRun: Bool) throws -> Int {
        let idle = [
            ("split", "id NOT IN (SELECT split_id FROM run WHERE split_id IS NOT NULL)"),
            (
                "dataset",
                """
                id NOT IN (SELECT dataset_id FROM run WHERE dataset_id IS NOT NULL)
                AND id NOT IN (SELECT dataset_id FROM split WHERE id IN (SELECT split_id FROM run))
                AND id NOT IN (SELECT dataset_id FROM any_evaluation WHERE dataset_id IS NOT NULL)
                """
            ),
        ]
        if isDryRun {
            return try read { db in
                try idle.reduce(0) { count, rows in
                    let found = try Int.readOne(
                        db, sql: "SELECT count(*) FROM \(rows.0) WHERE \(rows.1)")
                    return count + (found ?? 0)
                }
            }
        }
        // Without the checks of references: those of images would read every value of every run.
        // What goes here is referred to by nothing but what goes with it.
        return try StoreError.translating(path: url.path) {
            try connection.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA foreign_keys = OFF")
                defer { try? db.execute(sql: "PRAGMA foreign_keys = ON") }
                var count = 0
                try db.inTransaction(.immediate) {
                    // A worker between registering a data set and naming it must not lose it.
                    let busy = try Int.readOne(db, sql: "SELECT count(*) FROM lease") ?? 0
                    guard busy == 0 else { return .commit }
                    for (table, condition) in idle {
                        try db.execute(sql: "DELETE FROM \(table) WHERE \(condition)")
                        count += db.changesCount
                    }
                    try db.execute(
                        sql: """
                            DELETE FROM split_image WHERE split_id NOT IN (SELECT id FROM split);
                            DELETE FROM image WHERE dataset_id NOT IN (SELECT id FROM dataset)
                            """)
                    return .commit
                }
                return count
            }
        }
    }

    /// Gives free space back to the disk.
    ///
    /// - Returns: bytes by which the file shrank.
    private func shrink() throws -> Int64 {
        func size() -> Int64 {
            let found = try? FileManager.default.attributesOfItem(atPath: url.path)[.size] as? Int64
            return found ?? 0
        }
        return try StoreError.translating(path: url.path) {
            try connection.writeWithoutTransaction { db in
                try db.checkpoint(.truncate)
                let before = size()
                try db.execute(sql: "VACUUM")
                try db.checkpoint(.truncate)
                return max(0, before - size())
            }
        }
    }
}
