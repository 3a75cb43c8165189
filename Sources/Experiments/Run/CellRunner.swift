import Datasets
import Foundation
import Hashing
import Metrics
import NN
public import RunStore
public import TensorCore
import Training

/// Trains one cell whose lease it is given, and writes everything into the store.
public struct CellRunner: Sendable {
    /// How the work on a cell ended.
    public enum Ending: Sendable, Hashable, Codable {
        /// Trained, evaluated and stored.
        case completed(testDice: Double?, seconds: Double)
        /// Recorded as failed.
        case failed(reason: String)
        /// Stopped by the user, or paused by a search; it can be continued.
        case interrupted
        /// Another worker took the run over; nothing more was written.
        case lost(reason: String)
    }

    private let zoo: Zoo
    private let shelf: DatasetShelf
    private let store: RunStore
    private let context: ComputeContext
    private let stop: StopSignal

    /// A runner that trains in this process.
    public init(
        zoo: Zoo, shelf: DatasetShelf, store: RunStore, context: ComputeContext, stop: StopSignal
    ) {
        self.zoo = zoo
        self.shelf = shelf
        self.store = store
        self.context = context
        self.stop = stop
    }

    /// The names that cells may use.
    var vocabulary: Vocabulary { zoo.vocabulary(reports: []) }

    /// Trains the cell from the start or from its last checkpoint.
    ///
    /// Errors of the cell end in the store and in the result. Only errors of the store itself, and
    /// of files that cannot be written, are thrown: then nothing can be kept and the sweep has to
    /// stop.
    ///
    /// - Parameters:
    ///   - pauseAfter: epoch after which the run is paused, for searches; nil trains to the end.
    ///   - observe: told of every step and epoch, as events of cell number `number`.
    public func run(
        _ cell: Cell, number: Int, lease: RunLease, pauseAfter: Int? = nil,
        observe: (SweepEvent) -> Void
    ) throws -> Ending {
        Machine.resetPeakMemory()
        let heartbeat = Heartbeat(lease)
        defer { heartbeat.stop() }
        let recorder = EventRecorder(cell: number, lease: lease, heartbeat: heartbeat)
        do {
            let outcome = try train(
                cell, lease: lease, heartbeat: heartbeat, recorder: recorder,
                pauseAfter: pauseAfter, observe: observe)
            try record(outcome, lease: lease)
            let dice = outcome.testDice
            return .completed(testDice: dice, seconds: outcome.seconds)
        } catch TrainingError.interrupted {
            if let failure = heartbeat.failure { return try Self.lost(failure) }
            let isPaused = !stop.isAsked && recorder.hasReached(pauseAfter)
            try lease.interrupt(isPaused ? "paused by the search" : "stopped by the user")
            return .interrupted
        } catch let error as StoreError {
            return try Self.lost(error)
        } catch let error where Self.isUnwritable(error) {
            // Not the cell's fault, and the next cell would fare no better. A disk that is full may
            // not even take this.
            let reason = Sentence.of(error)
            try? lease.interrupt(reason)
            throw RunnerError.cannotSave(reason: reason)
        } catch {
            let reason = Sentence.of(error)
            try lease.fail(reason, log: recorder.lastLines)
            return .failed(reason: reason)
        }
    }

    /// Whether weights and checkpoints have no place to go.
    private static func isUnwritable(_ error: any Error) -> Bool {
        switch error {
        case SafetensorsError.unwritable, TrainingError.folder: true
        default: false
        }
    }

    private static func lost(_ error: any Error) throws -> Ending {
        if case StoreError.leaseLost = error { return .lost(reason: Sentence.of(error)) }
        throw error
    }

    // MARK: Training

    private func train(
        _ cell: Cell, lease: RunLease, heartbeat: Heartbeat, recorder: EventRecorder,
        pauseAfter: Int?, observe: (SweepEvent) -> Void
    ) throws -> RunOutcome {
        let dataset = try shelf.dataset(for: cell)
        let split = try Self.split(of: dataset, for: cell)
        if let note = split.labelNote(percent: cell.labels) {
            try recorder.record(.note(level: .warning, message: note), observe: observe)
        }
        let datasetID = try store.register(DatasetRecord(dataset))
        let splitID = try store.register(
            SplitRecord(split, of: dataset, for: cell), dataset: datasetID)
        try lease.use(dataset: datasetID, split: splitID)

        let configuration = cell.configuration(fingerprint: dataset.fingerprint)
        let request = try zoo.request(
            for: cell, dataset: dataset, split: split, folder: folder(of: configuration),
            identity: configuration.json)
        let procedure = try zoo.procedure(of: cell)
        try procedure.check(request)
        return try procedure.run(
            request, context: context,
            observer: { event in try recorder.record(event, observe: observe) },
            shouldStop: {
                stop.isAsked || heartbeat.failure != nil || recorder.hasReached(pauseAfter)
            })
    }

    /// Refuses a cell that cannot be trained on the data set, before anything is computed.
    func check(_ cell: Cell, dataset: Dataset) throws {
        let request = try zoo.request(
            for: cell, dataset: dataset, split: Self.split(of: dataset, for: cell),
            folder: store.url, identity: "")
        try zoo.procedure(of: cell).check(request)
    }

    private static func split(of dataset: Dataset, for cell: Cell) throws -> DataSplit {
        try DataSplit.make(
            for: dataset, seed: cell.seed, labelledPercent: cell.labels,
            stratified: cell.settings.split == .stratified)
    }

    /// Where a run keeps its weights: beside the store, by digest, so that stores can be merged.
    func folder(of configuration: RunConfiguration) -> URL {
        store.url.deletingLastPathComponent().appendingPathComponent(
            "runs/\(configuration.digest.prefix(16))")
    }

    // MARK: Recording

    private func record(_ outcome: RunOutcome, lease: RunLease) throws {
        for evaluation in outcome.evaluations {
            let epoch = evaluation.weights == .best ? outcome.bestEpoch : nil
            try lease.record(EvaluationRecord(evaluation, epoch: epoch))
        }
        for artifact in outcome.artifacts {
            let data = try Data(contentsOf: artifact.path, options: .alwaysMapped)
            try lease.record(
                ArtifactRecord(
                    kind: artifact.kind, path: relativePath(of: artifact.path),
                    bytes: Int64(data.count), digest: SHA256.hex(of: data)))
        }
        try lease.finish(
            RunSummary(
                bestEpoch: outcome.bestEpoch, seconds: outcome.seconds,
                imagesPerSecond: outcome.imagesPerSecond, peakMemory: Machine.peakMemory))
        // Only now: a worker that is killed before this leaves what the next one continues from.
        try? FileManager.default.removeItem(at: outcome.checkpoint)
    }

    private func relativePath(of file: URL) -> String {
        let base = store.url.deletingLastPathComponent().standardizedFileURL.path + "/"
        let path = file.standardizedFileURL.path
        return path.hasPrefix(base) ? String(path.dropFirst(base.count)) : path
    }
}

extension RunOutcome {
    /// Mean Dice of the best weights on the test images; nil where nothing was segmented.
    var testDice: Double? {
        evaluations.first { $0.weights == .best && $0.split == .test }?.segmentation?
            .means["dice"]
    }
}

extension DataSplit {
    /// What to say of a percentage that means less than the labels that a run needs, of which every
    /// class gets one; nil where the percentage is kept.
    func labelNote(percent: Double) -> String? {
        let meant = Double(train.count) * percent / 100
        guard Double(labelled.count) > meant + 0.5 else { return nil }
        return
            "labels: \(SettingValue.number(percent).text) % of \(train.count) training images is "
            + "\(String(format: "%.2g", meant)) images; \(labelled.count) are labelled, one a class"
    }
}
