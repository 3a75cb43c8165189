import Assembly
import Datasets
import Foundation
import RunStore
import Runner
import Search
import Specification

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
        let spec = request.spec
        guard spec.search == nil || !request.retrains else {
            throw LaunchError.retraining(
                path: spec.path,
                reason: "a search's trials follow from each other's results; give the search a new "
                    + "name")
        }
        let store = try RunStore(at: request.store)
        let display = ProgressDisplay(isQuiet: request.isQuiet)
        let stop = StopSignal()
        stop.listen { count in
            if count > 1 {
                stop.killChildren()
                display.show(
                    .note(
                        "stopped at once; the same command continues from what was saved last"))
                display.finish()
                _exit(130)
            }
            display.show(.note("stopping after the current step; once more stops at once"))
        }
        let outcome: Sweep.Outcome
        do {
            defer { display.finish() }
            let sweep = sweep(request, store: store, stop: stop)
            sweep.runner.shelf.report { dataset, done, total in
                display.show(.reading(dataset: dataset, done: done, total: total))
            }
            var search = try SearchRun(request.spec, of: sweep)
            outcome = try search?.run { display.show($0) } ?? sweep.run { display.show($0) }
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
        let plan = request.plan
        let most = request.spec.search?.trials ?? plan.cells.count
        let parallelism = Parallelism(
            jobs: request.jobs, threads: request.threads, cells: plan.cells, most: most)
        let runner = CellRunner(
            shelf: DatasetShelf(root: request.data), store: store, stop: stop,
            environment: .here(
                version: request.version, code: request.code,
                revision: GitRevision.of(request.spec), threads: parallelism.threads))
        var sweep = Sweep(request.spec.record, plan: plan, runner: runner)
        sweep.retriesFailed = request.retriesFailed
        sweep.retrains = request.retrains
        // One cell needs no process of its own.
        if most > 1 {
            sweep.workers = (.worker(request.program, like: runner), parallelism.jobs)
        }
        return sweep
    }
}
