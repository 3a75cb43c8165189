import Foundation

/// How far a task of a sweep is, as it says itself in a small file of the sweep's folder.
public struct TaskState: Sendable, Hashable, Codable {
    /// Where a task is in its life.
    public enum Phase: String, Sendable, Hashable, Codable {
        /// At work, or dead without a word.
        case running
        /// Stopped before its time limit with everything saved; it is to be started again.
        case saved
        /// All cells are done.
        case completed
        /// Cells failed; the others are done.
        case failed
        /// Reached its time limit more often than it may.
        case timedOut = "timed-out"
        /// Stopped by a signal other than the time limit's, with everything saved.
        case cancelled
        /// Ended without a word.
        case lost
    }

    /// Where it is.
    public var phase: Phase
    /// Its cells, and those that are done and that failed.
    public var cells: Int, done = 0, failed = 0
    /// Machine, process, and the queue's name of the job.
    public var host: String, process: Int32, job: String?
    /// How often it was started again.
    public var restarts: Int
    /// When this start was, and when it last gave a sign; seconds since 1970.
    public var started: Double, updated: Double
    /// Why it ended as it did, one sentence; empty where there is nothing to say.
    public var reason = ""
    /// Why cells could not be begun, by digest of their run.
    public var problems: [String: String] = [:]
    /// Whether its cells that are not done have been recorded as failed.
    public var isSettled = false

    /// Whether it is over.
    public var isOver: Bool {
        switch phase {
        case .running, .saved: false
        case .completed, .failed, .timedOut, .cancelled, .lost: true
        }
    }
}

extension TaskState {
    /// The state of a task of which nothing is known but that all jobs have ended.
    static func neverStarted(cells: Int) -> TaskState {
        TaskState(
            phase: .lost, cells: cells, host: "", process: 0, job: nil, restarts: 0, started: 0,
            updated: 0,
            reason: "never started")
    }

    /// The last word about a task whose job has ended; `limit` is the seconds it had.
    func concluded(limit: Int?) -> TaskState {
        var state = self
        switch phase {
        case .running:
            // Signs come every few seconds while a task works; scheduling is coarser than that.
            let isLate = limit.map { updated - started > Double($0) - 45 } ?? false
            state.phase = isLate ? .timedOut : .lost
            state.reason =
                isLate
                ? "ended at its time limit before it could save"
                : "ended without a word; it was killed, or its machine failed"
        case .saved:
            state.phase = .timedOut
            state.reason = "saved at its time limit and was not started again"
        case .completed, .failed, .timedOut, .cancelled, .lost: break
        }
        return state
    }
}
