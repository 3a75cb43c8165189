internal import Domain
internal import GRDB

extension RunStore {
    /// Records what an ensemble measured on a data set, in one transaction: makes its run where there is
    /// none yet, and replaces what members with other weights measured there.
    ///
    /// - Returns: the number of its run; nil where the same weights' evaluation on that data set was
    ///   there already: it stays.
    /// - Throws: `StoreError.invalid` where a member is not completed or has other weights by now,
    ///   `StoreError.unknown` where there is none of that digest.
    @discardableResult
    public func record(_ evaluation: EnsembleEvaluation) throws -> RunID? {
        try evaluation.record.requireValues()
        return try write { db in
            let (ensemble, weights) = (evaluation.ensemble, evaluation.record.weights)
            for (member, digest) in zip(ensemble.members, evaluation.weightsDigests) {
                try Self.require(member, with: digest, weights, in: db)
            }
            let dataset = try Self.register(evaluation.dataset, in: db)
            let digest = EnsembleRun.weightsDigest(evaluation.weightsDigests)
            let known = try Int64.readOne(
                db, sql: "SELECT id FROM run WHERE digest = ?",
                arguments: [ensemble.configuration.digest])
            if let known {
                let found = try String.readOne(
                    db,
                    sql: """
                        SELECT weights_digest FROM any_evaluation
                        WHERE run = ? AND weights = ? AND dataset_id = ?
                        """, arguments: [known, weights.rawValue, dataset])
                if found == digest { return nil }
            }
            let writer = EvaluationWriter(
                evaluation: evaluation.record,
                images: try Self.images(ofDataset: dataset, in: db), names: names, db: db)
            func write(_ run: RunID) throws {
                try writer.write(
                    run: run,
                    on: .external(dataset: dataset, weightsDigest: digest, code: evaluation.code))
            }
            if let known {
                try RecordSeal.run.keep(known, in: db) { try write(known) }
                return known
            }
            let run = try Self.insert(evaluation, in: db)
            try write(run)
            try RecordSeal.run.write(run, in: db)
            return run
        }
    }

    /// The number of an ensemble's run; nil where it has not been evaluated.
    public func number(of ensemble: EnsembleRun) throws -> RunID? {
        try read {
            try Int64.readOne(
                $0, sql: "SELECT id FROM run WHERE digest = ?",
                arguments: [ensemble.configuration.digest])
        }
    }

    private static func require(
        _ member: String, with digest: String, _ weights: WeightsKind, in db: Database
    ) throws {
        let row = try StoreRow.fetchOne(
            db,
            sql: """
                SELECT r.id, r.state,
                    (SELECT a.digest FROM artifact a WHERE a.run = r.id AND a.kind = ?)
                FROM run r WHERE r.digest = ? AND r.run_kind = 'cell'
                """, arguments: ["weights-\(weights.rawValue)", member])
        guard let row else { throw StoreError.unknown(kind: "run", name: member, nearest: nil) }
        let run: RunID = try row[0]
        let state: RunState = try row[1]
        guard state == .completed else {
            throw StoreError.invalid(
                what: "run \(run)", found: state.rawValue, expected: "a completed run")
        }
        guard try row[2] == digest else {
            throw StoreError.invalid(
                what: "the weights of run \(run)", found: "others than those that were evaluated",
                expected: "the same, which no training has replaced meanwhile")
        }
    }

    private static func insert(
        _ evaluation: EnsembleEvaluation, in db: Database
    ) throws -> RunID {
        let configuration = evaluation.ensemble.configuration
        let time = Timestamp.text()
        try db.execute(
            sql: """
                INSERT INTO run (digest, configuration, run_kind, run_name, state, attempts, created,
                    started, finished, lightbox_version)
                VALUES (?1, ?2, 'logged', ?3, 'completed', 1, ?4, ?4, ?4, ?5)
                """,
            arguments: [
                configuration.digest, configuration.json, evaluation.name, time, evaluation.version,
            ])
        let run = db.lastInsertedRowID
        for (name, value) in evaluation.parameters.sorted(by: { $0.key < $1.key }) {
            try db.execute(
                sql: "INSERT INTO param (run, name, value) VALUES (?, ?, ?)",
                arguments: [run, name, value.databaseValue])
        }
        return run
    }

    /// Removes the ensembles of which a run is a member whose weights are gone.
    static func removeEnsembles(ofMember digest: String, in db: Database) throws {
        try db.execute(
            sql: """
                DELETE FROM run WHERE \(EnsembleRun.isOne("run"))
                    AND EXISTS (SELECT 1 FROM json_each(run.configuration, '$.members') m
                        WHERE m.value = ?)
                """, arguments: [digest])
    }
}
