public import Assembly
import Datasets
import Domain
import Foundation
import Hashing
import Metrics
import NN
public import RunStore
import Settings
package import Specification
import TensorCore
import Training
import Wording

/// Trains one cell and writes everything into the store, in whatever process it is: wires together
/// what cells can name, their data, the store and the wish to stop.
public struct CellRunner: Sendable {
    /// How the work on a cell ended.
    package enum Ending: Sendable, Hashable, Codable {
        /// Trained, evaluated and stored.
        case completed(test: JudgedFigure?, seconds: Double)
        /// Recorded as failed.
        case failed(reason: String)
        /// Stopped by the user, or paused by a search; it can be continued.
        case interrupted
        /// Another worker took the run over, or the one at work died; the run can be tried again.
        case lost(reason: String)
        /// Nothing was done: another worker has the run, or has ended it.
        case heldElsewhere
    }

    private let zoo: Zoo
    /// Where the cells' data sets are loaded.
    public let shelf: DatasetShelf
    /// Where runs are recorded.
    package let store: RunStore
    /// The user's wish to stop.
    package let stop: StopSignal
    /// What this machine and program write into the runs they train.
    package let environment: RunEnvironment
    private let worker = Worker()

    /// A runner for cells of `zoo`.
    ///
    /// - Parameter environment: its threads are those of a cell.
    public init(
        zoo: Zoo = .standard, shelf: DatasetShelf, store: RunStore, stop: StopSignal,
        environment: RunEnvironment
    ) {
        self.zoo = zoo
        self.shelf = shelf
        self.store = store
        self.stop = stop
        self.environment = environment
    }

    /// The names that cells may use.
    package var vocabulary: Vocabulary { zoo.vocabulary(reports: []) }

    /// Claims a run from one of the states; nil where another has it.
    package func claim(_ run: RunID, from states: Set<RunState>) throws -> RunLease? {
        do {
            return try store.claim(run, for: worker, environment: environment, from: states)
        } catch StoreError.unknown(kind: "run", _, _) {
            // Another process ended and removed it, as those are that train another again.
            return nil
        }
    }

    /// Trains the job's cell from the start or from its last checkpoint, where its run is free.
    ///
    /// Errors of the cell end in the store and in the result. Only errors of the store itself, and
    /// of files that cannot be written, are thrown: then nothing can be kept and the sweep has to
    /// stop.
    ///
    /// - Parameter observe: told of the beginning, and of every step and epoch.
    func run(
        _ job: Job, context: ComputeContext, observe: (SweepEvent) -> Void
    ) throws -> Ending {
        guard let lease = try claim(job.run, from: job.states) else { return .heldElsewhere }
        observe(
            .cellStarted(
                cell: job.number, title: job.title,
                epochs: job.pauseAfter ?? job.cell.settings.epochs))
        Machine.resetPeakMemory()
        let cell = job.cell
        let heartbeat = Heartbeat(lease)
        defer { heartbeat.stop() }
        let recorder = EventRecorder(
            cell: job.number, objective: cell.objective, lease: lease, heartbeat: heartbeat,
            meter: cell.program == nil ? LoadMeter() : nil)
        do {
            let outcome = try train(
                job, lease: lease, context: context, heartbeat: heartbeat, recorder: recorder,
                observe: observe)
            try record(outcome, of: cell, lease: lease)
            let test = outcome.test(cell.objective.name)
            return .completed(test: test, seconds: outcome.seconds)
        } catch TrainingError.interrupted {
            if let failure = heartbeat.failure { return try Self.lost(failure) }
            let isPaused = recorder.hasReached(job.pauseAfter)
            try lease.interrupt(
                stop.isAsked
                    ? "stopped by the user"
                    : isPaused ? "paused by the search" : "paused by its program")
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
        case SafetensorsError.unwritable, TrainingError.folder, ArtifactError.unwritable: true
        default: false
        }
    }

    private static func lost(_ error: any Error) throws -> Ending {
        if case StoreError.leaseLost = error { return .lost(reason: Sentence.of(error)) }
        throw error
    }

    // MARK: Training

    private func train(
        _ job: Job, lease: RunLease, context: ComputeContext, heartbeat: Heartbeat,
        recorder: EventRecorder, observe: (SweepEvent) -> Void
    ) throws -> RunOutcome {
        let cell = job.cell
        let data = try CellData(of: cell, from: shelf)
        let split = data.own.split
        if cell.settings.labelledImages == nil, let note = split.labelNote(percent: cell.labels) {
            try recorder.record(.note(level: .warning, message: note), observe: observe)
        }
        for part in [data.own] + data.others {
            for finding in part.findings {
                let isWarning = finding.severity != .note
                let message = "\(part.name): \(finding.sentence)"
                try recorder.record(
                    .note(level: isWarning ? .warning : .info, message: message), observe: observe)
                if !isWarning { observe(.note(message)) }
            }
        }
        for note in data.notes {
            try recorder.record(.note(level: .info, message: note), observe: observe)
        }
        let datasetID = try store.register(DatasetRecord(data.own.dataset))
        let splitID = try store.register(
            SplitRecord(split, of: data.own.dataset, for: cell), dataset: datasetID)
        try lease.use(dataset: datasetID, split: splitID)

        let configuration = try configuration(of: cell, for: lease)
        let place = place(of: configuration, for: lease)
        let (folder, note) = try store.folder(ofDigest: place.digest)
        if let note {
            try recorder.record(.note(level: .warning, message: note), observe: observe)
        }
        var request = try zoo.request(
            for: cell, dataset: data.dataset, split: data.split, folder: folder.url,
            identity: configuration.json, checkpointIdentity: place.json)
        request.recordedEpochs = try lease.recordedEpochs()
        request.pauseAfter = job.pauseAfter
        if cell.program != nil { request.maskFiles = try shelf.maskFiles(for: cell) }
        let procedure = try zoo.procedure(of: cell)
        try procedure.check(request)
        var outcome = try procedure.run(
            request, context: context,
            observer: { event in try recorder.record(event, observe: observe) },
            shouldStop: {
                stop.isAsked || heartbeat.failure != nil || recorder.hasReached(job.pauseAfter)
            })
        do {
            let masks = try KeptMasks(
                outcome.evaluations, of: configuration.digest, size: data.dataset.shape.size)
            if let masks {
                try recorder.record(.saving, observe: observe)
                outcome.artifacts.append(try masks.write(into: folder.url))
            }
        } catch let error as KeptMasksError {
            try recorder.record(
                .note(level: .warning, message: "keep-masks: \(error)"), observe: observe)
        }
        return outcome
    }

    /// The configuration under which the store has the lease's run, or the one that it trains again:
    /// an older one may name settings that the cell does not use.
    private func configuration(
        of cell: Cell, for lease: RunLease
    ) throws -> RunConfiguration {
        let own = cell.configuration(fingerprint: try shelf.loadedFingerprint(for: cell))
        guard let stored = try store.configuration(of: lease.retrains ?? lease.run),
            StoredIdentities.current(of: stored) == own
        else { return own }
        return stored
    }

    /// The configuration whose folder and checkpoint the lease's run has: its own, and where it
    /// trains another again, one of that.
    private func place(
        of configuration: RunConfiguration, for lease: RunLease
    ) -> RunConfiguration {
        guard lease.retrains != nil, let code = lease.code else { return configuration }
        return configuration.retrained(by: code.digest)
    }

    /// Refuses a cell that cannot be trained on its data, before anything is computed.
    func check(_ cell: Cell) throws {
        let data = try CellData(of: cell, from: shelf)
        let request = try zoo.request(
            for: cell, dataset: data.dataset, split: data.split, folder: store.url, identity: "")
        try zoo.procedure(of: cell).check(request)
    }

    // MARK: Recording

    private func record(_ outcome: RunOutcome, of cell: Cell, lease: RunLease) throws {
        for evaluation in outcome.evaluations {
            let epoch = evaluation.weights == .best ? outcome.bestEpoch : nil
            try lease.record(EvaluationRecord(evaluation, epoch: epoch))
        }
        for artifact in outcome.artifacts {
            let data = try Data(contentsOf: artifact.path, options: .alwaysMapped)
            let digest = SHA256.hex(of: data)
            let file = try home(of: artifact.path, digest: digest, cell: cell, lease: lease)
            try lease.record(
                ArtifactRecord(
                    kind: artifact.kind, path: Self.path(of: file),
                    bytes: Int64(data.count), digest: digest))
        }
        let idle = try lease.finish(
            RunSummary(
                bestEpoch: outcome.bestEpoch, seconds: outcome.seconds,
                imagesPerSecond: outcome.imagesPerSecond,
                // What a program took, this process does not know.
                peakMemory: cell.program == nil ? Machine.peakMemory : nil))
        // Only now: a worker that is killed before this leaves what the next one continues from.
        try? FileManager.default.removeItem(at: outcome.checkpoint)
        guard lease.retrains != nil else { return }
        // What is not removed here, `gc` removes.
        try? store.removeReplaced(idle, of: lease)
        try? FileManager.default.removeItem(at: outcome.checkpoint.deletingLastPathComponent())
    }

    /// Where a run's file belongs: where it is, and for a run that trains another again, in that
    /// one's folder beside the files that it will replace.
    private func home(
        of file: URL, digest: String, cell: Cell, lease: RunLease
    ) throws -> URL {
        guard lease.retrains != nil else { return file }
        let configuration = try configuration(of: cell, for: lease)
        let folder = try store.folder(ofDigest: configuration.digest).folder.url
        let name = file.deletingPathExtension().lastPathComponent
        let home = folder.appendingPathComponent(
            "\(name)-\(digest.prefix(12)).\(file.pathExtension)")
        let files = FileManager.default
        try files.createDirectory(at: folder, withIntermediateDirectories: true)
        // The content is in the name: what is there already is the same file.
        guard !files.fileExists(atPath: home.path) else { return home }
        let draft = folder.appendingPathComponent(
            "\(home.lastPathComponent).\(UUID().uuidString).partial")
        try files.copyItem(at: file, to: draft)
        try files.moveItem(at: draft, to: home)
        return home
    }

    /// How the store names a file of a run's folder.
    private static func path(of file: URL) -> String {
        RunFolder(url: file.deletingLastPathComponent()).path(of: file.lastPathComponent)
    }
}

extension CellRunner.Ending {
    /// What people are told of it; nil where nothing was done.
    package func event(of job: Job) -> SweepEvent? {
        let cell = job.number
        return switch self {
        case .completed(let test, let seconds):
            .cellFinished(cell: cell, run: job.run, test: test, seconds: seconds)
        case .failed(let reason): .cellFailed(cell: cell, reason: reason)
        case .interrupted: .cellInterrupted(cell: cell)
        case .lost(let reason): .cellReleased(cell: cell, reason: reason)
        case .heldElsewhere: nil
        }
    }
}

extension RunOutcome {
    /// A metric of the best weights on the test images; nil where it was not measured.
    func test(_ metric: String) -> JudgedFigure? {
        evaluations.first { $0.weights == .best && $0.split == .test }?.figure(metric)
    }
}

extension Evaluation {
    /// A metric: its mean over images where masks were told, or of all classes together.
    func figure(_ metric: String) -> JudgedFigure? {
        (segmentation?.means[metric] ?? classification?.values[metric]).map {
            JudgedFigure(metric, $0)
        }
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
