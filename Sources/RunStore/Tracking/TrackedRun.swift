public import Foundation

/// An experiment as clients of MLflow see it.
public struct TrackedExperiment: Sendable, Hashable {
    /// Its number in the store.
    public let number: Int64
    /// Its unique name.
    public let name: String
    /// What it is for.
    public let description: String
    /// When it was made.
    public let created: Date?
    /// Whether it has a file: its runs are cells, and no other program logs into it.
    public let hasFile: Bool

    /// An experiment.
    public init(number: Int64, name: String, description: String, created: Date?, hasFile: Bool) {
        self.number = number
        self.name = name
        self.description = description
        self.created = created
        self.hasFile = hasFile
    }
}

/// A run as clients of MLflow see it.
public struct TrackedRun: Sendable {
    /// Its number in the store, and in MLflow.
    public let run: RunID, id: String
    /// What people call it; nil where nobody named it.
    public let name: String?
    /// Number and name of its experiment, the first by name; nil where it is of none.
    public let experiment: Int64?, experimentName: String?
    /// Its state and, where it failed, why.
    public let state: RunState, error: String?
    /// When it began (or was made known) and ended.
    public let began: Date?, finished: Date?
    /// Settings and tags as text, by name.
    public let parameters: [(name: String, value: String)], tags: [(name: String, value: String)]
    /// Texts about it.
    public let notes: [String]
    /// The last value of each of its curves, by key.
    public let latest: [TrackedPoint]

    /// Whether a client deleted it; it stays in the store.
    public var isDeleted: Bool { tags.contains { $0.name == MLflowTracker.deletedTag } }
}

/// A value of a curve as MLflow counts it.
public struct TrackedPoint: Sendable, Hashable {
    /// The curve, such as `validation/dice`.
    public let key: String
    /// The value; NaN where it was none.
    public let value: Double
    /// The step, from 0.
    public let step: Int
    /// When it was measured; nil where nobody said so.
    public let time: Date?
}

/// A file that a client gave to a run.
public struct TrackedFile: Sendable, Hashable {
    /// Its path within the run, such as `model/MLmodel`.
    public let path: String
    /// Its size.
    public let bytes: Int64
}
