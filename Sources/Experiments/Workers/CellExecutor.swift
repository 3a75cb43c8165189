import Foundation
import RunStore
import Training

/// Where cells are trained: in worker processes, or in this one.
protocol CellExecutor: AnyObject {
    /// Cells under training.
    var busy: Int { get }
    /// Starts the job where there is room; false where it has to wait.
    func start(_ job: WorkerPool.Job) throws -> Bool
    /// Waits for what happens next, at most `seconds`.
    func next(within seconds: Double) throws -> WorkerPool.News?
    /// Asks all cells to be saved and to end.
    func askToStop()
    /// Nothing more will be started.
    func dismiss()
}

extension WorkerPool: CellExecutor {}

/// Trains one cell at a time in this process, when its news is asked for.
final class LocalExecutor: CellExecutor {
    private let sweep: Sweep
    private let worker = Worker()
    private var pending: WorkerPool.Job?
    private var news: [WorkerPool.News] = []

    init(_ sweep: Sweep) { self.sweep = sweep }

    var busy: Int { pending == nil && news.isEmpty ? 0 : 1 }

    func start(_ job: WorkerPool.Job) throws -> Bool {
        guard busy == 0 else { return false }
        pending = job
        return true
    }

    func next(within seconds: Double) throws -> WorkerPool.News? {
        if !news.isEmpty { return news.removeFirst() }
        guard let job = pending else {
            Thread.sleep(forTimeInterval: min(seconds, 0.25))
            return nil
        }
        pending = nil
        let lease = try sweep.store.claim(
            job.run, for: worker, environment: sweep.environment,
            from: sweep.claimable.union(job.isPruned ? [.pruned] : []))
        guard let lease else { return .heldElsewhere(job) }
        let started = SweepEvent.cellStarted(
            cell: job.number, title: job.title,
            epochs: job.pauseAfter ?? job.cell.settings.epochs)
        let ending = try sweep.runner.run(
            job.cell, number: job.number, lease: lease, pauseAfter: job.pauseAfter,
            observe: { news.append(.event($0)) })
        news.append(.ended(job, ending))
        return .event(started)
    }

    func askToStop() {}
    func dismiss() {}
}
