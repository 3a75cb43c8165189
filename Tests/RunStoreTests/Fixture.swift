import Domain
import Foundation
import GRDB
import RunStore
import Testing

/// A folder of its own that goes away with the test.
final class Folder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory
            .appendingPathComponent("lightbox-store-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    func store(_ name: String = "runs.db", _ mode: RunStore.Mode = .readWrite) throws -> RunStore {
        try RunStore(at: url.appendingPathComponent(name), mode: mode)
    }

    func path(_ name: String = "runs.db") -> String { url.appendingPathComponent(name).path }
}

/// Small things that tests put into stores.
enum Fixture {
    static let environment = RunEnvironment(version: "0.0.0", cpu: "test", threads: 1)

    static let images = (1...8).map { "image\($0)" }

    static let dataset = DatasetRecord(
        name: "mcx", fingerprint: "f1", classes: ["normal", "tuberculosis"], side: 128,
        notes: ["one mask inverted"],
        images: images.enumerated().map { index, name in
            DatasetRecord.Image(
                name: name, className: index % 2 == 0 ? "normal" : "tuberculosis",
                patient: "p\(index / 2)", hasMask: index < 7, width: 4020, height: 4892)
        })

    static let split = SplitRecord(
        seed: 1, labels: 50, rule: "stratified", train: Array(images[0..<2]),
        validation: Array(images[2..<3]), test: Array(images[3...]), labelled: [images[0]])

    static func cell(
        model: String = "unet", loss: String = "kltv", dataset: String = "mcx",
        labels: Double = 100, seed: UInt64 = 1, width: Int = 32
    ) -> RunDescription {
        RunDescription(
            configuration: RunConfiguration([
                "model": .text(model), "loss": .text(loss), "dataset": .text(dataset),
                "labels": .number(labels), "seed": .integer(Int64(seed)),
                "width": .integer(Int64(width)),
            ]),
            dataset: dataset, model: model, procedure: "supervised", loss: loss, labels: labels,
            seed: seed, epochs: 3,
            parameters: ["width": .integer(Int64(width)), "learning-rate": .number(0.001)])
    }

    /// Points of one epoch.
    static func points(epoch: Int, dice: Double, loss: Double = 0.5) -> [MetricPoint] {
        [
            MetricPoint(split: .train, name: "loss", epoch: epoch, value: loss),
            MetricPoint(split: .validation, name: "dice", epoch: epoch, value: dice),
            MetricPoint(split: .validation, name: "loss", epoch: epoch, value: loss + 0.1),
        ]
    }

    static func load(epoch: Int) -> MachineLoad {
        MachineLoad(epoch: epoch, processors: 1.75, memory: 1 << 20)
    }

    /// Trains `cell` to the end as far as the store can tell: three epochs, an evaluation with
    /// `dice` on average over five test images.
    @discardableResult
    static func complete(_ cell: RunDescription, dice: Double, in store: RunStore) throws -> RunID {
        let run = try #require(try store.plan([cell]).first).id
        let lease = try #require(try store.claim(run, for: Worker(), environment: environment))
        let data = try store.register(dataset)
        try lease.use(dataset: data, split: try store.register(split, dataset: data))
        for epoch in 1...3 {
            try lease.log(
                points(epoch: epoch, dice: dice - 0.01 * abs(Double(epoch - 2))),
                load: load(epoch: epoch))
        }
        let steps = [-0.02, -0.01, 0, 0.01, 0.02]
        try lease.record(
            EvaluationRecord(
                weights: .best, split: .test, epoch: 2, images: Fixture.split.test,
                values: [
                    "dice": steps.map { dice + $0 * (cell.model == "unet" ? 1 : 2) },
                    "hausdorff": steps.map { 5 - 100 * $0 },
                ],
                pooled: ["dice": dice + 0.001, "published/ds": dice + 0.03],
                classes: ["normal": ["f1": 0.5], "tuberculosis": ["f1": 0.75]],
                predictions: Fixture.split.test.enumerated().map { index, name in
                    EvaluationRecord.Prediction(
                        image: name, target: index % 2 == 0 ? "normal" : "tuberculosis",
                        predicted: "normal", probability: 0.75)
                }))
        try lease.finish(RunSummary(seconds: 12.5, imagesPerSecond: 100, peakMemory: 1 << 20))
        return run
    }
}

/// Bytes that stand for weights, and what a store records of them.
enum WeightsFixture {
    static let bytes = Data("weights".utf8)
    static let digest = "9a129038d9a00aed0cf6a7ea059ca50a813449061ab87848cf1a13eafdf33b2c"

    /// Completes a run of `store` with such weights in its folder; returns the file.
    @discardableResult
    static func complete(_ cell: RunDescription, in store: RunStore) throws -> (
        run: RunID, file: URL
    ) {
        let run = try #require(try store.plan([cell]).first)
        let folder = try store.folder(ofDigest: run.digest).folder
        let file = folder.url.appendingPathComponent("best.safetensors")
        try bytes.write(to: file)
        let lease = try #require(
            try store.claim(run.id, for: Worker(), environment: Fixture.environment))
        try lease.record(
            ArtifactRecord(
                kind: "weights-best", path: folder.path(of: file.lastPathComponent),
                bytes: Int64(bytes.count), digest: digest))
        try lease.log(Fixture.points(epoch: 1, dice: 0.5))
        try lease.finish(RunSummary(seconds: 1))
        return (run.id, file)
    }

    /// Lets a run of `store` begin and stop with a checkpoint in its folder; returns the file.
    @discardableResult
    static func interrupt(
        _ cell: RunDescription, in store: RunStore, checkpoint: String
    ) throws -> URL {
        let run = try #require(try store.plan([cell]).first)
        let lease = try #require(
            try store.claim(run.id, for: Worker(), environment: Fixture.environment))
        let file = try store.folder(ofDigest: run.digest).folder.url
            .appendingPathComponent("checkpoint.safetensors")
        try Data(checkpoint.utf8).write(to: file)
        try lease.interrupt()
        return file
    }
}
