import Foundation

/// Keeps a task's state in the sweep's folder up to date.
final class TaskLog {
    var state: TaskState
    private let sweep: SweepFolder
    private let task: Int
    private var written = 0.0

    /// Seconds between two signs of life; with a hundred tasks the folder sees a few files a
    /// second.
    private static let interval = 15.0

    init(sweep: SweepFolder, task: Int, state: TaskState) {
        self.sweep = sweep
        self.task = task
        self.state = state
    }

    /// Writes the state with the time of now.
    func write() throws {
        state.updated = Date().timeIntervalSince1970
        written = state.updated
        try sweep.write(state, of: task)
    }

    /// The same, where the last time is long enough ago.
    func writeNowAndThen() throws {
        if Date().timeIntervalSince1970 - written >= Self.interval { try write() }
    }
}
