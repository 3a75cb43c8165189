internal import Domain
internal import Foundation
internal import GRDB

/// Training runs again without losing what they have.
///
/// A run that is to be trained again gets a second row, `run.retrains`, which is trained like any
/// other: it is claimed, stopped and continued. Only when it is complete do its results take the
/// place of the old ones, in one transaction; until then a kill at any moment leaves the old ones
/// whole.
extension RunStore {
    /// The runs that train these again with the code of that digest; those that were begun before are
    /// found again.
    ///
    /// What other code had begun of them, and nobody works on, is given up.
    ///
    /// - Returns: one run for each of `runs`, in their order.
    public func planRetraining(of runs: [RunID], by code: String) throws -> [PlannedRun] {
        guard !runs.isEmpty else { return [] }
        return try write { db in
            let find = try finder(in: db)
            return try runs.map { run in
                guard
                    let json = try String.readOne(
                        db,
                        sql: "SELECT configuration FROM run WHERE id = ? AND run_kind = 'cell'",
                        arguments: [run])
                else {
                    throw StoreError.unknown(kind: "run", name: String(run), nearest: nil)
                }
                let configuration = RunConfiguration(canonicalJSON: json).retrained(by: code)
                if let known = try find(configuration.digest, configuration.json) {
                    return try Self.reopened(known, in: db)
                }
                return try Self.insertRetraining(of: run, as: configuration, in: db)
            }
        }
    }

    private static func insertRetraining(
        of run: RunID, as configuration: RunConfiguration, in db: Database
    ) throws -> PlannedRun {
        try db.execute(
            sql: "DELETE FROM run WHERE retrains = ? AND id NOT IN (SELECT run FROM lease)",
            arguments: [run])
        try db.execute(
            sql: """
                INSERT INTO run (digest, configuration, dataset, model, loss, procedure, labels,
                    seed, epochs, created, retrains, objective_split, objective, direction)
                SELECT ?1, ?2, dataset, model, loss, procedure, labels, seed, epochs, ?3, id,
                    objective_split, objective, direction
                FROM run WHERE id = ?4
                """,
            arguments: [configuration.digest, configuration.json, Timestamp.text(), run])
        let id = db.lastInsertedRowID
        try db.execute(
            sql: """
                INSERT INTO param (run, name, value) SELECT ?, name, value FROM param WHERE run = ?
                """, arguments: [id, run])
        try RecordSeal.run.write(id, in: db)
        return PlannedRun(
            id: id, digest: configuration.digest, state: .queued, error: nil, code: nil)
    }

    /// A failure of the attempt before is no reason not to try again.
    private static func reopened(_ run: PlannedRun, in db: Database) throws -> PlannedRun {
        guard run.state == .failed else { return run }
        try RecordSeal.run.keep(run.id, in: db) {
            try db.execute(
                sql: "UPDATE run SET state = 'interrupted', error = NULL WHERE id = ?",
                arguments: [run.id])
        }
        return PlannedRun(
            id: run.id, digest: run.digest, state: .interrupted, error: nil, code: run.code)
    }

    /// Gives run `old` what the completed run `new` measured, and removes `new`.
    ///
    /// - Returns: paths of the files that `old` had and that it no longer names.
    static func replaceResults(
        of old: RunID, byThoseOf new: RunID, in db: Database
    ) throws -> [String] {
        let before = try StoreRow.fetchOne(
            db,
            sql: """
                SELECT code, code_commit, code_dirty, test_dice FROM run_overview WHERE run = ?
                """, arguments: [old])
        let files = try String.readAll(
            db, sql: "SELECT path FROM artifact WHERE run = ? ORDER BY path", arguments: [old])
        for table in [
            "param", "metric_point", "metric_summary", "machine_load", "any_evaluation", "artifact",
        ] {
            try db.execute(sql: "DELETE FROM \(table) WHERE run = ?", arguments: [old])
            try db.execute(
                sql: "UPDATE \(table) SET run = ? WHERE run = ?", arguments: [old, new])
        }
        try db.execute(sql: "UPDATE event SET run = ? WHERE run = ?", arguments: [old, new])
        try db.execute(
            sql: """
                UPDATE run SET (\(retrained)) = (SELECT \(retrained) FROM run n WHERE n.id = ?1)
                WHERE id = ?2
                """, arguments: [new, old])
        let code =
            try before.flatMap({ try CodeIdentity($0) }).map { "code \($0.short)" }
            ?? "unknown code"
        let dice =
            try before.flatMap({ try $0["test_dice"] as Double? }).map { ", test Dice \($0)" } ?? ""
        try insert(
            EventRecord(level: .info, message: "trained again; before by \(code)\(dice)"), run: old,
            in: db)
        try db.execute(sql: "DELETE FROM run WHERE id = ?", arguments: [new])
        let digest = try String.readOne(
            db, sql: "SELECT digest FROM run WHERE id = ?", arguments: [old])
        if let digest { try removeEnsembles(ofMember: digest, in: db) }
        try RecordSeal.run.write(old, in: db)
        let kept = try Set(
            String.readAll(
                db, sql: "SELECT path FROM artifact WHERE run = ?", arguments: [old]))
        return files.filter { !kept.contains($0) }
    }

    /// Removes the files whose results were replaced, of the run that the lease's trained again.
    public func removeReplaced(_ paths: [String], of lease: RunLease) throws {
        if let run = lease.retrains { try removeFiles(paths, formerlyOf: run) }
    }

    /// Removes files that a run named and names no more.
    ///
    /// What is no file of that run, and what another run, or another store of the folder, names or may
    /// go on with, stays.
    func removeFiles(_ paths: [String], formerlyOf run: RunID) throws {
        guard !paths.isEmpty else { return }
        let text = try read {
            try String.readOne($0, sql: "SELECT digest FROM run WHERE id = ?", arguments: [run])
        }
        guard let digest = text.flatMap(RunDigest.init) else { return }
        var needs = try fileNeeds()
        for path in paths {
            guard let place = ArtifactPlace(path, of: digest), place.base == nil else { continue }
            let folder = RunFolder(url: runsFolder.appendingPathComponent(place.folder))
            let file = folder.url.appendingPathComponent(place.file)
            if needs.allowsRemoving(file, in: folder, of: digest.text) { unlink(file.path) }
        }
    }

    private static let retrained = """
        dataset, state, error, attempts, dataset_id, split_id, started, finished, seconds, \
        images_per_second, peak_memory, best_epoch, git_revision, lightbox_version, host, cpu, \
        threads, code, code_commit, code_dirty
        """
}

extension RunConfiguration {
    /// The configuration of the run that trains one of this configuration again with the code of
    /// that digest; no ordinary configuration has its members.
    public func retrained(by code: String) -> RunConfiguration {
        RunConfiguration(["of": .text(json), "retrain": .text(code)])
    }
}
