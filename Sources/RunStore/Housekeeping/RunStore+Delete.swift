public import Foundation
internal import GRDB

/// What deleting runs did to files.
public struct DeletionReport: Sendable, Equatable {
    /// Files removed.
    public var files: [URL] = []
    /// Files of the runs' folders that stay, and why.
    public var spared: [SparedFiles] = []
}

extension RunStore {
    /// Deletes runs with everything that was measured on them, and their files.
    ///
    /// Only files below `runs/` in a folder of a deleted run are removed, and only those that
    /// Lightbox wrote. What another run, or another store of the folder, names or may go on with
    /// stays.
    ///
    /// - Throws: `StoreError.invalid` when somebody works on one of them, `StoreError.unknown`
    ///   when there is none of that number; then nothing is deleted.
    @discardableResult
    public func delete(_ runs: [RunID]) throws -> DeletionReport {
        try releaseDeadRuns()
        let folders = RunFolder.all(in: runsFolder)
        let digests = try write { db in
            let experiments = try Self.experiments(of: runs, in: db)
            let held = try experiments.filter {
                try RecordSeal.experiment.holds($0, in: db) ?? false
            }
            let digests = try runs.map { run -> String in
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
                try db.execute(sql: "DELETE FROM run WHERE id = ?", arguments: [run])
                return try row["digest"]
            }
            for experiment in held { try RecordSeal.experiment.write(experiment, in: db) }
            return digests
        }
        var needs = try fileNeeds()
        var report = DeletionReport()
        // While nobody can begin such a run again.
        try write { db in
            for text in digests {
                guard let digest = RunDigest(text), try !Self.hasRun(in: digest.folder, db) else {
                    continue
                }
                for link in RunFolder.links(in: runsFolder) where link.digits == digest.folder {
                    needs.keep(link.url, because: RunFolder.linkReason)
                }
                for folder in folders where folder.digits == digest.folder {
                    report.files += Self.clear(folder, of: text, needs: &needs)
                }
            }
        }
        report.spared = needs.spared
        return report
    }

    /// The experiments that have any of these runs.
    private static func experiments(of runs: [RunID], in db: Database) throws -> Set<Int64> {
        let find = "SELECT experiment_id FROM experiment_run WHERE run = ?"
        return try runs.reduce(into: []) { all, run in
            all.formUnion(try Int64.readAll(db, sql: find, arguments: [run]))
        }
    }

    /// Removes what Lightbox wrote into a folder of a run that is gone.
    static func clear(
        _ folder: RunFolder, of run: String?, needs: inout FileNeeds, isDryRun: Bool = false
    ) -> [URL] {
        let (files, others) = folder.contents()
        for other in others { needs.keep(other, because: "Lightbox did not write them") }
        var removed: [URL] = []
        for file in files where needs.allowsRemoving(file, in: folder, of: run) {
            if isDryRun || RunFolder.remove(file) { removed.append(file) }
        }
        if !isDryRun, files.isEmpty || !removed.isEmpty { folder.removeIfEmpty() }
        return removed
    }

    /// Whether a run has that folder.
    private static func hasRun(in folder: String, _ db: Database) throws -> Bool {
        try StoreRow.fetchOne(
            db, sql: "SELECT 1 FROM run WHERE substr(digest, 1, 16) = ?", arguments: [folder])
            != nil
    }
}
