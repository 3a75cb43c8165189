internal import Datasets
internal import Domain
internal import Foundation
internal import NN
internal import TensorCore

/// Epochs and steps, the same for every procedure: progress, NaN check, validation, best weights,
/// checkpoints, interruption, final evaluation.
struct TrainingLoop {
    let request: RunRequest
    let context: ComputeContext
    let learner: any Learner
    let observer: (TrainingEvent) throws -> Void
    let shouldStop: () -> Bool

    private var progress = Progress()
    private var best: WeightSnapshot?
    private let checkpoint: Checkpoint
    /// The learning rate of each optimiser before the schedule's factor.
    private let learningRates: [Double]
    private let clock = ContinuousClock()
    private var epochs: Int { request.settings.epochs }

    /// Trains to the end and evaluates.
    static func run(
        _ request: RunRequest, context: ComputeContext, learner: any Learner,
        observer: (TrainingEvent) throws -> Void, shouldStop: () -> Bool
    ) throws -> RunOutcome {
        try withoutActuallyEscaping(observer) { observer in
            try withoutActuallyEscaping(shouldStop) { shouldStop in
                var loop = TrainingLoop(
                    request, context: context, learner: learner, observer: observer,
                    shouldStop: shouldStop)
                return try loop.run()
            }
        }
    }

    private init(
        _ request: RunRequest, context: ComputeContext, learner: any Learner,
        observer: @escaping (TrainingEvent) throws -> Void, shouldStop: @escaping () -> Bool
    ) {
        self.request = request
        self.context = context
        self.learner = learner
        self.observer = observer
        self.shouldStop = shouldStop
        self.learningRates = learner.optimisers.map(\.optimiser.learningRate)
        self.checkpoint = Checkpoint(
            file: request.folder.appending(path: "checkpoint.safetensors"),
            identity: request.identity, context: context)
    }

    private mutating func run() throws -> RunOutcome {
        try makeFolder()
        try restore()
        try observer(
            .started(
                epochs: epochs, stepsPerEpoch: learner.stepsPerEpoch, epoch: progress.epoch + 1,
                step: progress.step))
        while progress.epoch < epochs { try runEpoch() }
        return try finish()
    }

    private mutating func runEpoch() throws {
        let start = clock.now
        let before = progress.epochSeconds
        while progress.step < learner.stepsPerEpoch { try runStep() }
        let validation = learner.validate()
        let isBest = progress.isBetter(validation, by: learner.selection)
        if isBest {
            best = WeightSnapshot(learner.networks, in: context)
            progress.best = .init(
                epoch: progress.epoch + 1, value: validation[learner.selection],
                validation: validation)
        }
        // Steps have been counted as they came; what is left is the validation.
        let elapsed = start.duration(to: clock.now) / .seconds(1)
        progress.seconds += elapsed - (progress.epochSeconds - before)
        let images = Double(max(1, progress.epochImages))
        let report = EpochReport(
            epoch: progress.epoch + 1, epochs: epochs, trainLoss: progress.lossSum / images,
            trainTerms: progress.termSums.mapValues { $0 / images },
            learningRate: learner.optimisers.first?.optimiser.learningRate ?? 0,
            validation: validation,
            imagesPerSecond: images / max(progress.epochSeconds, 1e-9),
            seconds: elapsed + before, isBest: isBest)
        progress.finishEpoch()
        try observer(.epoch(report))
        let every = request.settings.checkpointEvery
        let isLast = progress.epoch == epochs
        if isLast { for warning in learner.warnings(on: validation) { try note(warning) } }
        if !isLast, shouldStop() { try pause() }
        // The last one spares a run that is killed while it is evaluated its training.
        if every > 0, isLast || progress.epoch % every == 0 { try save() }
    }

    private mutating func runStep() throws {
        let start = clock.now
        let position = StepPosition(
            seed: request.seed, epoch: progress.epoch, step: progress.step,
            stepsPerEpoch: learner.stepsPerEpoch)
        let factor = request.settings.learningRateSchedule.factor(
            step: position.index, of: epochs * learner.stepsPerEpoch)
        for (rate, (_, optimiser)) in zip(learningRates, learner.optimisers) {
            optimiser.learningRate = rate * factor
        }
        let result = try learner.step(at: position)
        for (name, value) in result.terms + [("loss", result.loss)] where !value.isFinite {
            throw TrainingError.notFinite(
                term: name, value: "\(value)", epoch: progress.epoch + 1, step: progress.step + 1)
        }
        let seconds = start.duration(to: clock.now) / .seconds(1)
        progress.add(result, seconds: seconds)
        progress.seconds += seconds
        try observer(
            .step(
                epoch: progress.epoch + 1, step: progress.step, steps: learner.stepsPerEpoch,
                loss: result.loss, imagesPerSecond: progress.imagesPerSecond))
        if shouldStop() { try pause() }
        let limit = request.settings.maxSeconds
        if limit > 0, progress.seconds > limit {
            try save()
            throw TrainingError.outOfTime(
                seconds: progress.seconds, limit: limit, epoch: progress.epoch + 1)
        }
    }

    private func makeFolder() throws {
        do {
            try FileManager.default.createDirectory(
                at: request.folder, withIntermediateDirectories: true)
        } catch {
            throw TrainingError.folder(
                path: request.folder.path, reason: error.localizedDescription)
        }
    }

    /// Ends the run here, to be continued.
    private func pause() throws {
        try save()
        throw TrainingError.interrupted(epoch: progress.epoch + 1, step: progress.step)
    }

    private func save() throws {
        try observer(.saving)
        try checkpoint.save(learner, progress: progress, best: best)
    }

    /// Continues from the checkpoint; one that cannot be used is named and the run starts anew.
    private mutating func restore() throws {
        do {
            let found = try checkpoint.restore(learner, recorded: request.recordedEpochs)
            guard let (progress, best) = found else {
                if let recorded = request.recordedEpochs, recorded > 0 {
                    try note("there is no checkpoint; the run starts anew")
                }
                return
            }
            self.progress = progress
            self.best = best
            let steps = progress.step > 0 ? " and \(progress.step) steps" : ""
            try observer(
                .note(
                    level: .info,
                    message: "goes on from the checkpoint after \(progress.epoch) epochs\(steps)"))
        } catch let error as SafetensorsError {
            try note("\(error); the run starts anew")
        } catch let ahead as Checkpoint.Ahead {
            try note(
                "the checkpoint is of epoch \(ahead.epoch), and the store has the epochs up to "
                    + "\(ahead.recorded) only, as a restored backup does; the run starts anew")
        }
    }

    private func note(_ message: String) throws {
        try observer(.note(level: .warning, message: message))
    }

    /// Writes both sets of weights and evaluates them.
    private func finish() throws -> RunOutcome {
        let last = WeightSnapshot(learner.networks, in: context)
        let bestWeights = best ?? last
        let test = request.split.test
        let validation = request.split.validation
        var evaluations: [Evaluation] = []
        var artifacts: [RunArtifact] = []
        for (kind, weights, epoch) in [
            (WeightsKind.best, bestWeights, progress.best?.epoch ?? epochs),
            (WeightsKind.last, last, epochs),
        ] {
            weights.restore(to: learner.networks)
            evaluations.append(learner.evaluate(kind, split: .test, indices: test))
            if !validation.isEmpty {
                evaluations.append(
                    learner.evaluate(kind, split: .validation, indices: validation))
            }
            var metadata = request.metadata
            try observer(.saving)
            metadata["weights"] = kind.rawValue
            metadata["epoch"] = String(epoch)
            let file = request.folder.appending(path: "\(kind.rawValue).safetensors")
            try Safetensors.write(weights.tensors, metadata: metadata, to: file)
            artifacts.append(RunArtifact(kind: "weights-\(kind.rawValue)", path: file))
        }
        return RunOutcome(
            selection: learner.selection, bestEpoch: progress.best?.epoch ?? epochs,
            bestValue: progress.best?.value,
            seconds: progress.seconds,
            imagesPerSecond: progress.imagesPerSecond,
            evaluations: evaluations, artifacts: artifacts, checkpoint: checkpoint.file)
    }
}
