import Assembly
import Foundation
public import RunStore
public import Specification
import Wording

/// A sweep over a plan: finds what is missing, has it trained, and leaves the rest alone.
public struct Sweep {
    /// The experiment that the runs belong to.
    package let experiment: ExperimentRecord
    /// The cells.
    package let plan: SweepPlan
    /// Trains a cell, and knows the store and the data sets.
    public let runner: CellRunner
    /// How worker processes are started, and how many; nil trains in this process.
    public var workers: (command: WorkerCommand, count: Int)?
    /// Whether cells that failed before are tried again.
    public var retriesFailed = false
    /// Whether the plan is only a part of the experiment's cells.
    public var isPart = false
    /// Whether cells that other code made are made again.
    public var retrains = false
    /// Configurations of another store's runs, which cells that have none in this one get.
    package var givenIdentities: [RunConfiguration] = []

    /// A sweep of `plan` into the store of `runner`.
    public init(_ experiment: ExperimentRecord, plan: SweepPlan, runner: CellRunner) {
        self.experiment = experiment
        self.plan = plan
        self.runner = runner
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

        /// Of so many cells.
        package init(total: Int) { self.total = total }
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
        var outcome = Outcome(total: plan.cells.count)
        func tell(_ event: SweepEvent) {
            outcome.count(event)
            observe(event)
        }
        try store.releaseDeadRuns()
        let members = try ExperimentMembers(of: experiment, plan, in: store)
        let (made, lacking) = try planned(members, &outcome)
        let byOthers = OtherCode(made.map(\.run), than: runner.environment.code)
        let items = retrains ? try retraining(made, byOthers) : made
        outcome.done = items.filter { $0.run.state == .completed || $0.run.state == .pruned }.count
        let failed = items.filter { $0.run.state == .failed && !retriesFailed }
        let begun = items.count { $0.run.state == .interrupted }
        let elsewhere = items.count { $0.run.state == .running }
        tell(
            .planned(
                name: experiment.name, cells: plan.titles, done: outcome.done, continued: begun,
                elsewhere: elsewhere, failed: failed.count, lacking: lacking.count))
        for note in plan.notes + members.notes + byOthers.notes(retrains: retrains) {
            tell(.note(note))
        }
        for cell in lacking { tell(.cellFailed(cell: cell.number, reason: cell.reason)) }
        for item in failed {
            tell(.cellFailed(cell: item.number, reason: earlierFailure(item)))
        }
        var jobs = GridJobs(
            try checked(items.filter { isOpen($0.run) }, observe: tell), in: store,
            from: claimable)
        try scheduler.run(&jobs, observe: tell)
        outcome.isInterrupted = runner.stop.isAsked
        try store.ensureSame()
        return outcome
    }

    /// Has cells trained in the worker processes that are wanted, or in this process.
    package var scheduler: Scheduler {
        let pool = workers.map { WorkerPool($0.command, size: $0.count, runner: runner) }
        return Scheduler(pool ?? InProcessExecutor(runner), stop: runner.stop)
    }

    /// The states from which this sweep trains a run.
    package var claimable: Set<RunState> {
        retriesFailed ? [.queued, .interrupted, .failed] : [.queued, .interrupted]
    }

    private var store: RunStore { runner.store }

    // MARK: Planning

    /// The cells with their runs, and those that can have none: a run's identity has the fingerprint
    /// of its data.
    private func planned(
        _ members: ExperimentMembers, _ outcome: inout Outcome
    ) throws -> (items: [Item], lacking: [(number: Int, reason: String)]) {
        var lacking: [(number: Int, reason: String)] = []
        var numbers: [Int] = []
        var cells: [(cell: Cell, fingerprint: DataFingerprint)] = []
        var firstError: (any Error)?
        for (number, cell) in plan.cells.enumerated() {
            do {
                cells.append((cell, try runner.shelf.fingerprint(for: cell)))
                numbers.append(number)
            } catch {
                firstError = firstError ?? error
                let reason = Sentence.of(error)
                lacking.append((number, reason))
                guard !outcome.problems.contains(reason) else { continue }
                outcome.problems.append(reason)
                try store.record(EventRecord(level: .error, message: reason))
            }
        }
        // Where no cell can be trained, the reason ends the sweep and is said there.
        if cells.isEmpty, let firstError { throw firstError }
        var identities = StoredIdentities(store, given: givenIdentities)
        let descriptions = zip(cells, try identities.configurations(of: cells)).map {
            $0.cell.description(fingerprint: $0.fingerprint, as: $1)
        }
        // Cells that could not be planned stay what they were.
        let isWhole = numbers.count == plan.cells.count
        let runs = try store.plan(
            descriptions, experiment: store.record(members.record), isWhole: isWhole && !isPart,
            places: members.places(of: numbers.map { plan.cells[$0] }))
        let items = zip(numbers, runs).map {
            Item(number: $0, cell: plan.cells[$0], title: plan.titles[$0], run: $1)
        }
        return (items, lacking)
    }

    /// The items with those of other code replaced by runs that train them again.
    private func retraining(_ items: [Item], _ byOthers: OtherCode) throws -> [Item] {
        guard let code = runner.environment.code else { return items }
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

    private func isOpen(_ run: PlannedRun) -> Bool {
        switch run.state {
        case .queued, .interrupted, .running: true
        case .failed: retriesFailed
        case .completed, .pruned: false
        }
    }

    private func earlierFailure(_ item: Item) -> String {
        "failed before: \(item.run.error ?? "unknown reason");"
            + " --retry-failed tries again"
    }
}

extension Sweep.Outcome {
    /// Takes in what happened to a cell.
    package mutating func count(_ event: SweepEvent) {
        switch event {
        case .cellFinished, .cellFinishedElsewhere: trained += 1
        case .cellFailed: failed += 1
        default: break
        }
    }
}
