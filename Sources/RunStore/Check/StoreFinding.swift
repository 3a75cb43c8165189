/// Something in a store, or beside it, that is not as Lightbox left it.
public struct StoreFinding: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong.
    public enum Kind: String, Sendable, CaseIterable {
        /// Pages or indexes of the file do not fit together.
        case damage
        /// The schema is not that of the store's version.
        case schema
        /// A cell is of a type that its column cannot hold.
        case cell
        /// A row names a row of another table that is not there.
        case reference
        /// A run's columns or settings are not those of its configuration.
        case configuration
        /// A data set's or a split's numbers are not those of its images.
        case dataset
        /// A curve's summary is not that of its points.
        case curve
        /// A result is not that of its images.
        case result
        /// A record is not as it was sealed.
        case seal
        /// A figure of a paper is not as printed.
        case published
        /// A file that the store names is gone or differs.
        case file
        /// A file that nothing names.
        case orphan
    }

    /// What is wrong.
    public let kind: Kind
    /// Where and how, in one clause.
    public let message: String

    init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// `result: run 3, best, test, dice: the mean is 0.5, its 20 images give 0.7`
    public var description: String { "\(kind.rawValue): \(message)" }
}

/// What was looked at, and what was found.
public struct StoreInspection: Sendable {
    /// What is wrong; empty where all is well.
    public internal(set) var findings: [StoreFinding] = []
    /// Runs, points of curves, images' values and files that were looked at.
    public internal(set) var runs = 0, points = 0, values = 0, files = 0
    /// Runs that ended unsealed under a Lightbox before there were seals, and were sealed when the store
    /// was brought up to date: whether something was changed before is known only where another number
    /// repeats it.
    public internal(set) var unsealed = 0
}
