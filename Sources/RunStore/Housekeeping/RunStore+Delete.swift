public import Foundation
internal import GRDB

extension RunStore {
    /// Deletes runs with everything that was measured on them, and their files.
    ///
    /// - Returns: files removed.
    /// - Throws: `StoreError.invalid` when somebody works on one of them, `StoreError.unknown`
    ///   when there is none of that number; then nothing is deleted.
    @discardableResult
    public func delete(_ runs: [RunID]) throws -> [URL] {
        try releaseDeadRuns()
        let folders = try write { db in
            try runs.map { run -> (digest: String, paths: [String]) in
                let row = try StoreRow.fetchOne(
                    db, sql: "SELECT state, digest FROM run WHERE id = ?", arguments: [run])
                guard let row else {
                    throw StoreError.unknown(kind: "run", name: String(run), nearest: nil)
                }
                guard try row["state"] != RunState.running else {
                    throw StoreError.invalid(
                        what: "run \(run)", found: "running",
                        expected: "a run that nobody works on; stop its sweep first")
                }
                let paths = try String.readAll(
                    db, sql: "SELECT path FROM artifact WHERE run = ?", arguments: [run])
                try db.execute(sql: "DELETE FROM run WHERE id = ?", arguments: [run])
                return (try row["digest"], paths)
            }
        }
        var removed: [URL] = []
        for (digest, paths) in folders {
            for path in paths {
                if let file = ownFile(path), unlink(file.path) == 0 { removed.append(file) }
            }
            removed += RunFolder.remove(runFolder(ofDigest: digest))
        }
        return removed
    }

    /// A run's folder: `runs/` beside the store, then the first 16 digits of its digest.
    func runFolder(ofDigest digest: String) -> URL {
        runsFolder.appendingPathComponent(String(digest.prefix(16)))
    }

    var runsFolder: URL {
        url.deletingLastPathComponent().appendingPathComponent("runs").standardizedFileURL
    }

    /// The file of an artifact when it lies in this store's `runs/`; files elsewhere are another's.
    private func ownFile(_ path: String) -> URL? {
        let file = url.deletingLastPathComponent().appendingPathComponent(path).standardizedFileURL
        return !path.hasPrefix("/") && file.path.hasPrefix(runsFolder.path + "/") ? file : nil
    }
}

/// The folder of one run's files.
enum RunFolder {
    /// Whether `name` is how such folders are named: 16 hexadecimal digits.
    static func isName(_ name: String) -> Bool {
        name.utf8.count == 16 && name.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
    }

    /// Files in `folder`, at any depth.
    static func files(in folder: URL) -> [URL] {
        let keys: [URLResourceKey] = [.isRegularFileKey]
        let walk = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: keys)
        return walk?.compactMap { $0 as? URL }.filter {
            (try? $0.resourceValues(forKeys: Set(keys)).isRegularFile) == true
        } ?? []
    }

    /// Removes the folder.
    ///
    /// - Returns: the files that were in it.
    static func remove(_ folder: URL) -> [URL] {
        let files = files(in: folder)
        do {
            try FileManager.default.removeItem(at: folder)
            return files
        } catch {
            return []
        }
    }
}
