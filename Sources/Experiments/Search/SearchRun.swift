import Foundation
import RunStore
import Training

/// Runs the search of an experiment: proposes trials, trains them, promotes and gives up.
struct SearchRun {
    private let sweep: Sweep
    private let executor: any CellExecutor
    private let base: Cell
    private var board: SearchBoard
    private var digests: Set<String> = []
    private var outcome = Sweep.Outcome()

    init(_ search: SearchSpec, of sweep: Sweep, executor: any CellExecutor) {
        self.sweep = sweep
        self.executor = executor
        base = sweep.plan.cells[0]
        board = SearchBoard(search: search, epochs: base.settings.epochs)
    }

    private var search: SearchSpec { board.search }

    mutating func run(observe: (SweepEvent) -> Void) throws -> Sweep.Outcome {
        try sweep.store.releaseDeadRuns()
        let experiment = try sweep.recordExperiment()
        try recall()
        outcome.total = max(search.trials, board.trials.count)
        outcome.done = board.trials.filter { $0.state == .completed || $0.state == .pruned }.count
        let names = (0..<outcome.total).map { "trial \($0 + 1)" }
        observe(.planned(name: sweep.spec.name, cells: names, done: outcome.done))
        defer { executor.dismiss() }
        while true {
            if sweep.stop.isAsked { executor.askToStop() } else { try start(experiment) }
            if executor.busy == 0 {
                if sweep.stop.isAsked { break }
                if case .finish = board.move { break }
            }
            try handle(executor.next(within: 0.25), observe: observe)
        }
        outcome.isInterrupted = sweep.stop.isAsked
        if !outcome.isInterrupted {
            try giveUp()
            announce(observe)
        }
        return outcome
    }

    // MARK: Trials

    /// The trials that the store has of this search, in their order.
    private mutating func recall() throws {
        let runs = try sweep.store.query(
            """
            SELECT x.run, r.digest, r.state FROM experiment_run x
            JOIN experiment e ON e.id = x.experiment_id JOIN run r ON r.id = x.run
            WHERE e.name = :name ORDER BY x.position
            """, parameters: ["name": .text(sweep.spec.name)])
        for row in runs.rows {
            guard let run = row[0].integer, let digest = row[1].text else { continue }
            let stored = try StoredRun(run, in: sweep.store).cell
            var point: [Double] = []
            for parameter in search.space.parameters {
                guard let text = stored.text(of: parameter.name),
                    let value = parameter.range.point(of: text)
                else { break }
                point.append(value)
            }
            // Runs of an earlier form of the experiment are no trials of this one.
            guard point.count == search.space.parameters.count,
                let cell = try? cell(at: point),
                try configuration(of: cell).digest == digest
            else { continue }
            var trial = Trial(
                number: board.trials.count, cell: cell, point: point, run: run,
                state: row[2].text.flatMap(RunState.init) ?? .queued)
            if trial.state == .running { trial.state = .interrupted }
            if trial.state == .failed, sweep.options.retriesFailed { trial.state = .interrupted }
            try refresh(&trial)
            digests.insert(digest)
            board.trials.append(trial)
        }
    }

    private func cell(at point: [Double]) throws -> Cell {
        var cell = base
        for (parameter, value) in zip(search.space.parameters, point) {
            try cell.set(
                parameter.name, to: parameter.range.text(of: value),
                at: .option(sweep.spec.path), vocabulary: sweep.runner.vocabulary)
        }
        return cell
    }

    private func configuration(of cell: Cell) throws -> RunConfiguration {
        cell.configuration(fingerprint: try sweep.shelf.fingerprint(for: cell))
    }

    /// Adds a trial at a point that no trial had before; false where the space has no more.
    private mutating func begin(_ experiment: Int64) throws -> Bool {
        let number = board.trials.count
        for attempt in 0..<100 {
            // A space of few points repeats itself; then any new point will do.
            let sampler: any Sampler =
                attempt == 0
                ? search.sampler : RandomSampler(seed: search.seed &+ UInt64(attempt) &* 7919)
            let point = sampler.suggest(
                trial: number, after: board.observations, in: search.space)
            let cell = try cell(at: point)
            guard !sweep.spec.exclusions.contains(where: { $0.matches(cell) }) else { continue }
            let digest = try configuration(of: cell).digest
            guard digests.insert(digest).inserted else { continue }
            let cells = board.trials.map(\.cell) + [cell]
            let descriptions = try cells.map {
                $0.description(fingerprint: try sweep.shelf.fingerprint(for: $0))
            }
            guard let run = try sweep.store.plan(descriptions, experiment: experiment).last else {
                return false
            }
            var trial = Trial(
                number: number, cell: cell, point: point, run: run.id, state: run.state)
            try refresh(&trial)
            board.trials.append(trial)
            return true
        }
        return false
    }

    private func refresh(_ trial: inout Trial) throws {
        let parts = search.objective.split(separator: "/").map(String.init)
        guard let split = SplitPart(rawValue: parts[0]) else { return }
        let curve = try sweep.store.curve(of: trial.run, split, parts[1])
        trial.learn(curve, isMaximised: search.isMaximised)
    }

    // MARK: Moves

    private mutating func start(_ experiment: Int64) throws {
        while true {
            switch board.move {
            case .train(let index, let epoch):
                let trial = board.trials[index]
                let job = WorkerPool.Job(
                    number: trial.number, cell: trial.cell, title: title(of: trial),
                    run: trial.run, pauseAfter: epoch)
                guard try executor.start(job) else { return }
                board.trials[index].isRunning = true
            case .begin:
                guard executor.busy < sweep.capacity else { return }
                if !(try begin(experiment)) { board.endTrials() }
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
            // Another search on the same store trains it; look again in a moment.
            Thread.sleep(forTimeInterval: 0.5)
            let digest = try configuration(of: job.cell).digest
            let run = try sweep.store.runs(withDigests: [digest])[digest]
            board.trials[job.number].isRunning = false
            board.trials[job.number].state =
                run?.state == .running ? .interrupted : run?.state ?? .failed
            try refresh(&board.trials[job.number])
        case .died(let job, let reason, let log):
            let again = try sweep.afterDeath(
                of: job, reason: reason, log: log, outcome: &outcome, observe: observe)
            board.trials[job.number].isRunning = false
            board.trials[job.number].state = again == nil ? .failed : .interrupted
        case nil: break
        }
    }

    private mutating func end(
        _ job: WorkerPool.Job, _ ending: CellRunner.Ending, observe: (SweepEvent) -> Void
    ) throws {
        var trial = board.trials[job.number]
        trial.isRunning = false
        try refresh(&trial)
        if case .interrupted = ending, !sweep.stop.isAsked, job.pauseAfter != nil {
            trial.state = .interrupted
            observe(
                .cellReleased(
                    cell: job.number, reason: "paused after epoch \(trial.lastEpoch)"))
        } else {
            switch ending {
            case .completed: trial.state = .completed
            case .failed: trial.state = .failed
            case .interrupted, .lost: trial.state = .interrupted
            }
            _ = sweep.settle(job.number, ending, outcome: &outcome, observe: observe)
        }
        board.trials[job.number] = trial
    }

    /// Marks the trials that were never promoted.
    private func giveUp() throws {
        let worker = Worker()
        for trial in board.givenUp {
            let lease = try sweep.store.claim(
                trial.run, for: worker, environment: sweep.environment, from: [.interrupted])
            try lease?.prune("given up after epoch \(trial.lastEpoch) by successive halving")
        }
    }

    private func announce(_ observe: (SweepEvent) -> Void) {
        let ranked = board.trials.filter { $0.lastEpoch > 0 }.map { trial in
            (trial, trial.loss(upTo: trial.lastEpoch, isMaximised: search.isMaximised))
        }
        guard let best = ranked.filter({ $0.1.isFinite }).min(by: { $0.1 < $1.1 }) else { return }
        let value = search.isMaximised ? -best.1 : best.1
        observe(
            .note(
                "best   run \(best.0.run), \(title(of: best.0)): \(search.objective) "
                    + ProgressText.loss(value)))
    }

    private func title(of trial: Trial) -> String {
        let values = search.space.parameters.map {
            "\($0.name) \(trial.cell.text(of: $0.name) ?? "")"
        }
        return "trial \(trial.number + 1) " + values.joined(separator: " ")
    }
}
