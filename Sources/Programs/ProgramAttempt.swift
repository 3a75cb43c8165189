internal import Domain
internal import Foundation
internal import Metrics
internal import Training

/// One start of a program, from what an earlier one left to its end.
final class ProgramAttempt {
    private let program: TrainingProgram
    let request: RunRequest
    private let document: CellDocument
    let observer: (TrainingEvent) throws -> Void
    private let shouldStop: () -> Bool
    private let place: ProgramPlace
    let clock = ContinuousClock()

    var book: ProgramBook
    var classes: [WeightsKind: [String: [Double]]] = [:]
    var keptFiles: [String] = []
    var lastEpoch: ContinuousClock.Instant
    var notes = 0
    var hasTrained = false, isPaused = false, isDone = false
    var lastLine: ReportLine?
    /// The last step that was not told yet.
    var lastStep: ReportLine.Step?

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
        try makingFolder { try place.makeOwn() }
        let hold = try ProgramHold(place)
        defer { withExtendedLifetime(hold) {} }
        try makingFolder { try place.prepare() }
        try begin(at: book.epochs.count + 1)
        try takeUp()
        if let words = program.wordsBesideCode { try note(words, .warning) }
        // They are written anew at each start: a run that is never gone on with keeps none.
        defer { document.removeArrays() }
        try makingFolder { try document.write(known: book.epochs.count) }
        let report = try ReportFile(place.report.path, offset: 0)
        let start = clock.now
        let before = book.seconds
        lastEpoch = start
        let process = try ProgramProcess(
            program.startedCommand, in: place, holding: hold,
            environment: document.environment)
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
            if case .ended(let how)? = error as? ProgramError, let line = tail.lastLine {
                throw ProgramError.ended(how: "\(how); its last line: \(line)")
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
                while try !readLines(of: report, {}) {
                    guard !shouldStop() else {
                        throw TrainingError.interrupted(epoch: book.epochs.count + 1, step: 0)
                    }
                }
            } catch is ProgramError {}
            (classes, keptFiles, isPaused, isDone) = ([:], [], false, false)
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
        var isOutOfTime = false, isRead = true
        while true {
            if let printed = process.read(within: isRead ? 100 : 0) {
                tail.add(printed)
                lastSign = clock.now
            }
            // Before the report is read for the last time.
            let ending = process.ending()
            let number = report.lineNumber
            isRead = try readLines(of: report, tick)
            if report.lineNumber > number { lastSign = clock.now }
            tick()
            let isPastGrace = asked.map { seconds(since: $0) > program.grace } ?? false
            if let ending, isRead || isPastGrace {
                // A child that it left behind may print for ever.
                let end = clock.now + .seconds(1)
                while clock.now < end, let printed = process.read(within: 20) { tail.add(printed) }
                if ending == .exit(0), isRead, report.isCutOff {
                    throw ProgramError.badReport(reason: "ends in the middle of a line")
                }
                try book.save(place)
                return try judge(
                    ending, wasAsked: asked != nil || isAskedToStop(after: ending), isOutOfTime)
            }
            let limit = request.settings.maxSeconds
            if limit > 0, book.seconds > limit { isOutOfTime = true }
            if asked == nil, isOutOfTime || shouldStop() {
                process.askToStop()
                asked = clock.now
            }
            if isPastGrace { process.killAll() }
            if program.silence > 0, seconds(since: lastSign) > program.silence {
                throw ProgramError.silent(seconds: program.silence)
            }
        }
    }

    /// Whether this process is asked to stop, too. Who kills a program may have killed the sweep just before:
    /// a worker hears of that a moment later, and the run is then interrupted and has not failed.
    private func isAskedToStop(after ending: ProgramProcess.Ending) -> Bool {
        let end = clock.now + .seconds(1)
        while case .signal = ending, !shouldStop(), clock.now < end {
            Thread.sleep(forTimeInterval: 0.02)
        }
        return ending != .exit(0) && shouldStop()
    }

    /// Takes the lines that there are, for a tenth of a second at most: a flood of them hides neither
    /// the wish to stop nor the end. Of the steps among them the last is told.
    ///
    /// - Returns: whether there was none left.
    private func readLines(of report: ReportFile, _ tick: () -> Void) throws -> Bool {
        let end = clock.now + .milliseconds(100)
        while clock.now < end {
            guard let line = try report.next() else {
                try tellStep()
                return true
            }
            try take(line, number: report.lineNumber)
            book.offset = report.offset
            if case .epoch? = lastLine {
                tick()
                try book.save(place)
            }
        }
        try tellStep()
        return false
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
