internal import Domain
internal import GRDB

extension RunLease {
    /// Records an evaluation with all its images, in one transaction; the run's earlier one of the
    /// same weights and part is replaced.
    ///
    /// - Throws: `StoreError.invalid` when the run has no data set yet (`use`) or a metric has not
    ///   one value an image; `StoreError.unknown` for an image that is not the data set's.
    public func record(_ evaluation: EvaluationRecord) throws {
        try evaluation.requireValues()
        try write { db in
            let dataset = try Int64.readOne(
                db, sql: "SELECT dataset_id FROM run WHERE id = ?", arguments: [run])
            guard let dataset else {
                throw StoreError.invalid(
                    what: "the data set of run \(run)", found: "not set",
                    expected: "a registered data set before its evaluations")
            }
            let writer = EvaluationWriter(
                evaluation: evaluation, images: try RunStore.images(ofDataset: dataset, in: db),
                names: store.names, db: db)
            try writer.write(run: run, on: .own)
        }
    }
}

extension EvaluationRecord {
    /// Refuses a metric that has not one value an image.
    func requireValues() throws {
        for (name, values) in values where values.count != images.count {
            throw StoreError.invalid(
                what: "metric '\(name)'", found: "\(values.count) values",
                expected: "one for each of \(images.count) images")
        }
    }
}

/// Writes one evaluation inside a transaction.
struct EvaluationWriter {
    /// What was evaluated on.
    enum Place {
        /// A part of the run's own data set.
        case own
        /// Another data set, by its number.
        case external(dataset: Int64, weightsDigest: String, code: String?)
    }

    let evaluation: EvaluationRecord
    let images: [String: Int64]
    let names: NameCache
    let db: Database

    func write(run: RunID, on place: Place) throws {
        var split = evaluation.split.rawValue
        var external: (dataset: Int64?, weights: String?, code: String?, created: String?)
        if case .external(let dataset, let weights, let code) = place {
            split = "external"
            external = (dataset, weights, code, Timestamp.text())
        }
        try db.execute(
            sql: """
                DELETE FROM any_evaluation
                WHERE run = ? AND weights = ? AND split = ? AND dataset_id IS ?
                """, arguments: [run, evaluation.weights.rawValue, split, external.dataset])
        try db.execute(
            sql: """
                INSERT INTO any_evaluation (run, weights, split, epoch, images, dataset_id,
                    weights_digest, code, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                run, evaluation.weights.rawValue, split, evaluation.epoch,
                max(evaluation.images.count, evaluation.predictions.count), external.dataset,
                external.weights, external.code, external.created,
            ])
        let id = db.lastInsertedRowID
        try writeValues(id)
        try writeMetrics(id)
        try writeClasses(id)
    }

    private func number(ofImage name: String) throws -> Int64 {
        if let number = images[name] { return number }
        throw StoreError.unknown(
            kind: "image", name: name, nearest: NearestName.close(to: name, in: images.keys))
    }

    private func writeValues(_ id: Int64) throws {
        let add = try db.cachedStatement(
            sql: """
                INSERT INTO image_value (evaluation_id, measure_id, image_id, value)
                VALUES (?, ?, ?, ?)
                """)
        let numbers = try evaluation.images.map(number(ofImage:))
        for (name, values) in evaluation.values.sorted(by: { $0.key < $1.key }) {
            let measure = try names.number(ofMeasure: name, in: db)
            for (image, value) in zip(numbers, values) {
                try add.execute(arguments: [id, measure, image, value])
            }
        }
    }

    private func writeMetrics(_ id: Int64) throws {
        let add = try db.cachedStatement(
            sql: """
                INSERT INTO evaluation_metric (evaluation_id, measure_id, images, mean, sd, minimum,
                    maximum, pooled) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """)
        for name in Set(evaluation.values.keys).union(evaluation.pooled.keys).sorted() {
            let values = (evaluation.values[name] ?? []).filter { !$0.isNaN }
            let moments = Statistics.moments(values)
            try add.execute(arguments: [
                id, try names.number(ofMeasure: name, in: db), values.count, moments?.mean,
                moments?.deviation, values.min(), values.max(), evaluation.pooled[name],
            ])
        }
    }

    private func writeClasses(_ id: Int64) throws {
        for (name, metrics) in evaluation.classes {
            for (metric, value) in metrics {
                try db.execute(
                    sql: """
                        INSERT INTO class_value (evaluation_id, class, measure_id, value)
                        VALUES (?, ?, ?, ?)
                        """,
                    arguments: [id, name, try names.number(ofMeasure: metric, in: db), value])
            }
        }
        struct Cell: Hashable { let target: String, predicted: String }
        var counts: [Cell: Int] = [:]
        for prediction in evaluation.predictions {
            try db.execute(
                sql: """
                    INSERT INTO image_class (evaluation_id, image_id, target, predicted, probability)
                    VALUES (?, ?, ?, ?, ?)
                    """,
                arguments: [
                    id, try number(ofImage: prediction.image), prediction.target,
                    prediction.predicted, prediction.probability,
                ])
            if let target = prediction.target {
                counts[Cell(target: target, predicted: prediction.predicted), default: 0] += 1
            }
        }
        for (cell, count) in counts {
            try db.execute(
                sql: """
                    INSERT INTO confusion_count (evaluation_id, target, predicted, count)
                    VALUES (?, ?, ?, ?)
                    """,
                arguments: [id, cell.target, cell.predicted, count])
        }
    }
}
