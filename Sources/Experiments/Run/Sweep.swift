import Datasets
import Foundation
public import RunStore
import Training

/// A sweep over a plan: finds what is missing, trains it cell by cell, and leaves the rest alone.
public struct Sweep {
    /// What is wanted besides the plan.
    public struct Options: Sendable {
        /// Version of the program, for the store.
        public var version: String
        /// The program's code; nil when it does not know.
        public var code: CodeIdentity?
        /// Revision of the user's folder; nil takes that of the experiment file's.
        public var revision: String?
        /// Threads of each cell.
        public var threads: Int
        /// Whether cells that failed before are tried again.
        public var retriesFailed = false
        /// Whether the plan is only a part of the experiment's cells.
        public var isPart = false
        /// Whether cells that other code made are made again.
        public var retrains = false
        /// How worker processes are started, and how many; nil trains in this process.
        public var workers: (command: WorkerCommand, count: Int)?

        /// Options with those values.
        public init(version: String, threads: Int) {
            self.version = version
            self.threads = threads
        }
    }

    /// How a sweep ended.
    public struct Outcome: Sendable, Hashable {
        /// Cells of the plan, and those that were in the store before.
        public var total = 0, done = 0
        /// Cells that this sweep trained, and those that failed (now or, not tried again, before).
        public var trained = 0, failed = 0
        /// Whether the user stopped it.
        public var isInterrupted = false
        /// Why cells could not even be planned, a sentence each, without repetitions.
        public var problems: [String] = []
    }

    let spec: Spec
    let plan: SweepPlan
    let store: RunStore
    /// Where the cells' data sets are loaded.
    public let shelf: DatasetShelf
    let runner: CellRunner
    let stop: StopSignal
    let options: Options

    /// A sweep of `plan` into `store`; `runner` trains the cells.
    public init(
        spec: Spec, plan: SweepPlan, store: RunStore, shelf: DatasetShelf, runner: CellRunner,
        stop: StopSignal, options: Options
    ) {
        self.spec = spec
        self.plan = plan
        self.store = store
        self.shelf = shelf
        self.runner = runner
        self.stop = stop
        self.options = options
    }

    /// A cell of the plan and its run.
    struct Item {
        let number: Int
        let cell: Cell
        let title: String
        var run: PlannedRun
        /// Whether the run trains one again that other code made.
        var isRetraining = false
    }

    /// Trains every missing cell.
    ///
    /// - Throws: errors of the store, after which nothing more can be recorded; and, when no cell
    ///   at all can be planned, the first reason why.
    public func run(observe: (SweepEvent) -> Void) throws -> Outcome {
        // What holds for a data set is told by each cell that trains on it.
        var told: Set<String> = []
        return try runCells { event in
            if case .note(let text) = event, !told.insert(text).inserted { return }
            observe(event)
        }
    }

    private func runCells(observe: (SweepEvent) -> Void) throws -> Outcome {
        if let search = spec.search {
            guard !options.retrains else {
                throw LaunchError.retraining(
                    path: spec.path,
                    reason: "a search's trials follow from each other's results; give the search a "
                        + "new name")
            }
            let executor: any CellExecutor = pool ?? LocalExecutor(self)
            var run = try SearchRun(search, of: self, executor: executor)
            return try run.run(observe: observe)
        }
        var outcome = Outcome(total: plan.cells.count)
        try store.releaseDeadRuns()
        let made = try planned(&outcome, observe: observe)
        let byOthers = OtherCode(made.map(\.run), than: options.code)
        let items = options.retrains ? try retraining(made, byOthers) : made
        let open = items.filter { isOpen($0.run) }
        outcome.done = items.filter { $0.run.state == .completed || $0.run.state == .pruned }.count
        observe(.planned(name: spec.name, cells: plan.titles, done: outcome.done))
        for note in byOthers.notes(retrains: options.retrains) { observe(.note(note)) }
        for item in items where item.run.state == .failed && !options.retriesFailed {
            outcome.failed += 1
            observe(.cellFailed(cell: item.number, reason: earlierFailure(item)))
        }
        let able = try checked(open, outcome: &outcome, observe: observe)
        if let pool {
            try train(able, in: pool, outcome: &outcome, observe: observe)
        } else {
            try trainHere(able, outcome: &outcome, observe: observe)
        }
        outcome.isInterrupted = stop.isAsked
        try store.ensureSame()
        return outcome
    }

    // MARK: Planning

    private func planned(_ outcome: inout Outcome, observe: (SweepEvent) -> Void) throws -> [Item] {
        var numbers: [Int] = []
        var descriptions: [RunDescription] = []
        var firstError: (any Error)?
        var notes: [String] = []
        for (number, cell) in plan.cells.enumerated() {
            do {
                let fingerprint = try shelf.fingerprint(for: cell)
                descriptions.append(cell.description(fingerprint: fingerprint))
                numbers.append(number)
            } catch {
                firstError = firstError ?? error
                outcome.failed += 1
                let reason = Sentence.of(error)
                guard !outcome.problems.contains(reason) else { continue }
                outcome.problems.append(reason)
                notes.append("\(cell.dataset): \(reason)")
                try store.record(EventRecord(level: .error, message: reason))
            }
        }
        // Where no cell can be trained, the reason ends the sweep and is said there.
        if descriptions.isEmpty, let firstError { throw firstError }
        for note in notes { observe(.note(note)) }
        // Cells that could not be planned stay what they were.
        let isWhole = numbers.count == plan.cells.count
        let runs = try store.plan(
            descriptions, experiment: recordExperiment(), isWhole: isWhole && !options.isPart)
        return zip(numbers, runs).map {
            Item(number: $0, cell: plan.cells[$0], title: plan.titles[$0], run: $1)
        }
    }

    /// The items with those of other code replaced by runs that train them again.
    private func retraining(_ items: [Item], _ byOthers: OtherCode) throws -> [Item] {
        guard let code = options.code else { return items }
        let again = try store.planRetraining(of: byOthers.runs.map(\.id), by: code.digest)
        let runs = Dictionary(
            zip(byOthers.runs.map(\.id), again), uniquingKeysWith: { first, _ in first })
        return items.map { item in
            guard let run = runs[item.run.id] else { return item }
            return Item(
                number: item.number, cell: item.cell, title: item.title, run: run,
                isRetraining: true)
        }
    }

    /// Tells the store about the experiment; returns its number.
    func recordExperiment() throws -> Int64 {
        try store.record(spec.record)
    }

    private func isOpen(_ run: PlannedRun) -> Bool {
        switch run.state {
        case .queued, .interrupted, .running: true
        case .failed: options.retriesFailed
        case .completed, .pruned: false
        }
    }

    private func earlierFailure(_ item: Item) -> String {
        "failed before: \(item.run.error ?? "unknown reason");"
            + " --retry-failed tries again"
    }

    /// The worker processes that are wanted; nil where this process trains.
    private var pool: WorkerPool? {
        options.workers.map {
            WorkerPool(
                store: store, command: $0.command, size: $0.count, stop: stop,
                retriesFailed: options.retriesFailed)
        }
    }

    /// Cells that may train at once.
    var capacity: Int { options.workers?.count ?? 1 }

    /// What this machine and program write into the runs they train.
    var environment: RunEnvironment {
        RunEnvironment(
            version: options.version, code: options.code,
            gitRevision: options.revision ?? GitRevision.of(spec), cpu: Machine.processor,
            threads: options.threads)
    }

    /// The states from which this sweep trains a run.
    var claimable: Set<RunState> {
        options.retriesFailed ? [.queued, .interrupted, .failed] : [.queued, .interrupted]
    }

    // MARK: Training in this process

    private func trainHere(
        _ open: [Item], outcome: inout Outcome, observe: (SweepEvent) -> Void
    ) throws {
        let worker = Worker()
        let environment = environment
        var waiting = open
        while !waiting.isEmpty, !stop.isAsked {
            var held: [Item] = []
            for item in waiting where !stop.isAsked {
                guard
                    let lease = try store.claim(
                        ifThere: item.run.id, for: worker, environment: environment,
                        from: claimable)
                else {
                    held.append(item)
                    continue
                }
                observe(
                    .cellStarted(
                        cell: item.number, title: item.title, epochs: item.cell.settings.epochs))
                let ending = try runner.run(
                    item.cell, number: item.number, lease: lease, observe: observe)
                if !settle(item.number, ending, outcome: &outcome, observe: observe) {
                    held.append(item)
                }
            }
            waiting = try stillHeld(held, outcome: &outcome, observe: observe)
            if !waiting.isEmpty, !stop.isAsked { Thread.sleep(forTimeInterval: 1) }
        }
    }

    /// Takes note of how a cell ended; false where another worker has it now.
    func settle(
        _ number: Int, _ ending: CellRunner.Ending, outcome: inout Outcome,
        observe: (SweepEvent) -> Void
    ) -> Bool {
        switch ending {
        case .completed(let dice, let seconds):
            outcome.trained += 1
            observe(.cellFinished(cell: number, testDice: dice, seconds: seconds))
        case .failed(let reason):
            outcome.failed += 1
            observe(.cellFailed(cell: number, reason: reason))
        case .interrupted:
            observe(.cellInterrupted(cell: number))
        case .lost(let reason):
            observe(.cellReleased(cell: number, reason: reason))
            return false
        }
        return true
    }

    /// Looks after cells that other workers train: takes note of those that ended and returns the
    /// others.
    func stillHeld(
        _ held: [Item], outcome: inout Outcome, observe: (SweepEvent) -> Void
    ) throws -> [Item] {
        guard !held.isEmpty else { return [] }
        let runs = try store.runs(withDigests: held.map(\.run.digest))
        var open: [Item] = []
        for item in held {
            switch runs[item.run.digest]?.state {
            // A run that trains another again is gone once it has given that one its results.
            case nil where item.isRetraining:
                outcome.trained += 1
                observe(.cellFinishedElsewhere(cell: item.number))
            case .completed, .pruned:
                outcome.trained += 1
                observe(.cellFinishedElsewhere(cell: item.number))
            case .failed where !options.retriesFailed:
                outcome.failed += 1
                observe(
                    .cellFailed(
                        cell: item.number,
                        reason: runs[item.run.digest]?.error ?? "failed in another process"))
            default: open.append(item)
            }
        }
        return open
    }
}
