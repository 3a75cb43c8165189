import RunStore
public import Runner
public import Specification
import Training

/// Runs the search of an experiment: proposes trials, has them trained, promotes and gives up.
public struct SearchRun {
    private let sweep: Sweep
    private var board: SearchBoard
    private var runs: TrialRuns

    /// The search that `spec` describes, in the place of the grid of `sweep`; nil where it describes
    /// none.
    public init?(_ spec: Spec, of sweep: Sweep) throws {
        guard let search = spec.search else { return nil }
        self.sweep = sweep
        board = SearchBoard(search: search, epochs: sweep.plan.cells[0].settings.epochs)
        runs = try TrialRuns(spec, of: sweep)
    }

    private var search: SearchSpec { board.search }
    private var store: RunStore { sweep.runner.store }

    /// Trains every missing trial.
    ///
    /// - Throws: as `Sweep.run` does.
    public mutating func run(observe: (SweepEvent) -> Void) throws -> Sweep.Outcome {
        try store.releaseDeadRuns()
        try runs.recall(into: &board)
        var outcome = Sweep.Outcome(total: max(search.trials, board.trials.count))
        func tell(_ event: SweepEvent) {
            outcome.count(event)
            observe(event)
        }
        outcome.done = board.trials.filter { $0.state == .completed || $0.state == .pruned }.count
        let names = (0..<outcome.total).map { "trial \($0 + 1)" }
        tell(.planned(name: sweep.experiment.name, cells: names, done: outcome.done))
        let byOthers = OtherCode(try runs.stored(), than: sweep.runner.environment.code)
        for note in sweep.plan.notes + runs.members.notes + byOthers.notes(retrains: nil) {
            tell(.note(note))
        }
        tellOfFailures(tell)
        try sweep.scheduler.run(&self, observe: tell)
        outcome.isInterrupted = sweep.runner.stop.isAsked
        if !outcome.isInterrupted {
            try giveUp(tell)
            announce(tell)
        }
        return outcome
    }

    /// Trials that failed before count as failed, as in a grid.
    private func tellOfFailures(_ observe: (SweepEvent) -> Void) {
        for trial in board.trials where trial.state == .failed {
            observe(
                .cellFailed(
                    cell: trial.number, reason: "failed before; --retry-failed tries again"))
        }
    }

    // MARK: The end

    /// Marks the trials that were never promoted.
    private mutating func giveUp(_ observe: (SweepEvent) -> Void) throws {
        for trial in board.givenUp {
            let run = runs.entries[trial.number].run
            guard let lease = try sweep.runner.claim(run, from: [.interrupted]) else { continue }
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
        let cell = runs.entries[trial.number].cell
        let values = zip(search.space.parameters, trial.point)
            .filter { cell.uses($0.0.name) }
            .map { "\($0.name) \($0.range.text(of: $1))" }
        return "trial \(trial.number + 1) " + values.joined(separator: " ")
    }
}

// MARK: - Moves

extension SearchRun: JobSource {
    package var isFinished: Bool { if case .finish = board.move { true } else { false } }

    package mutating func next() throws -> Job? {
        while true {
            switch board.move {
            case .train(let index, let epoch):
                let trial = board.trials[index]
                let given: Set<RunState> = trial.state == .pruned ? [.pruned] : []
                return Job(
                    number: index, title: title(of: trial), cell: runs.entries[index].cell,
                    run: runs.entries[index].run, states: sweep.claimable.union(given),
                    pauseAfter: epoch)
            case .begin:
                // Another search may have begun the trial already.
                let known = board.trials.count
                try runs.recall(into: &board)
                guard board.trials.count == known else { continue }
                if !(try runs.begin(on: &board)) { board.endTrials() }
            case .wait, .finish: return nil
            }
        }
    }

    package mutating func begin(_ job: Job) { board.trials[job.number].isRunning = true }

    package mutating func end(
        _ job: Job, _ ending: CellRunner.Ending, observe: (SweepEvent) -> Void
    ) throws {
        let number = job.number
        board.trials[number].isRunning = false
        switch ending {
        case .completed: board.trials[number].state = .completed
        case .failed: board.trials[number].state = .failed
        case .interrupted, .lost: board.trials[number].state = .interrupted
        case .heldElsewhere: return try runs.refresh(number, on: &board)
        }
        try runs.learn(number, on: &board)
        if case .interrupted = ending, !sweep.runner.stop.isAsked, job.pauseAfter != nil {
            observe(
                .cellPaused(
                    cell: number, epoch: board.trials[number].lastEpoch,
                    objective: search.objective.description, value: board.value(of: number)))
        } else if let event = ending.event(of: job) {
            observe(event)
        }
    }

    /// Looks after trials that another search trains.
    package mutating func look(observe: (SweepEvent) -> Void) throws {
        guard board.trials.contains(where: \.isElsewhere) else { return }
        try store.releaseDeadRuns()
        for trial in board.trials where trial.isElsewhere {
            try runs.refresh(trial.number, on: &board)
            switch board.trials[trial.number].state {
            case .completed:
                observe(
                    .cellFinishedElsewhere(
                        cell: trial.number, run: runs.entries[trial.number].run))
            case .failed:
                observe(.cellFailed(cell: trial.number, reason: "failed in another process"))
            default: break
            }
        }
    }
}
