import Foundation
import RunStore

/// Worker processes that train the cells of a sweep side by side.
///
/// A worker that dies takes its cell with it, not the sweep: the cell is tried once more from its
/// last checkpoint and then recorded as failed.
final class WorkerPool {
    /// A cell to train.
    struct Job {
        let number: Int
        let cell: Cell
        let title: String
        let run: RunID
        var deaths = 0
        var pauseAfter: Int?
        /// Whether the run may go on from where a search gave it up.
        var isPruned = false
    }

    /// What became of a job.
    enum News {
        case event(SweepEvent)
        case ended(Job, CellRunner.Ending)
        case heldElsewhere(Job)
        /// The worker died twice at this job.
        case died(Job, reason: String, log: String)
    }

    private let store: RunStore
    private let command: WorkerCommand
    private let size: Int
    private let stop: StopSignal
    private let retriesFailed: Bool
    private let inbox = Inbox<(slot: Int, message: WorkerProcess.Message)>()
    private var workers: [Int: WorkerProcess] = [:]
    private var jobs: [Int: Job] = [:]
    private var nextSlot = 0
    private var isStopping = false

    init(
        store: RunStore, command: WorkerCommand, size: Int, stop: StopSignal, retriesFailed: Bool
    ) {
        self.store = store
        self.command = command
        self.size = size
        self.stop = stop
        self.retriesFailed = retriesFailed
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
        var cell: [String: String] = [:]
        for key in Cell.keys { cell[key] = job.cell.text(of: key) }
        worker.send(
            WorkerOrder(
                number: job.number, title: job.title, run: job.run, store: store.mark,
                cell: cell, retriesFailed: retriesFailed, pauseAfter: job.pauseAfter,
                isPruned: job.isPruned))
        return true
    }

    private func hire() throws -> WorkerProcess {
        let worker = try WorkerProcess(slot: nextSlot, command: command, inbox: inbox)
        workers[nextSlot] = worker
        stop.adopt(worker.identifier)
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

    /// Waits for what happens next, at most `seconds`.
    ///
    /// - Throws: `RunnerError.worker` when a worker cannot write to the store any more,
    ///   `StoreError.displaced` when the store is not where it was.
    func next(within seconds: Double) throws -> News? {
        try store.ensureInPlace()
        guard let (slot, message) = inbox.next(within: seconds) else { return nil }
        switch message {
        case .report(.event(let event)): return .event(event)
        case .report(.ended(_, let ending)):
            return jobs.removeValue(forKey: slot).map { .ended($0, ending) }
        case .report(.heldElsewhere):
            return jobs.removeValue(forKey: slot).map { .heldElsewhere($0) }
        case .report(.broken(let reason)): throw RunnerError.worker(reason: reason)
        case .exit(let isSignal, let status, let log):
            if let worker = workers.removeValue(forKey: slot) { stop.disown(worker.identifier) }
            guard let job = jobs.removeValue(forKey: slot) else { return nil }
            if isStopping { return .ended(job, .interrupted) }
            return .died(job, reason: Self.reason(isSignal: isSignal, status: status), log: log)
        }
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
