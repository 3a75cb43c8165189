public import Foundation

/// What becomes of the files of merged runs.
public enum MergedFiles: Sendable, Hashable {
    /// They stay where they are; the store names their place.
    case stay
    /// They are linked, or copied where links cannot be, into the run's folder beside this store.
    case copy
}

/// What a merge did.
public struct MergeReport: Sendable, Equatable {
    /// A store that could not be merged, and why; nothing of it was taken.
    public struct Failure: Sendable, Equatable {
        /// The store.
        public let url: URL
        /// Why, one sentence.
        public let reason: String
    }

    /// Stores merged.
    public var stores = 0
    /// Runs that were new here.
    public var added = 0
    /// Runs that were here but further there, and were replaced.
    public var replaced = 0
    /// Runs that stayed as they were here.
    public var kept = 0
    /// Evaluations on other data sets that were taken of runs that stayed.
    public var evaluations = 0
    /// Points of curves taken.
    public var points = 0
    /// Files linked or copied.
    public var files = 0
    /// Stores that could not be merged.
    public var failures: [Failure] = []
    /// What else should be known; a sentence each.
    public var notes: [String] = []
    /// Files of the runs taken that are not what a run wrote, or not there to be copied; a sentence
    /// each. One that cannot be a file of its run is not named here either.
    public var problems: [String] = []
}
