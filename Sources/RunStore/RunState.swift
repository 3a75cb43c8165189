/// Number of a run in its store; never used twice, also after the run is deleted.
public typealias RunID = Int64

/// Where a run is in its life.
public enum RunState: String, Sendable, Hashable, CaseIterable, Codable {
    /// Planned, nobody works on it.
    case queued
    /// A worker holds its lease.
    case running
    /// Trained to the end and evaluated.
    case completed
    /// Ended by an error that is recorded with it.
    case failed
    /// Stopped half-way, by the user or because its process died; it can go on.
    case interrupted
    /// Ended early by a search because others did better.
    case pruned

    /// Whether nothing is left to do unless the user asks for it.
    public var isFinal: Bool {
        switch self {
        case .completed, .failed, .pruned: true
        case .queued, .running, .interrupted: false
        }
    }
}
