import Datasets
import Foundation
import RunStore
import TensorCore

/// Trains on this machine, in worker processes, and returns when all cells are done.
///
/// Shows progress on standard error. Ctrl-C saves after the current step; twice ends at once.
struct LocalLauncher: Launcher {
    let name = "local"
    let summary = "here and now"
    let options: Set<LaunchOptions.Key> = []

    func preview(_ request: LaunchRequest) throws -> String {
        (request.plan.titles + [request.spec.search?.summary].compactMap { $0 })
            .joined(separator: "\n")
    }

    func launch(_ request: LaunchRequest) throws -> LaunchOutcome {
        let store = try RunStore(at: request.store)
        let display = ProgressDisplay(isQuiet: request.isQuiet)
        let stop = StopSignal()
        stop.listen { count in
            if count > 1 {
                stop.killChildren()
                display.finish()
                _exit(130)
            }
            display.show(.note("stopping after the current step; once more stops at once"))
        }
        let outcome: Sweep.Outcome
        do {
            defer { display.finish() }
            let sweep = sweep(request, store: store, stop: stop)
            sweep.shelf.report { dataset, done, total in
                display.show(.reading(dataset: dataset, done: done, total: total))
            }
            outcome = try sweep.run { display.show($0) }
        }
        if outcome.done == outcome.total, !outcome.isInterrupted {
            display.show(.note(nothing(outcome.total)))
        }
        try store.close()
        return .trained(outcome)
    }

    private func nothing(_ total: Int) -> String {
        "nothing to train: "
            + (total == 1 ? "the cell is in the store" : "all \(total) cells are in the store")
    }

    func queue(of submission: Submission) -> QueueView? { nil }

    private func sweep(_ request: LaunchRequest, store: RunStore, stop: StopSignal) -> Sweep {
        let zoo = Zoo.standard
        let shelf = DatasetShelf(entries: zoo.datasets, root: request.data)
        let plan = request.plan
        let most = request.spec.search?.trials ?? plan.cells.count
        let parallelism = Parallelism(
            jobs: request.jobs, threads: request.threads, cells: plan.cells, most: most)
        // The workers train; this process needs no threads of its own unless there is one cell.
        let isAlone = most == 1
        let runner = CellRunner(
            zoo: zoo, shelf: shelf, store: store,
            context: ComputeContext(threads: isAlone ? parallelism.threads : 1), stop: stop)
        var options = Sweep.Options(version: request.version, threads: parallelism.threads)
        options.retriesFailed = request.retriesFailed
        options.retrains = request.retrains
        options.code = request.code
        options.revision = GitRevision.of(request.spec)
        if !isAlone {
            options.workers = (
                WorkerCommand.worker(
                    program: request.program, store: store.url, data: request.data.url,
                    threads: parallelism.threads, revision: options.revision),
                parallelism.jobs
            )
        }
        return Sweep(
            spec: request.spec, plan: plan, store: store, shelf: shelf, runner: runner, stop: stop,
            options: options)
    }
}
