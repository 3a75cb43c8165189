internal import Domain
internal import Foundation
internal import Metrics
internal import Training

/// One start of a program, from what an earlier one left to its end.
final class ProgramAttempt {
    private let program: TrainingProgram
    private let request: RunRequest
    private let document: CellDocument
    private let observer: (TrainingEvent) throws -> Void
    private let shouldStop: () -> Bool
    private let place: ProgramPlace
    private let clock = ContinuousClock()

    private var book: ProgramBook
    private var classes: [WeightsKind: [String: [Double]]] = [:]
    private var keptFiles: [String] = []
    private var lastEpoch: ContinuousClock.Instant
    private var notes = 0
    private var hasTrained = false, isPaused = false, isDone = false

    /// Lines of a program's log that a run keeps.
    private static let mostNotes = 200

    init(
        _ program: TrainingProgram, cell: ProgramCell, _ request: RunRequest, threads: Int,
        observer: @escaping (TrainingEvent) throws -> Void, shouldStop: @escaping () -> Bool
    ) throws {
        self.program = program
        self.request = request
        self.observer = observer
        self.shouldStop = shouldStop
        place = ProgramPlace(run: request.folder)
        document = CellDocument(cell: cell, request: request, place: place, threads: threads)
        book = ProgramBook(place, identity: request.identity, recorded: request.recordedEpochs)
        lastEpoch = clock.now
    }

    func run() throws -> RunOutcome {
        try makingFolder { try place.prepare() }
        try begin(at: book.epochs.count + 1)
        try takeUp()
        // They are written anew at each start: a run that is never gone on with keeps none.
        defer { document.removeArrays() }
        try makingFolder { try document.write(known: book.epochs.count) }
        let report = try ReportFile(place.report.path, offset: 0)
        let start = clock.now
        let before = book.seconds
        lastEpoch = start
        let process = try ProgramProcess(
            program.startedCommand, in: place.work, environment: document.environment)
        var tail = OutputTail(place.log)
        do {
            try listen(to: process, report, &tail) {
                self.book.seconds = before + start.duration(to: self.clock.now) / .seconds(1)
            }
        } catch {
            process.killAll()
            try? book.save(place)
            if !tail.text.isEmpty {
                try observer(.note(level: .info, message: "its last output:\n\(tail.text)"))
            }
            if case ProgramError.ended(let how) = error, let last = tail.lastLine {
                throw ProgramError.ended(how: "\(how), having said '\(last)'")
            }
            throw error
        }
        return try finish()
    }

    /// Before the program is started, a folder that cannot be written is not its fault.
    private func makingFolder(_ body: () throws -> Void) throws(TrainingError) {
        do {
            try body()
        } catch {
            throw .folder(path: place.work.path, reason: error.localizedDescription)
        }
    }

    /// Reads what an earlier start reported and nobody took note of, and begins a new report.
    private func takeUp() throws {
        if FileManager.default.fileExists(atPath: place.report.path) {
            // A report that cannot be read ended the earlier start; this one begins another.
            do {
                let report = try ReportFile(place.report.path, offset: book.offset)
                while let line = try report.next() { try take(line, number: report.lineNumber) }
            } catch is ProgramError {}
            (classes, keptFiles, isPaused, isDone, untold) = ([:], [], false, false, nil)
        }
        hasTrained = false
        book.offset = 0
        try observer(.saving)
        unlink(place.report.path)
        try book.save(place)
        if !book.epochs.isEmpty {
            try note("goes on with \(book.epochs.count) epochs on record")
        }
    }

    // MARK: Listening

    private func listen(
        to process: ProgramProcess, _ report: ReportFile, _ tail: inout OutputTail,
        tick: () -> Void
    ) throws {
        var lastSign = clock.now
        var asked: ContinuousClock.Instant?
        var isOutOfTime = false
        while true {
            if let printed = process.read(within: 100) {
                tail.add(printed)
                lastSign = clock.now
            }
            // Before the report is read for the last time.
            let ending = process.ending()
            let start = clock.now
            // However many lines a program writes, whoever asks to stop is heard.
            while ending != nil || seconds(since: start) < 1, let line = try report.next() {
                lastSign = clock.now
                try take(line, number: report.lineNumber)
                book.offset = report.offset
                tick()
                if case .epoch? = lastLine { try book.save(place) }
            }
            try tellStep()
            tick()
            if let ending {
                while let printed = process.read(within: 20) { tail.add(printed) }
                if ending == .exit(0), report.isCutOff {
                    throw ProgramError.badReport(reason: "ends in the middle of a line")
                }
                try book.save(place)
                return try judge(ending, wasAsked: asked != nil, isOutOfTime)
            }
            let limit = request.settings.maxSeconds
            if limit > 0, book.seconds > limit { isOutOfTime = true }
            if asked == nil, isOutOfTime || shouldStop() {
                process.askToStop()
                asked = clock.now
            }
            if let asked, seconds(since: asked) > program.grace { process.killAll() }
            if program.silence > 0, seconds(since: lastSign) > program.silence {
                throw ProgramError.silent(seconds: program.silence)
            }
        }
    }

    private func seconds(since time: ContinuousClock.Instant) -> Double {
        time.duration(to: clock.now) / .seconds(1)
    }

    /// What the program's end means for the run.
    private func judge(
        _ ending: ProgramProcess.Ending, wasAsked: Bool, _ isOutOfTime: Bool
    ) throws {
        if isDone, ending == .exit(0) { return }
        if isOutOfTime {
            throw TrainingError.outOfTime(
                seconds: book.seconds, limit: request.settings.maxSeconds,
                epoch: book.epochs.count + 1)
        }
        if wasAsked || isPaused && ending == .exit(0) {
            guard wasAsked || hasTrained else {
                throw ProgramError.ended(how: "paused itself without having trained an epoch")
            }
            throw TrainingError.interrupted(epoch: book.epochs.count + 1, step: 0)
        }
        guard ending == .exit(0) else { throw ProgramError.ended(how: ending.words) }
    }

    // MARK: Lines

    private var lastLine: ReportLine?
    /// How far the program is, by the last of the steps that it has reported since that was told.
    private var untold: TrainingEvent?

    private func tellStep() throws {
        guard let step = untold else { return }
        untold = nil
        try observer(step)
    }

    private func take(_ data: Data, number: Int) throws {
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
            untold = .step(
                epoch: step.epoch, step: step.step, steps: step.steps, loss: step.loss ?? .nan,
                imagesPerSecond: step.imagesPerSecond ?? .nan)
        case .epoch(let epoch):
            guard epoch.epoch <= request.settings.epochs else {
                throw fault(
                    "is of epoch \(epoch.epoch); the cell has \(request.settings.epochs)")
            }
            guard epoch.epoch <= known + 1 else {
                throw fault("is of epoch \(epoch.epoch); expected \(known + 1)")
            }
            try tellStep()
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

    private func note(_ message: String, _ level: NoteLevel = .info) throws {
        try observer(.note(level: level, message: message))
    }

    private func begin(at epoch: Int) throws {
        book.rewind(to: epoch - 1)
        lastEpoch = clock.now
        try observer(
            .started(epochs: request.settings.epochs, stepsPerEpoch: 0, epoch: epoch, step: 0))
    }

    private func check(_ figures: [String: Double], epoch: Int) throws(ProgramError) {
        for (name, value) in figures.sorted(by: { $0.key < $1.key }) where !value.isFinite {
            throw .notFinite(name: name, value: "\(value)", epoch: epoch)
        }
    }

    private func record(_ epoch: ReportLine.Epoch) throws {
        try check(epoch.train, epoch: epoch.epoch)
        try check(epoch.validation, epoch: epoch.epoch)
        book.epochs.append(
            .init(validation: epoch.validation, isMarkedBest: epoch.isMarkedBest))
        hasTrained = true
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

    // MARK: The end

    private func finish() throws -> RunOutcome {
        try program.checkCode()
        guard !book.epochs.isEmpty else {
            throw ProgramError.nothing(
                reason: "the program reported no epoch; expected a line for each, or for one")
        }
        let evaluations = try ProgramPredictions(
            request: request, place: place, classes: classes
        ).evaluations()
        let best = book.epochs[book.best - 1]
        return RunOutcome(
            selection: book.selection, bestEpoch: book.best,
            bestValue: best.validation[book.selection],
            seconds: book.seconds,
            imagesPerSecond: .nan, evaluations: evaluations,
            artifacts: try KeptFiles(paths: keptFiles, place: place).keep(),
            checkpoint: place.work)
    }
}
