internal import Domain
internal import GRDB

extension RunStore {
    /// Records an evaluation on another data set with all its images, in one transaction, and seals
    /// the run again where its seal held.
    ///
    /// - Returns: false where the same weights' evaluation on that data set was there already: it stays.
    /// - Throws: `StoreError.invalid` where the run is not completed, has other weights by now or was
    ///   trained on that data set.
    @discardableResult
    public func record(_ evaluation: ExternalEvaluation) throws -> Bool {
        try evaluation.record.requireValues()
        return try write { db in
            try refuse(evaluation, in: db)
            let dataset = try Self.register(evaluation.dataset, in: db)
            let (run, weights) = (evaluation.run, evaluation.record.weights)
            let known = try String.readOne(
                db,
                sql: """
                    SELECT weights_digest FROM any_evaluation
                    WHERE run = ? AND weights = ? AND dataset_id = ?
                    """, arguments: [run, weights.rawValue, dataset])
            if known == evaluation.weightsDigest { return false }
            let writer = EvaluationWriter(
                evaluation: evaluation.record,
                images: try Self.images(ofDataset: dataset, in: db), names: names, db: db)
            try RecordSeal.run.keep(run, in: db) {
                try writer.write(
                    run: run,
                    on: .external(
                        dataset: dataset, weightsDigest: evaluation.weightsDigest,
                        code: evaluation.code))
            }
            return true
        }
    }

    private func refuse(_ evaluation: ExternalEvaluation, in db: Database) throws {
        let run = evaluation.run
        let row = try StoreRow.fetchOne(
            db,
            sql: """
                SELECT r.state, d.name, d.fingerprint,
                    (SELECT a.digest FROM artifact a WHERE a.run = r.id AND a.kind = ?)
                FROM run r LEFT JOIN dataset d ON d.id = r.dataset_id WHERE r.id = ?
                """, arguments: ["weights-\(evaluation.record.weights.rawValue)", run])
        guard let row else {
            throw StoreError.unknown(kind: "run", name: String(run), nearest: nil)
        }
        let state: RunState = try row[0]
        guard state == .completed else {
            throw StoreError.invalid(
                what: "run \(run)", found: state.rawValue, expected: "a completed run")
        }
        guard try row[3] == evaluation.weightsDigest else {
            throw StoreError.invalid(
                what: "the weights of run \(run)", found: "others than those that were evaluated",
                expected: "the same, which no training has replaced meanwhile")
        }
        let own = (try row[1] as String?, try row[2] as String?)
        guard own != (evaluation.dataset.name, evaluation.dataset.fingerprint) else {
            throw StoreError.invalid(
                what: "the data set of run \(run)", found: "'\(evaluation.dataset.name)', its own",
                expected: "one that it was not trained on")
        }
    }

    /// The evaluations of a run on other data sets than its own.
    public func externalResults(of run: RunID) throws -> Set<ExternalResult> {
        try read { db in
            try Set(
                StoreRow.fetchAll(
                    db,
                    sql: """
                        SELECT d.name, d.fingerprint, e.weights, e.weights_digest
                        FROM any_evaluation e JOIN dataset d ON d.id = e.dataset_id WHERE e.run = ?
                        """, arguments: [run]
                ).map {
                    try ExternalResult(
                        dataset: $0[0], fingerprint: $0[1], weights: $0[2], weightsDigest: $0[3])
                })
        }
    }

    /// The data set that a run was trained on, and the images that its weights have seen: those of the
    /// training part and those that chose the best epoch. Nil before training.
    public func trainedImages(of run: RunID) throws -> TrainedImages? {
        try read { db in
            let row = try StoreRow.fetchOne(
                db,
                sql: """
                    SELECT d.name, d.fingerprint, d.origin, r.split_id
                    FROM run r JOIN dataset d ON d.id = r.dataset_id WHERE r.id = ?
                    """, arguments: [run])
            guard let row else { return nil }
            let split: Int64? = try row[3]
            func names(_ condition: String) throws -> Set<String> {
                try Set(
                    String.readAll(
                        db,
                        sql: """
                            SELECT i.name FROM split_image p JOIN image i ON i.id = p.image_id
                            WHERE p.split_id = ? AND p.part \(condition)
                            """, arguments: [split]))
            }
            return try TrainedImages(
                dataset: row[0], fingerprint: row[1],
                origin: DatasetRecord.Origin(rawValue: row[2]) ?? .real, names: names("<> 'test'"),
                tested: names("= 'test'"))
        }
    }
}

/// What a run was trained on.
public struct TrainedImages: Sendable, Hashable {
    /// Name and fingerprint of the data set.
    public let dataset: String, fingerprint: String
    /// Where its images come from.
    public let origin: DatasetRecord.Origin
    /// Names of the images that training or the choice of an epoch has seen.
    public let names: Set<String>
    /// Names of those that it was tested on.
    public let tested: Set<String>
}
