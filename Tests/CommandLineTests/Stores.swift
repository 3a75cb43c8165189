import Domain
import Foundation
import GRDB
import RunStore

/// Stores for tests that need no training.
enum Stores {
    /// A store with two completed runs of an experiment, and a third that failed.
    static func fillPair(in program: Program, as name: String) throws {
        let store = try RunStore(at: program.folder.appendingPathComponent(name))
        let experiment = try store.record(
            ExperimentRecord(name: "pair", description: "two losses", report: "sweep"))
        let images = (1...6).map { "image\($0)" }
        let data = DatasetRecord(
            name: "mcx", fingerprint: String(repeating: "f", count: 64), classes: [], side: 32,
            notes: [],
            images: images.map {
                DatasetRecord.Image(
                    name: $0, className: nil, patient: nil, hasMask: true, width: 32, height: 32)
            })
        for (loss, dice) in [("tv", 0.9), ("kltv", 0.92), ("gdl", nil)] {
            let configuration = RunConfiguration(["loss": .text(loss)])
            let cell = RunDescription(
                configuration: configuration, dataset: "mcx", model: "unet",
                procedure: "supervised", loss: loss, labels: 100, seed: 1, epochs: 2,
                parameters: ["width": .integer(8)])
            guard let run = try store.plan([cell], experiment: experiment).first?.id,
                let lease = try store.claim(
                    run, for: Worker(),
                    environment: RunEnvironment(version: "test", cpu: "Test CPU", threads: 1))
            else { continue }
            guard let dice else {
                try lease.fail("the loss is NaN at epoch 1, step 2")
                continue
            }
            let number = try store.register(data)
            let split = try store.register(
                SplitRecord(
                    seed: 1, labels: 100, rule: "stratified", train: Array(images[0..<2]),
                    validation: [images[2]], test: Array(images[3...]), labelled: [images[0]]),
                dataset: number)
            try lease.use(dataset: number, split: split)
            try lease.record(
                EvaluationRecord(
                    weights: .best, split: .test, epoch: 2, images: Array(images[3...]),
                    values: ["dice": [dice, dice + 0.01, dice - 0.01]], pooled: ["dice": dice],
                    classes: [:], predictions: []))
            try lease.finish(RunSummary(bestEpoch: 2, seconds: 60, imagesPerSecond: 100))
        }
        try store.close()
    }

    /// Puts text into every place of a store that anybody might have written.
    static func spoil(_ file: URL, with text: String) throws {
        let queue = try DatabaseQueue(path: file.path)
        try queue.write { db in
            for statement in [
                "UPDATE experiment SET name = name || :t, description = :t",
                "UPDATE run SET error = 'boom ' || :t WHERE state = 'failed'",
                "UPDATE run SET host = :t, cpu = :t, git_revision = :t, lightbox_version = :t",
                "UPDATE run SET model = model || :t, dataset = dataset || :t WHERE id = 1",
                // A test on another data set, with text wherever it has some.
                """
                INSERT INTO dataset (id, name, fingerprint, images, masks, classes, side, notes, created,
                    origin, title) VALUES (77, 'scx', 'x', 1, 1, '[]', 32, '[]', '2026', 'real',
                    'scx ' || :t)
                """,
                """
                INSERT INTO image (id, dataset_id, name, has_mask) VALUES (777, 77, 'other', length(:t) > 0)
                """,
                """
                INSERT INTO any_evaluation (id, run, weights, split, images, dataset_id, weights_digest,
                    code, created) VALUES (77, 1, 'best', 'external', 1, 77, :t, :t, :t)
                """,
                "INSERT INTO measure (id, name) VALUES (77, 'dice/' || :t)",
                """
                INSERT INTO evaluation_metric (evaluation_id, measure_id, images, mean)
                    SELECT 77, id, 1, length(:t) * 0.001 FROM measure WHERE name GLOB 'dice*'
                """,
                """
                INSERT INTO image_value (evaluation_id, measure_id, image_id, value)
                    SELECT 77, id, 777, length(:t) * 0.001 FROM measure WHERE name GLOB 'dice*'
                """,
                """
                INSERT INTO image_class (evaluation_id, image_id, target, predicted)
                    VALUES (77, 777, :t, :t)
                """,
                "UPDATE image SET name = name || :t", "UPDATE param SET value = :t WHERE run = 1",
                """
                INSERT INTO event (run, time, level, message)
                    VALUES (1, '2026-01-01T00:00:00.000Z', 'error', :t)
                """,
            ] { try db.execute(sql: statement, arguments: ["t": text]) }
        }
        try queue.close()
    }
}
