import Datasets
import Experiments
import Foundation
import RunStore
import TensorCore

/// Runs a sweep from the command line: store, progress display, Ctrl-C, exit status.
struct SweepLauncher {
    let spec: Spec
    let plan: SweepPlan
    let store: RunStore
    let options: WorkOptions

    /// Trains every missing cell.
    ///
    /// - Throws: `CommandFailure` with status 1 where cells failed, 130 where the user stopped.
    func run() throws {
        let display = ProgressDisplay(isQuiet: options.quiet)
        let stop = StopSignal()
        stop.listen { count in
            if count > 1 {
                stop.killChildren()
                display.finish()
                _exit(CommandFailure.Status.interrupted.rawValue)
            }
            display.show(.note("stopping after the current step; once more stops at once"))
        }
        let outcome: Sweep.Outcome
        do {
            defer { display.finish() }
            let sweep = sweep(stop: stop)
            sweep.shelf.report { dataset, done, total in
                display.show(.reading(dataset: dataset, done: done, total: total))
            }
            outcome = try sweep.run { display.show($0) }
        }
        if outcome.done == outcome.total, !outcome.isInterrupted {
            display.show(.note("nothing to train: all \(outcome.total) cells are in the store"))
        }
        if let report = try ReportWriting.write(experiment: spec.name, store: store) {
            print(Self.shortPath(of: report))
        }
        try store.close()
        if outcome.isInterrupted {
            throw CommandFailure(
                .interrupted, "interrupted; the same command continues where it stopped")
        }
        if outcome.failed > 0 {
            throw CommandFailure(.failed, "\(outcome.failed) of \(outcome.total) cells failed")
        }
    }

    private func sweep(stop: StopSignal) -> Sweep {
        let zoo = Zoo.standard
        let root = DataRoot(option: options.data ?? spec.data)
        let shelf = DatasetShelf(entries: zoo.datasets, root: root)
        let most = spec.search?.trials ?? plan.cells.count
        let parallelism = Parallelism(
            jobs: options.jobs, threads: options.threads, cells: plan.cells, most: most)
        // The workers train; this process needs no threads of its own unless there is one cell.
        let isAlone = most == 1
        let runner = CellRunner(
            zoo: zoo, shelf: shelf, store: store,
            context: ComputeContext(threads: isAlone ? parallelism.threads : 1), stop: stop)
        var sweepOptions = Sweep.Options(version: Version.text, threads: parallelism.threads)
        sweepOptions.retriesFailed = options.retryFailed
        if !isAlone {
            sweepOptions.workers = (
                WorkerCommand.worker(
                    store: store.url, data: root.url, threads: parallelism.threads),
                parallelism.jobs
            )
        }
        return Sweep(
            spec: spec, plan: plan, store: store, shelf: shelf, runner: runner, stop: stop,
            options: sweepOptions)
    }

    /// Relative to the working folder where it lies below it.
    private static func shortPath(of file: URL) -> String {
        let base = FileManager.default.currentDirectoryPath + "/"
        return file.path.hasPrefix(base) ? String(file.path.dropFirst(base.count)) : file.path
    }
}
