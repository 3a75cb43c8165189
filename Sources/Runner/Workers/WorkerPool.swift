import Foundation
import RunStore
import Specification

/// Worker processes that train the cells of a sweep side by side.
///
/// A worker that dies takes its cell with it, not the sweep: the cell is tried once more from its
/// last checkpoint and then recorded as failed.
final class WorkerPool: Executor {
    private let command: WorkerCommand
    let size: Int
    private let runner: CellRunner
    private let inbox = Inbox<(slot: Int, message: WorkerProcess.Message)>()
    private var workers: [Int: WorkerProcess] = [:]
    private var jobs: [Int: Job] = [:]
    /// Workers that died, by number of their job.
    private var deaths: [Int: Int] = [:]
    private var nextSlot = 0
    private var isStopping = false

    /// - Parameter runner: what trains cells in this process, for its store and wish to stop.
    init(_ command: WorkerCommand, size: Int, runner: CellRunner) {
        self.command = command
        self.size = size
        self.runner = runner
        JobControl.listen()
    }

    /// Cells under training.
    var busy: Int { jobs.count }

    // MARK: Starting

    /// Starts the job where a worker is free and memory suffices; false where it has to wait.
    func start(_ job: Job) throws -> Bool {
        guard jobs.count < size, !isStopping else { return false }
        if !jobs.isEmpty, !hasMemory(for: job.cell) { return false }
        let idle = workers.values.first { jobs[$0.slot] == nil }
        let worker = try idle ?? hire()
        jobs[worker.slot] = job
        worker.send(
            WorkerOrder(
                number: job.number, title: job.title, run: job.run, store: runner.store.mark,
                states: job.states, cell: job.cell.texts, pauseAfter: job.pauseAfter))
        return true
    }

    private func hire() throws -> WorkerProcess {
        let worker = try WorkerProcess(slot: nextSlot, command: command, inbox: inbox)
        workers[nextSlot] = worker
        runner.stop.adopt(worker.identifier)
        nextSlot += 1
        return worker
    }

    /// Whether the cell fits beside those under training.
    private func hasMemory(for cell: Cell) -> Bool {
        guard let available = Machine.availableMemory, let total = Machine.memory else {
            return true
        }
        let others = jobs.map {
            (cell: $0.value.cell, resident: workers[$0.key]?.residentMemory ?? 0)
        }
        return MemoryEstimate(cell).fits(beside: others, available: available, total: total)
    }

    // MARK: News

    /// Waits for a cell to end, at most `seconds`; nil also where something else happened.
    ///
    /// - Throws: `RunnerError.worker` when a worker cannot write to the store any more,
    ///   `StoreError.displaced` when the store is not where it was.
    func next(
        within seconds: Double, observe: (SweepEvent) -> Void
    ) throws -> (job: Job, ending: CellRunner.Ending)? {
        try runner.store.ensureInPlace()
        guard let (slot, message) = inbox.next(within: seconds) else { return nil }
        switch message {
        case .report(.event(let event)):
            observe(event)
            return nil
        case .report(.ended(let ending)): return jobs.removeValue(forKey: slot).map { ($0, ending) }
        case .report(.broken(let reason)): throw RunnerError.worker(reason: reason)
        case .exit(let isSignal, let status, let log):
            if let worker = workers.removeValue(forKey: slot) {
                runner.stop.disown(worker.identifier)
            }
            guard let job = jobs.removeValue(forKey: slot) else { return nil }
            if isStopping { return (job, .interrupted) }
            let reason = Self.reason(isSignal: isSignal, status: status)
            return (job, try ending(of: job, killing: reason, log: log))
        }
    }

    /// How a job ends whose worker died: it is tried again, or recorded as failed.
    private func ending(of job: Job, killing reason: String, log: String) throws
        -> CellRunner.Ending
    {
        deaths[job.number, default: 0] += 1
        if deaths[job.number] == 1 {
            return .lost(reason: reason + "; its last checkpoint continues")
        }
        deaths[job.number] = nil
        try runner.claim(job.run, from: [.queued, .interrupted])?.fail(reason, log: log)
        return .failed(reason: reason)
    }

    private static func reason(isSignal: Bool, status: Int32) -> String {
        guard isSignal else { return "its worker process ended with status \(status)" }
        let hint = status == SIGKILL ? " (killed, perhaps for want of memory)" : ""
        return "its worker process ended by signal \(status)\(hint)"
    }

    // MARK: Ending

    /// Asks all workers to save and end.
    func askToStop() {
        guard !isStopping else { return }
        isStopping = true
        for worker in workers.values { worker.askToStop() }
    }

    /// Lets idle workers end.
    func dismiss() { for worker in workers.values { worker.dismiss() } }
}
