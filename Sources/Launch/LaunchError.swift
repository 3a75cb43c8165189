import Domain
import Wording

/// Why a sweep cannot be launched, or a task of it cannot work; each case is one sentence.
public enum LaunchError: Error, Equatable, CustomStringConvertible {
    /// No launcher has this name.
    case unknown(name: String, known: [String])
    /// An option that means nothing to the launcher.
    case foreignOption(option: String, launcher: String, others: [String])
    /// An option whose value makes no sense.
    case badOption(option: String, found: String, expected: String)
    /// The file's sweep is a search, which decides as it goes.
    case search(path: String, launcher: String)
    /// Training again what other code made is asked of something that cannot.
    case retraining(path: String, reason: String)
    /// An earlier sweep has ended and its shards are not in the store yet.
    case notMerged(folder: String, store: String)
    /// A program of the scheduler that is missing or failed.
    case scheduler(command: String, reason: String)
    /// A folder that is not a sweep's, or a file in it that cannot be used.
    case badSweep(path: String, reason: String)
    /// A task that the sweep does not have.
    case noTask(sweep: String, task: Int, count: Int)
    /// Another process works on the same task.
    case elsewhere(sweep: String, task: Int)
    /// A file that cannot be written.
    case unwritable(path: String, reason: String)

    /// What, where, found, expected.
    public var description: String {
        switch self {
        case .unknown(let name, let known):
            "unknown launcher '\(name)'" + NearestName.suffix(name, in: known)
        case .foreignOption(let option, let launcher, let others):
            "\(option) means nothing to the launcher '\(launcher)'; it is for --launcher "
                + others.joined(separator: " or ")
        case .badOption(let option, let found, let expected):
            "\(option) is '\(found)'; expected \(expected)"
        case .search(let path, let launcher):
            "\(path): a search decides on each trial when others have ended, which --launcher "
                + "\(launcher) cannot wait for; run it without --launcher, in one job"
        case .retraining(let path, let reason): "\(path): --retrain cannot be used: \(reason)"
        case .notMerged(let folder, let store):
            "the sweep '\(folder)' has ended but is not merged; first run: lightbox merge --sweep "
                + "\(ShellText.quoted(folder)) --store \(ShellText.quoted(store)) --ended"
        case .scheduler(let command, let reason): "\(command): \(reason)"
        case .badSweep(let path, let reason): "'\(path)' \(reason)"
        case .noTask(let sweep, let task, let count):
            "the sweep '\(sweep)' has no task \(task); expected 0 to \(count - 1)"
        case .elsewhere(let sweep, let task):
            "task \(task) of the sweep '\(sweep)' is at work in another process, whose results stay"
        case .unwritable(let path, let reason): "'\(path)' cannot be written: \(reason)"
        }
    }
}
