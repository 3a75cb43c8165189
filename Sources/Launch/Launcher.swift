public import Runner

/// A way to have the cells of a sweep trained: here and now, by a scheduler, by a script.
///
/// A launcher is a value without state. Adding one is one file and one line of `LauncherRegistry`.
public protocol Launcher: Sendable {
    /// Its name on the command line.
    var name: String { get }
    /// What it does, a few words.
    var summary: String { get }
    /// Which of the `LaunchOptions` mean something to it; others are refused.
    var options: Set<LaunchOptions.Key> { get }

    /// What a dry run prints. Writes nothing and submits nothing.
    func preview(_ request: LaunchRequest) throws -> String

    /// Launches the cells that are missing.
    ///
    /// - Throws: `LaunchError`, and what the store and the data sets say.
    func launch(_ request: LaunchRequest) throws -> LaunchOutcome

    /// What the launcher's queue knows of a sweep now; nil where there is no queue or it does not
    /// answer.
    func queue(of submission: Submission) -> QueueView?
}

/// What became of a launch.
public enum LaunchOutcome: Sendable {
    /// The cells were trained before the launcher returned.
    case trained(Sweep.Outcome)
    /// The cells are left to others; the lines tell people what happens next.
    case handedOver(lines: [String])
}

/// The jobs of a sweep that a queue has still to do or does.
public struct QueueView: Sendable, Hashable {
    /// Tasks that wait or run, and the queue's word for it, such as "PENDING".
    public var tasks: [Int: String] = [:]
    /// Whether the job that merges waits or runs.
    public var merges = false

    /// Whether anything is left.
    public var isActive: Bool { merges || !tasks.isEmpty }
}

/// Names of jobs, by which a launcher's queue knows a sweep.
public struct Submission: Sendable, Hashable, Codable {
    /// An array of jobs: element `i` is task `first + i`.
    public struct Chunk: Sendable, Hashable, Codable {
        /// The queue's number of the array.
        public var job: String
        /// Number of its first task, and how many it has.
        public var first: Int, count: Int
    }

    /// The launcher.
    public var launcher: String
    /// The arrays.
    public var chunks: [Chunk] = []
    /// The job that merges; nil before it was submitted.
    public var merge: String?
}
