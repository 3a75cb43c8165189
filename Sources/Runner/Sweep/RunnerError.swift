/// Why a sweep cannot go on, beyond what the store says itself.
public enum RunnerError: Error, Equatable, CustomStringConvertible {
    /// A worker process cannot be started, or cannot go on because the store failed it.
    case worker(reason: String)
    /// Weights or a checkpoint cannot be written.
    case cannotSave(reason: String)

    /// One sentence.
    public var description: String {
        switch self {
        case .worker(let reason), .cannotSave(let reason): reason
        }
    }
}
