internal import Domain
internal import Foundation
internal import Training

/// What the lines of a program's report mean for its run.
extension ProgramAttempt {
    /// Lines of a program's log that a run keeps.
    private static let mostNotes = 200

    /// Takes note of a line.
    func take(_ data: Data, number: Int) throws {
        let line: ReportLine
        do {
            line = try ReportLine(data)
        } catch {
            throw ProgramError.report(line: number, reason: error.reason)
        }
        lastLine = line
        func fault(_ reason: String) -> ProgramError { .report(line: number, reason: reason) }
        let known = book.epochs.count
        switch line {
        case .start(let epoch):
            guard epoch <= known + 1 else {
                throw fault("goes on at epoch \(epoch); there are \(known) on record")
            }
            try begin(at: epoch)
        case .step(let step):
            if let loss = step.loss { try check(["loss": loss], epoch: step.epoch) }
            lastStep = step
        case .epoch(let epoch):
            guard epoch.epoch <= request.settings.epochs else {
                throw fault(
                    "is of epoch \(epoch.epoch); the cell has \(request.settings.epochs)")
            }
            guard epoch.epoch <= known + 1 else {
                throw fault("is of epoch \(epoch.epoch); expected \(known + 1)")
            }
            if epoch.epoch <= known { try begin(at: epoch.epoch) }
            try record(epoch)
        case .log(let isWarning, let message):
            notes += 1
            guard notes <= Self.mostNotes else { break }
            try note(String(message.prefix(2000)), isWarning ? .warning : .info)
        case .heartbeat: break
        case .classes(let weights, let image, let values):
            try check(["class probability": values.first { !$0.isFinite } ?? 0], epoch: known)
            classes[weights, default: [:]][image] = values
        case .keep(let path):
            guard keptFiles.count < 100 else { throw fault("is the 101st file to keep") }
            if !keptFiles.contains(path) { keptFiles.append(path) }
        case .paused: isPaused = true
        case .done: isDone = true
        }
    }

    func note(_ message: String, _ level: NoteLevel = .info) throws {
        try observer(.note(level: level, message: message))
    }

    func begin(at epoch: Int) throws {
        try tellStep()
        book.rewind(to: epoch - 1)
        lastEpoch = clock.now
        try observer(
            .started(epochs: request.settings.epochs, stepsPerEpoch: 0, epoch: epoch, step: 0))
    }

    func check(_ figures: [String: Double], epoch: Int) throws(ProgramError) {
        for (name, value) in figures.sorted(by: { $0.key < $1.key }) where !value.isFinite {
            throw .notFinite(name: name, value: "\(value)", epoch: epoch)
        }
    }

    func record(_ epoch: ReportLine.Epoch) throws {
        try check(epoch.train, epoch: epoch.epoch)
        try check(epoch.validation, epoch: epoch.epoch)
        book.epochs.append(
            .init(validation: epoch.validation, isMarkedBest: epoch.isMarkedBest))
        hasTrained = true
        try tellStep()
        let now = clock.now
        defer { lastEpoch = now }
        try observer(
            .epoch(
                EpochReport(
                    epoch: epoch.epoch, epochs: request.settings.epochs,
                    trainLoss: epoch.train["loss"] ?? .nan, trainTerms: epoch.train,
                    learningRate: epoch.learningRate ?? .nan, validation: epoch.validation,
                    imagesPerSecond: epoch.imagesPerSecond ?? .nan,
                    seconds: epoch.seconds ?? lastEpoch.duration(to: now) / .seconds(1),
                    isBest: book.best == epoch.epoch)))
    }

    /// Tells the last step of those that came at once.
    func tellStep() throws {
        guard let step = lastStep else { return }
        lastStep = nil
        try observer(
            .step(
                epoch: step.epoch, step: step.step, steps: step.steps, loss: step.loss ?? .nan,
                imagesPerSecond: step.imagesPerSecond ?? .nan))
    }
}
