public import Assembly
import Datasets
public import Foundation
public import RunStore
public import Runner
import Specification
import Wording

/// The work of one task of a sweep that others started: trains the task's cells into a store of
/// its own on local disk and brings the results into the sweep's folder.
///
/// Started again after a stop it goes on where it was; what it trains is the same to the bit.
public struct TaskRunner: Sendable {
    /// How this start ended.
    public enum Ending: Sendable, Hashable {
        /// All cells are done, or this many failed.
        case finished(failed: Int)
        /// Everything is saved; the task is to be started again.
        case again
        /// Everything is saved; the task is not to be started again by itself.
        case stopped(reason: String)
    }

    /// What is known where the task was started.
    public struct Surroundings: Sendable {
        /// Processors of this task.
        public var cpus: Int
        /// How often it was started again, and the queue's name of its job.
        public var restarts = 0, job: String?
        /// A folder on local disk.
        public var scratch: URL
        /// Version of the program.
        public var version: String
        /// The program's code; nil when it does not know.
        public var code: CodeIdentity?
        /// Seconds between two savings of a run that is under way.
        public var saveEvery = 600.0

        /// Surroundings with everything else at its default.
        public init(cpus: Int, scratch: URL, version: String) {
            self.cpus = cpus
            self.scratch = scratch
            self.version = version
        }

        /// The folder for local files that the environment names.
        public static func scratch(
            in environment: [String: String] = ProcessInfo.processInfo.environment
        ) -> URL {
            let names = ["LIGHTBOX_SCRATCH", "SLURM_TMPDIR", "TMPDIR"]
            let path = names.compactMap { environment[$0] }.first { !$0.isEmpty }
            return URL(fileURLWithPath: UserPath.expanded(path ?? "/tmp"))
        }
    }

    private let sweep: SweepFolder
    private let task: Int
    private let surroundings: Surroundings
    private let zoo: Zoo
    private let stop: TaskStop
    private let isolates: Bool

    /// A task.
    ///
    /// - Parameters:
    ///   - stop: how it is told to save and end.
    ///   - zoo: what cells may name.
    ///   - isolates: whether cells train in processes of their own, so that one that dies does not
    ///     take the others with it.
    public init(
        sweep: SweepFolder, task: Int, surroundings: Surroundings, stop: TaskStop,
        zoo: Zoo = .standard, isolates: Bool = true
    ) {
        self.sweep = sweep
        self.task = task
        self.surroundings = surroundings
        self.stop = stop
        self.zoo = zoo
        self.isolates = isolates
    }

    /// Trains what is not done.
    ///
    /// - Throws: `LaunchError`, and errors of the stores.
    public func run(observe: (SweepEvent) -> Void) throws -> Ending {
        let manifest = try sweep.manifest()
        guard manifest.tasks.indices.contains(task) else {
            throw LaunchError.noTask(sweep: sweep.name, task: task, count: manifest.tasks.count)
        }
        if sweep.state(of: task)?.phase == .completed { return .finished(failed: 0) }
        let items = manifest.tasks[task]
        let log = TaskLog(
            sweep: sweep, task: task,
            state: TaskState(
                phase: .running, cells: items.count, host: ProcessInfo.processInfo.hostName,
                process: getpid(), job: surroundings.job, restarts: surroundings.restarts,
                started: Date().timeIntervalSince1970, updated: Date().timeIntervalSince1970))
        try log.write()
        let scratch = try TaskScratch(
            below: surroundings.scratch, name: "\(sweep.name)-\(SweepFolder.number(task))")
        defer { scratch.remove() }
        return try run(items, of: manifest, in: scratch, log: log, observe: observe)
    }

    private func run(
        _ items: [SweepManifest.Item], of manifest: SweepManifest, in scratch: TaskScratch,
        log: TaskLog, observe: (SweepEvent) -> Void
    ) throws -> Ending {
        let store = try RunStore(at: scratch.url.appendingPathComponent("lightbox.db"))
        defer { try? store.close() }
        let publisher = ShardPublisher(sweep: sweep, task: task, items: items, store: store)
        for note in try publisher.takeUp() { observe(.note(note)) }

        let shelf = DatasetShelf(
            entries: zoo.datasets, root: DataRoot(URL(fileURLWithPath: manifest.data)))
        var cells: [Cell] = []
        var titles: [String] = []
        for item in items {
            do {
                cells.append(try checked(item, shelf: shelf))
                titles.append(item.title)
            } catch {
                log.state.problems[item.digest] = Sentence.of(error)
                observe(.note("\(item.title): \(Sentence.of(error))"))
            }
        }
        if !cells.isEmpty {
            var sweep = sweep(
                of: SweepPlan(cells: cells, titles: titles), manifest: manifest, store: store,
                shelf: shelf)
            sweep.givenIdentities = items.compactMap(\.configuration).map {
                RunConfiguration(canonicalJSON: $0)
            }
            _ = try sweep.run { event in
                observe(event)
                follow(event, publisher: publisher, log: log, observe: observe)
            }
        }
        try publisher.publish()
        return try end(manifest, publisher: publisher, log: log)
    }

    // MARK: Parts

    /// The item's cell, when this machine sees the same data as the one that launched it.
    private func checked(_ item: SweepManifest.Item, shelf: DatasetShelf) throws -> Cell {
        let cell = try Cell(
            texts: item.cell, from: "manifest", vocabulary: zoo.vocabulary(reports: []))
        let fingerprint = try shelf.fingerprint(for: cell)
        let known = item.data
        let others = fingerprint.unlabelled.sorted { $0.key < $1.key }
        for (name, found, expected) in [(cell.dataset, fingerprint.own, known.own)]
            + others.map({ ($0.key, $0.value, known.unlabelled[$0.key] ?? "") })
        where found != expected {
            throw LaunchError.badSweep(
                path: name,
                reason: "is not the data set that the sweep was launched with (fingerprint "
                    + "\(found.prefix(12)), expected \(expected.prefix(12)))")
        }
        guard item.isOf(cell) else {
            throw LaunchError.badSweep(
                path: item.title, reason: "was launched by another version of Lightbox")
        }
        return cell
    }

    private func sweep(
        of plan: SweepPlan, manifest: SweepManifest, store: RunStore, shelf: DatasetShelf
    ) -> Sweep {
        let parallelism = Parallelism(
            jobs: manifest.jobs, threads: manifest.threads, cells: plan.cells,
            most: plan.cells.count, processors: surroundings.cpus)
        let runner = CellRunner(
            zoo: zoo, shelf: shelf, store: store, stop: stop.signal,
            environment: .here(
                version: surroundings.version, code: surroundings.code,
                revision: manifest.revision, threads: parallelism.threads))
        let source = try? String(contentsOf: sweep.experiment, encoding: .utf8)
        var result = Sweep(
            ExperimentRecord(
                name: manifest.experiment.name, description: manifest.experiment.description,
                report: manifest.experiment.report, source: source ?? ""),
            plan: plan, runner: runner)
        result.isPart = true
        if isolates, plan.cells.count > 1 {
            let program = URL(fileURLWithPath: manifest.program)
            result.workers = (.worker(program, like: runner), parallelism.jobs)
        }
        return result
    }

    /// Saves what an event brought. A file system that fails now may work at the next attempt; the
    /// last one, at the end of the task, is not forgiving.
    private func follow(
        _ event: SweepEvent, publisher: ShardPublisher, log: TaskLog,
        observe: (SweepEvent) -> Void
    ) {
        do {
            switch event {
            case .cellFinished, .cellFailed:
                (log.state.done, log.state.failed) = try publisher.publish()
                try log.write()
            case .epoch where publisher.secondsSincePublished >= surroundings.saveEvery:
                try publisher.publish()
                try log.write()
            default: try log.writeNowAndThen()
            }
        } catch {
            observe(.note("not saved in the sweep's folder: \(Sentence.of(error))"))
        }
    }

    private func end(
        _ manifest: SweepManifest, publisher: ShardPublisher, log: TaskLog
    ) throws -> Ending {
        (log.state.done, log.state.failed) = try publisher.counts()
        log.state.failed += log.state.problems.count
        let isDone = log.state.done + log.state.failed == log.state.cells
        let ending: Ending
        switch stop.reason {
        case _ where isDone:
            log.state.phase = log.state.failed == 0 ? .completed : .failed
            log.state.reason =
                log.state.failed == 0
                ? "" : "\(log.state.failed) of \(Plural.count(log.state.cells, "cell")) failed"
            ending = .finished(failed: log.state.failed)
        case .limit where surroundings.restarts < manifest.requeues:
            log.state.phase = .saved
            ending = .again
        case .limit:
            log.state.phase = .timedOut
            log.state.reason =
                "reached its time limit and may not requeue itself again (requeues: "
                + "\(surroundings.restarts) of \(manifest.requeues))"
            ending = .stopped(reason: log.state.reason)
        case .request, nil:
            log.state.phase = .cancelled
            log.state.reason = "was stopped by a signal; what it trained is saved"
            ending = .stopped(reason: log.state.reason)
        }
        try log.write()
        return ending
    }
}
