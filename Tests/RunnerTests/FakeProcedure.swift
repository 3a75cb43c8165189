import Domain
import Foundation
import Metrics
import NN
import TensorCore

@testable import Training

/// A procedure that trains nothing: it plays the part of one, in no time.
struct FakeProcedure: Procedure {
    /// What happened to every fake run, by the run's folder.
    final class Log: @unchecked Sendable {
        private let lock = NSLock()
        private var epochs: [String: [Int]] = [:]

        func add(epoch: Int, folder: URL) {
            lock.withLock { epochs[folder.lastPathComponent, default: []].append(epoch) }
        }
        var trained: [[Int]] { lock.withLock { Array(epochs.values) } }
    }

    let log: Log
    /// Losses that play a breakdown.
    var failingLearningRate = -1.0
    /// Called after each epoch.
    var afterEpoch: @Sendable (Int) -> Void = { _ in }

    func check(_ request: RunRequest) throws {}

    func run(
        _ request: RunRequest, context: ComputeContext,
        observer: (TrainingEvent) throws -> Void, shouldStop: () -> Bool
    ) throws -> RunOutcome {
        try FileManager.default.createDirectory(
            at: request.folder, withIntermediateDirectories: true)
        let mark = request.folder.appendingPathComponent("checkpoint.safetensors")
        let done = (try? String(contentsOf: mark, encoding: .utf8)).flatMap { Int($0) } ?? 0
        let epochs = request.settings.epochs
        try observer(.started(epochs: epochs, stepsPerEpoch: 1, epoch: done + 1, step: 0))
        for epoch in (done + 1)...epochs {
            if request.settings.learningRate == failingLearningRate {
                throw TrainingError.notFinite(term: "loss", value: "nan", epoch: epoch, step: 1)
            }
            log.add(epoch: epoch, folder: request.folder)
            try observer(
                .step(epoch: epoch, step: 1, steps: 1, loss: 0.5, imagesPerSecond: 100))
            try observer(.epoch(report(epoch, of: epochs)))
            try String(epoch).write(to: mark, atomically: true, encoding: .utf8)
            afterEpoch(epoch)
            if shouldStop() { throw TrainingError.interrupted(epoch: epoch, step: 1) }
        }
        try FileManager.default.removeItem(at: mark)
        let weights = request.folder.appendingPathComponent("best.safetensors")
        try Data("weights".utf8).write(to: weights)
        return RunOutcome(
            selection: "dice", bestEpoch: epochs, bestValue: 0.9, seconds: 0.1,
            imagesPerSecond: 100, evaluations: [],
            artifacts: [RunArtifact(kind: "weights-best", path: weights)], checkpoint: mark)
    }

    func evaluate(
        _ request: RunRequest, weights: [NamedTensor], as kind: WeightsKind,
        context: ComputeContext
    ) throws -> Evaluation {
        Evaluation(
            weights: kind, split: .test, segmentation: nil, classification: nil,
            oracleClassification: nil)
    }

    private func report(_ epoch: Int, of epochs: Int) -> EpochReport {
        EpochReport(
            epoch: epoch, epochs: epochs, trainLoss: 1 / Double(epoch),
            trainTerms: ["loss": 1 / Double(epoch)], learningRate: 0.1,
            validation: ["dice": 1 - 1 / Double(epoch + 1), "loss": 0.5], imagesPerSecond: 100,
            seconds: 0.01, isBest: true)
    }

    var entry: ProcedureEntry {
        ProcedureEntry(
            "supervised", title: "Fake", citation: "", results: .masks, trains: .segmentor,
            make: { self })
    }
}
