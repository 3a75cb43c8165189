internal import Domain
import Foundation
internal import GRDB

extension RunStore {
    /// The runs of the store among the configurations with these digests, by digest.
    ///
    /// Ten thousand digests take some tens of milliseconds.
    public func runs(withDigests digests: some Collection<String>) throws -> [String: PlannedRun] {
        try read { db in
            let find = try finder(in: db)
            var found: [String: PlannedRun] = [:]
            found.reserveCapacity(digests.count)
            for digest in digests { found[digest] = try find(digest, nil) }
            return found
        }
    }

    /// Finds the runs of these cells and makes those that are missing, as `queued`.
    ///
    /// Links them to `experiment` in the given order. Nothing is written when nothing is missing.
    ///
    /// - Parameters:
    ///   - isWhole: whether the experiment has these cells and no others. Runs of cells that it had
    ///     before stay linked, with position -1, as former ones.
    ///   - places: the cells' positions where they are not those of this list; -1 links a cell as a
    ///     former one. What is linked at a place stays there.
    /// - Returns: one run a cell, in the order of the cells.
    public func plan(
        _ cells: [RunDescription], experiment: Int64? = nil, isWhole: Bool = false,
        places: [Int]? = nil
    ) throws -> [PlannedRun] {
        let known = try read { db -> [PlannedRun]? in
            let find = try finder(in: db)
            var runs: [PlannedRun] = []
            for cell in cells {
                guard let run = try find(cell.configuration.digest, cell.configuration.json) else {
                    return nil
                }
                runs.append(run)
            }
            guard let experiment else { return runs }
            let linked = try Self.linked(to: experiment, in: db)
            if let places {
                let former = try Self.linked(to: experiment, isFormer: true, in: db)
                return zip(runs, places).allSatisfy { run, place in
                    linked.contains(run.id) || place < 0 && former.contains(run.id)
                } ? runs : nil
            }
            guard runs.allSatisfy({ linked.contains($0.id) }) else { return nil }
            return isWhole && linked.count > Set(runs.map(\.id)).count ? nil : runs
        }
        if let known { return known }
        return try write { db in
            let find = try finder(in: db)
            // Thousands of cells have few data sets.
            var titles: [DatasetPlace: String] = [:]
            let runs = try cells.map { cell in
                try find(cell.configuration.digest, cell.configuration.json)
                    ?? Self.insert(cell, titles: &titles, in: db)
            }
            guard let experiment else { return runs }
            try RecordSeal.experiment.keep(experiment, in: db) {
                try Self.link(runs, to: experiment, isWhole: isWhole, places: places, in: db)
            }
            return runs
        }
    }

    /// The runs of an experiment's cells, or of its former ones.
    private static func linked(
        to experiment: Int64, isFormer: Bool = false, in db: Database
    ) throws -> Set<Int64> {
        try Set(
            Int64.readAll(
                db,
                sql: """
                    SELECT run FROM experiment_run
                    WHERE experiment_id = ? AND (position < 0) = ?
                    """, arguments: [experiment, isFormer]))
    }

    private static func link(
        _ runs: [PlannedRun], to experiment: Int64, isWhole: Bool, places: [Int]?,
        in db: Database
    ) throws {
        if isWhole, places == nil {
            try db.execute(
                sql: "UPDATE experiment_run SET position = -1 WHERE experiment_id = ?",
                arguments: [experiment])
        }
        let link = try db.makeStatement(
            sql: """
                INSERT INTO experiment_run (experiment_id, run, position) VALUES (?, ?, ?)
                ON CONFLICT DO UPDATE SET position = excluded.position
                WHERE ? OR experiment_run.position < 0
                """)
        for (position, run) in zip(places ?? Array(runs.indices), runs) {
            try link.execute(arguments: [experiment, run.id, position, places == nil])
        }
    }

    private static func insert(
        _ cell: RunDescription, titles: inout [DatasetPlace: String], in db: Database
    ) throws -> PlannedRun {
        // Where the images come from is known when they are loaded; see `register`.
        let place = DatasetPlace(
            name: cell.dataset, origin: .real, fingerprint: cell.fingerprint)
        let title = try titles[place] ?? place.title(in: db)
        titles[place] = title
        let add = try db.cachedStatement(
            sql: """
                INSERT INTO run (digest, configuration, dataset, model, procedure, loss, labels,
                    seed, epochs, created, objective_split, objective, direction)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        try add.execute(arguments: [
            cell.configuration.digest, cell.configuration.json, title, cell.model,
            cell.procedure, cell.loss, cell.labels, Int64(bitPattern: cell.seed), cell.epochs,
            Timestamp.text(), cell.objective.split, cell.objective.name,
            cell.objective.directionWord,
        ])
        let id = db.lastInsertedRowID
        let parameter = try db.cachedStatement(
            sql: "INSERT INTO param (run, name, value) VALUES (?, ?, ?)")
        for (name, value) in cell.parameters.sorted(by: { $0.key < $1.key }) {
            try parameter.execute(arguments: [id, name, value.databaseValue])
        }
        try RecordSeal.run.write(id, in: db)
        return PlannedRun(
            id: id, digest: cell.configuration.digest, state: .queued, error: nil, code: nil)
    }

    /// A function that looks a digest up; `running` without a lease that holds is `interrupted`.
    ///
    /// With a configuration it makes sure that the run has this one: a digest can be altered by hand,
    /// and a cell does not take another one's results for its own.
    func finder(in db: Database) throws -> (_ digest: String, _ json: String?) throws -> PlannedRun?
    {
        let statement = try db.cachedStatement(
            sql: """
                SELECT r.id, CASE WHEN r.state = 'running' AND \(LeaseRule.call)
                    THEN 'interrupted' ELSE r.state END, r.error, r.code, r.code_commit,
                    r.code_dirty, ?2 IS NULL OR r.configuration = ?2
                FROM run r LEFT JOIN lease l ON l.run = r.id WHERE r.digest = ?1
                """)
        return { digest, json in
            guard let row = try StoreRow.fetchOne(statement, arguments: [digest, json]) else {
                return nil
            }
            guard try row[6] else {
                throw StoreError.corrupt(
                    path: self.url.path,
                    reason:
                        "run \(try row[0] as Int64) has the digest of a cell to train and another "
                        + "configuration")
            }
            return try PlannedRun(
                id: row[0], digest: digest, state: row[1], error: row[2],
                code: (row[3] as String?).map {
                    CodeIdentity(digest: $0, commit: try row[4], isDirty: try row[5])
                })
        }
    }
}

extension JSONValue {
    /// As a value of `param`: flags as 0 and 1, lists and objects as JSON.
    var databaseValue: DatabaseValue {
        switch self {
        case .null: .null
        case .flag(let value): value.databaseValue
        case .integer(let value): value.databaseValue
        case .number(let value): value.databaseValue
        case .text(let value): value.databaseValue
        case .list, .object: canonicalJSON.databaseValue
        }
    }
}
