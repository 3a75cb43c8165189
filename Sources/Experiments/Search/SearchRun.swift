import Foundation
import RunStore
import Training

/// Runs the search of an experiment: proposes trials, trains them, promotes and gives up.
struct SearchRun {
    private let sweep: Sweep
    private let executor: any CellExecutor
    private var board: SearchBoard
    private var runs: TrialRuns
    private var outcome = Sweep.Outcome()
    /// Workers that died, by trial.
    private var deaths: [Int: Int] = [:]
    private var lastLook = Date()

    init(_ search: SearchSpec, of sweep: Sweep, executor: any CellExecutor) throws {
        self.sweep = sweep
        self.executor = executor
        board = SearchBoard(search: search, epochs: sweep.plan.cells[0].settings.epochs)
        runs = try TrialRuns(of: sweep)
    }

    private var search: SearchSpec { board.search }

    mutating func run(observe: (SweepEvent) -> Void) throws -> Sweep.Outcome {
        try sweep.store.releaseDeadRuns()
        try runs.recall(into: &board)
        outcome.total = max(search.trials, board.trials.count)
        outcome.done = board.trials.filter { $0.state == .completed || $0.state == .pruned }.count
        let names = (0..<outcome.total).map { "trial \($0 + 1)" }
        observe(.planned(name: sweep.spec.name, cells: names, done: outcome.done))
        let byOthers = OtherCode(try runs.stored(), than: sweep.options.code)
        for note in byOthers.notes(retrains: nil) { observe(.note(note)) }
        tellOfFailures(observe)
        defer { executor.dismiss() }
        while true {
            if sweep.stop.isAsked { executor.askToStop() } else { try start() }
            if executor.busy == 0 {
                if sweep.stop.isAsked { break }
                if case .finish = board.move { break }
            }
            try handle(executor.next(within: 0.25), observe: observe)
            try lookElsewhere(observe)
        }
        outcome.isInterrupted = sweep.stop.isAsked
        if !outcome.isInterrupted {
            try giveUp(observe)
            announce(observe)
        }
        return outcome
    }

    /// Trials that failed before count as failed, as in a grid.
    private mutating func tellOfFailures(_ observe: (SweepEvent) -> Void) {
        for trial in board.trials where trial.state == .failed {
            outcome.failed += 1
            observe(
                .cellFailed(
                    cell: trial.number, reason: "failed before; --retry-failed tries again"))
        }
    }

    // MARK: Moves

    private mutating func start() throws {
        while true {
            switch board.move {
            case .train(let index, let epoch):
                let trial = board.trials[index]
                var job = WorkerPool.Job(
                    number: index, cell: runs.entries[index].cell, title: title(of: trial),
                    run: runs.entries[index].run, deaths: deaths[index] ?? 0, pauseAfter: epoch)
                job.isPruned = trial.state == .pruned
                guard try executor.start(job) else { return }
                board.trials[index].isRunning = true
            case .begin:
                guard executor.busy < sweep.capacity else { return }
                // Another search may have begun the trial already.
                let known = board.trials.count
                try runs.recall(into: &board)
                guard board.trials.count == known else { continue }
                if !(try runs.begin(on: &board)) { board.endTrials() }
            case .wait, .finish: return
            }
        }
    }

    private mutating func handle(
        _ news: WorkerPool.News?, observe: (SweepEvent) -> Void
    ) throws {
        switch news {
        case .event(let event): observe(event)
        case .ended(let job, let ending): try end(job, ending, observe: observe)
        case .heldElsewhere(let job):
            board.trials[job.number].isRunning = false
            try runs.refresh(job.number, on: &board)
        case .died(let job, let reason, let log):
            let again = try sweep.afterDeath(
                of: job, reason: reason, log: log, outcome: &outcome, observe: observe)
            deaths[job.number] = again?.deaths
            board.trials[job.number].isRunning = false
            board.trials[job.number].state = again == nil ? .failed : .interrupted
        case nil: break
        }
    }

    private mutating func end(
        _ job: WorkerPool.Job, _ ending: CellRunner.Ending, observe: (SweepEvent) -> Void
    ) throws {
        let number = job.number
        board.trials[number].isRunning = false
        try runs.learn(number, on: &board)
        if case .interrupted = ending, !sweep.stop.isAsked, job.pauseAfter != nil {
            board.trials[number].state = .interrupted
            observe(
                .cellPaused(
                    cell: number, epoch: board.trials[number].lastEpoch,
                    objective: search.objective.description, value: board.value(of: number)))
            return
        }
        switch ending {
        case .completed: board.trials[number].state = .completed
        case .failed: board.trials[number].state = .failed
        case .interrupted, .lost: board.trials[number].state = .interrupted
        }
        _ = sweep.settle(number, ending, outcome: &outcome, observe: observe)
    }

    /// Looks after trials that another search trains, once a second.
    private mutating func lookElsewhere(_ observe: (SweepEvent) -> Void) throws {
        guard Date().timeIntervalSince(lastLook) >= 1,
            board.trials.contains(where: \.isElsewhere)
        else { return }
        lastLook = Date()
        try sweep.store.releaseDeadRuns()
        for trial in board.trials where trial.isElsewhere {
            try runs.refresh(trial.number, on: &board)
            switch board.trials[trial.number].state {
            case .completed:
                outcome.trained += 1
                observe(.cellFinishedElsewhere(cell: trial.number))
            case .failed:
                outcome.failed += 1
                observe(.cellFailed(cell: trial.number, reason: "failed in another process"))
            default: break
            }
        }
    }

    // MARK: The end

    /// Marks the trials that were never promoted.
    private mutating func giveUp(_ observe: (SweepEvent) -> Void) throws {
        let worker = Worker()
        for trial in board.givenUp {
            let lease = try sweep.store.claim(
                runs.entries[trial.number].run, for: worker, environment: sweep.environment,
                from: [.interrupted])
            guard let lease else { continue }
            try lease.prune("given up after epoch \(trial.lastEpoch) by successive halving")
            board.trials[trial.number].state = .pruned
            observe(.cellGivenUp(cell: trial.number))
        }
    }

    private func announce(_ observe: (SweepEvent) -> Void) {
        guard let best = board.best else { return }
        observe(
            .note(
                "best   run \(runs.entries[best].run), \(title(of: board.trials[best])): "
                    + "\(search.objective) \(ProgressText.loss(board.value(of: best)))"))
    }

    private func title(of trial: Trial) -> String {
        let values = zip(search.space.parameters, trial.point).map {
            "\($0.name) \($0.range.text(of: $1))"
        }
        return "trial \(trial.number + 1) " + values.joined(separator: " ")
    }
}
