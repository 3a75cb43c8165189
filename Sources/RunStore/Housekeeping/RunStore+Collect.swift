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
}

extension RunStore {
    /// Cleans up: frees runs of dead workers, removes files and rows that nothing needs, and
    /// shrinks the store. With `isDryRun` it only says what it would remove.
    ///
    /// Only folders of `runs/` beside the store that are named as runs' folders are looked at.
    /// What another store in the same folder names is kept.
    public func collect(isDryRun: Bool = false) throws -> CollectionReport {
        var report = CollectionReport()
        if !isDryRun { report.released = try releaseDeadRuns() }
        let siblings = try siblingFolders()
        let (states, named) = try read { db in
            (
                try StoreRow.fetchAll(db, sql: "SELECT digest, state FROM run").reduce(
                    into: [String: RunState]()
                ) { states, row in
                    let name = String((try row["digest"] as String).prefix(16))
                    states[name] = try row["state"] as RunState
                },
                try String.readAll(db, sql: "SELECT path FROM artifact ORDER BY path")
            )
        }
        let beside = url.deletingLastPathComponent()
        let places = named.map {
            (
                $0,
                $0.hasPrefix("/") ? $0 : beside.appendingPathComponent($0).standardizedFileURL.path
            )
        }
        let files = FileManager.default
        report.missing = places.filter { !files.fileExists(atPath: $0.1) }.map(\.0)
        let needed = Set(places.map(\.1))

        let folders = (try? files.contentsOfDirectory(atPath: runsFolder.path)) ?? []
        for name in folders.sorted() where RunFolder.isName(name) && !siblings.contains(name) {
            let folder = runsFolder.appendingPathComponent(name)
            let state = states[name]
            // A run that is not completed may go on, also a failed or a pruned one.
            if let state, state != .completed { continue }
            let idle = RunFolder.files(in: folder).filter {
                !needed.contains($0.standardizedFileURL.path)
            }
            for file in idle {
                let size = try? files.attributesOfItem(atPath: file.path)[.size] as? Int64
                report.fileBytes += size ?? 0
                report.files.append(file)
                if !isDryRun { unlink(file.path) }
            }
            if state == nil, !isDryRun { _ = RunFolder.remove(folder) }
        }
        for file in abandonedDrafts() {
            let size = try? files.attributesOfItem(atPath: file.path)[.size] as? Int64
            report.fileBytes += size ?? 0
            report.files.append(file)
            if !isDryRun { unlink(file.path) }
        }
        report.rows = try removeIdleRows(isDryRun: isDryRun)
        if !isDryRun { report.storeBytes = try shrink() }
        return report
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

    /// Names of run folders that other stores in this store's folder own.
    private func siblingFolders() throws -> Set<String> {
        let folder = url.deletingLastPathComponent()
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        var owned: Set<String> = []
        for name in names where name.hasSuffix(".db") && name != url.lastPathComponent {
            do {
                let store = try RunStore(at: folder.appendingPathComponent(name), mode: .readOnly)
                let digests = try store.read {
                    try String.readAll($0, sql: "SELECT digest FROM run")
                }
                owned.formUnion(digests.map { String($0.prefix(16)) })
            } catch StoreError.notAStore {
                continue
            }
        }
        return owned
    }

    private func removeIdleRows(isDryRun: Bool) throws -> Int {
        let idle = [
            ("split", "id NOT IN (SELECT split_id FROM run WHERE split_id IS NOT NULL)"),
            (
                "dataset",
                """
                id NOT IN (SELECT dataset_id FROM run WHERE dataset_id IS NOT NULL)
                AND id NOT IN (SELECT dataset_id FROM split WHERE id IN (SELECT split_id FROM run))
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
