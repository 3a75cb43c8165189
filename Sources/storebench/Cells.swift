import ArgumentParser
import Domain
import Foundation
import RunStore

/// What the store costs a sweep: each cell from plan to end, and planning when all are done.
struct Cells: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Finish many cells without training, then plan them again.")

    @Option(help: "Store to make.") var store: String
    @Option(help: "Cells.") var cells = 10_000
    @Option(help: "Test images of each cell.") var images = 35
    @Option(help: "Epochs of each cell.") var epochs = 3

    /// What a real run measures of every test image.
    private static let metrics = [
        "dice", "jaccard", "f1", "sensitivity", "specificity", "precision", "recall", "accuracy",
        "hausdorff", "hausdorff95", "assd", "ssim", "published/ds", "published/js",
        "published/ssim", "published/f1", "published/hd", "published/sn", "published/sp",
        "published/pr", "published/rc",
    ]

    func run() throws {
        let store = try RunStore(at: URL(fileURLWithPath: store))
        let names = (0..<images).map { "image\($0)" }
        let dataset = try store.register(
            DatasetRecord(
                name: "mcx", fingerprint: "bench", classes: ["normal"], side: 128,
                images: names.map { DatasetRecord.Image(name: $0, hasMask: true) }))
        let split = try store.register(
            SplitRecord(
                seed: 1, labels: 100, rule: "stratified", train: [], validation: [], test: names,
                labelled: []),
            dataset: dataset)
        let experiment = try store.record(ExperimentRecord(name: "bench"))
        let descriptions = (0..<cells).map { Bench.cell($0, epochs: epochs) }

        var start = ContinuousClock.now
        let planned = try store.plan(descriptions, experiment: experiment)
        print("planned \(cells) cells in \(Bench.text(Bench.seconds(since: start))) s")

        start = ContinuousClock.now
        let worker = Worker()
        for run in planned {
            guard let lease = try store.claim(run.id, for: worker, environment: Bench.environment)
            else { continue }
            try finish(lease, dataset: dataset, split: split, names: names)
        }
        let each = Bench.seconds(since: start) / Double(cells) * 1000
        print("each cell cost \(Bench.text(each)) ms from claim to end")

        start = ContinuousClock.now
        let again = try store.plan(descriptions, experiment: experiment)
        let done = again.count { $0.state == .completed }
        let seconds = Bench.seconds(since: start)
        print("planned them again in \(Bench.text(seconds * 1000)) ms: \(done) are done")
    }

    private func finish(_ lease: RunLease, dataset: Int64, split: Int64, names: [String]) throws {
        try lease.use(dataset: dataset, split: split)
        for epoch in 1...max(1, epochs) {
            try lease.log(
                (0..<20).map {
                    MetricPoint(
                        split: .validation, name: $0 == 0 ? "dice" : "metric\($0)", epoch: epoch,
                        value: Double(epoch) / Double($0 + 4))
                },
                load: MachineLoad(epoch: epoch, processors: 1.5, memory: 1 << 28))
        }
        for weights in WeightsKind.allCases {
            // Golden-ratio steps: spread over 0.85...0.95, different in every run and image.
            let values = Self.metrics.enumerated().map { metric, name in
                (
                    name,
                    names.indices.map { image in
                        let place = Double(Int(lease.run) * 31 + metric * 7 + image) * 0.618_034
                        return 0.85 + 0.1 * (place - place.rounded(.down))
                    }
                )
            }
            let pooled = values.map { ($0.0, $0.1[0]) }
            try lease.record(
                EvaluationRecord(
                    weights: weights, split: .test, epoch: epochs, images: names,
                    values: Dictionary(uniqueKeysWithValues: values),
                    pooled: Dictionary(uniqueKeysWithValues: pooled)))
        }
        try lease.finish(RunSummary(seconds: 1))
    }
}
