import Domain
import Foundation
import Reports
import RunStore
import Testing

/// A store of small synthetic runs in a folder of its own that goes away with the test.
final class SampleStore {
    let folder: URL
    let store: RunStore
    static let images = (1...12).map { "IMG_\($0)" }

    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("lightbox-reports-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        store = try RunStore(at: folder.appendingPathComponent("lightbox.db"))
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    static let vocabulary = ReportVocabulary(
        datasets: [.init("mcx", title: "MCX"), .init("scx", title: "SCX")],
        models: [.init("unet", title: "U-Net"), .init("ppau-net", title: "PPAU-Net")],
        procedures: [.init("supervised", title: "supervised")],
        losses: [.init("tv", title: "TV"), .init("kltv", title: "KLTV")],
        measures: [
            .init("dice", title: "Dice"),
            .init("class-accuracy", title: "Acc", task: .classification),
            .init("hausdorff", title: "HD", unit: "px", direction: .lowerIsBetter),
            .init("published/ds", title: "DS (published)"),
            .init("published/hd", title: "HD (published)", direction: .lowerIsBetter),
        ])

    static func cell(
        dataset: String = "mcx", model: String = "unet", loss: String = "tv", labels: Double = 100,
        seed: UInt64 = 1, width: Int64 = 16, procedure: String = "supervised"
    ) -> RunDescription {
        RunDescription(
            configuration: RunConfiguration([
                "dataset": .text(dataset), "model": .text(model), "loss": .text(loss),
                "labels": .number(labels), "seed": .integer(Int64(seed)),
                "width": .integer(width), "procedure": .text(procedure),
            ]),
            dataset: dataset, model: model, procedure: procedure, loss: loss, labels: labels,
            seed: seed, epochs: 2, parameters: ["width": .integer(width), "epochs": .integer(2)])
    }

    /// Trains `cell` as far as the store can tell; image i has Dice `dice + 0.002 i`.
    @discardableResult
    func complete(
        _ cell: RunDescription, dice: Double, accuracy: Double? = nil, experiment: Int64? = nil,
        predictions: [EvaluationRecord.Prediction] = [], code: CodeIdentity? = nil,
        origin: DatasetRecord.Origin = .real, train: [String] = ["IMG_1"],
        test: [String] = Array(SampleStore.images.dropFirst(2))
    ) throws -> RunID {
        let run = try #require(try store.plan([cell], experiment: experiment).first).id
        let lease = try #require(
            try store.claim(
                run, for: Worker(),
                environment: RunEnvironment(
                    version: "0.1.0", code: code, gitRevision: "abcdef0123456", cpu: "Test CPU",
                    threads: 1)))
        let data = try store.register(
            DatasetRecord(
                name: cell.dataset, origin: origin,
                fingerprint: (origin == .real ? "feed" : "dead") + "\(cell.dataset)00000000000000",
                classes: ["normal", "abnormal"], side: 128, notes: [],
                images: Self.images.map {
                    DatasetRecord.Image(
                        name: $0, className: "normal", patient: nil, hasMask: true, width: 128,
                        height: 128)
                }))
        let split = try store.register(
            SplitRecord(
                seed: cell.seed, labels: cell.labels, rule: "stratified", train: train,
                validation: ["IMG_2"], test: test, labelled: train),
            dataset: data)
        try lease.use(dataset: data, split: split)
        for epoch in 1...2 {
            try lease.log([
                MetricPoint(split: .train, name: "loss", epoch: epoch, value: 1 / Double(epoch)),
                MetricPoint(
                    split: .validation, name: "dice", epoch: epoch,
                    value: dice - 0.1 / Double(epoch)),
            ])
        }
        try lease.record(
            EvaluationRecord(
                weights: .best, split: .test, epoch: 2, images: test,
                values: [
                    "dice": test.indices.map { dice + 0.002 * Double($0) },
                    "hausdorff": test.indices.map { 20 - 10 * dice + Double($0) },
                    "published/hd": test.indices.map { 3 + 0.1 * Double($0) },
                ],
                pooled: ["dice": dice, "published/ds": dice + 0.02].merging(
                    accuracy.map { ["class-accuracy": $0] } ?? [:]
                ) { first, _ in first },
                classes: predictions.isEmpty
                    ? [:] : ["normal": ["f1": 0.75], "abnormal": ["f1": 0.5]],
                predictions: predictions))
        let folder = try store.folder(ofDigest: cell.configuration.digest).folder
        try lease.record(
            ArtifactRecord(
                kind: "weights-best", path: folder.path(of: "best.safetensors"), bytes: 1,
                digest: Self.weights))
        try lease.finish(RunSummary(bestEpoch: 2, seconds: 60, imagesPerSecond: 100))
        return run
    }

    private static let weights = String(repeating: "a", count: 64)

    /// Tests the best weights of a run on another data set of three images.
    func test(
        _ run: RunID, on dataset: String, dice: Double, origin: DatasetRecord.Origin = .real,
        images range: Range<Int> = 0..<3
    ) throws {
        let images = Array(Self.images[range])
        try store.record(
            ExternalEvaluation(
                run: run,
                dataset: DatasetRecord(
                    name: dataset, origin: origin,
                    fingerprint: (origin == .real ? "feed" : "dead") + "\(dataset)00000000000000",
                    classes: ["normal", "abnormal"], side: 128,
                    images: Self.images.map {
                        DatasetRecord.Image(name: $0, className: "normal", hasMask: true)
                    }),
                weightsDigest: Self.weights, code: nil,
                record: EvaluationRecord(
                    weights: .best, split: .test, epoch: 2, images: images,
                    values: [
                        "dice": Array([dice - 0.1, dice, dice + 0.1][range]),
                        "hausdorff": Array([9, 10, 11][range]),
                    ], pooled: ["dice": dice])))
    }

    /// An APPAU-Net that also tells classes.
    @discardableResult
    func completeMultiTask(loss: String, seed: UInt64) throws -> RunID {
        try complete(
            Self.cell(
                model: "ppau-net", loss: loss, labels: 10, seed: seed, procedure: "appau-net"),
            dice: 0.9,
            predictions: Self.images.dropFirst(2).enumerated().map { index, name in
                EvaluationRecord.Prediction(
                    image: name, target: index % 2 == 0 ? "normal" : "abnormal",
                    predicted: index % 3 == 0 ? "normal" : "abnormal", probability: 0.8)
            })
    }

    func source(_ change: (inout ReportRequest) -> Void = { _ in }) -> ReportSource {
        var request = ReportRequest()
        change(&request)
        return ReportSource(store: store, vocabulary: Self.vocabulary, request: request)
    }

    /// Two losses of a U-Net on MCX, five seeds each, KLTV better by 0.02.
    func fillPair() throws {
        let noise: [Double] = [0, 0.001, -0.001, 0.0005, -0.0005]
        let experiment = try store.record(ExperimentRecord(name: "pair", report: "p1-table1"))
        for (seed, shift) in zip(UInt64(1)..., noise) {
            try complete(
                Self.cell(loss: "tv", seed: seed), dice: 0.90 + shift, experiment: experiment)
            try complete(
                Self.cell(loss: "kltv", seed: seed), dice: 0.92 - shift, experiment: experiment)
        }
    }
}
