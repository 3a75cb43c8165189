/// What a query may take, and how carefully its answer is read.
public struct QueryLimits: Sendable {
    /// Rows after which it stops; nil for no end.
    public var rows: Int?
    /// Seconds that SQLite may work on it; nil for no end.
    public var seconds: Double?
    /// Whether a cell of another type than its column's is an error. For a SELECT without UNION:
    /// SQLite tells the types of its first part only.
    public var checksCells: Bool
    /// Called from another thread when SQLite still works a second after the time was up: one call
    /// of a function cannot be stopped, the process can.
    public var onOverdue: (@Sendable () -> Void)?

    /// Limits; without arguments those of Lightbox's own queries, which take moments.
    public init(
        rows: Int? = nil, seconds: Double? = 300, checksCells: Bool = false,
        onOverdue: (@Sendable () -> Void)? = nil
    ) {
        self.rows = rows
        self.seconds = seconds
        self.checksCells = checksCells
        self.onOverdue = onOverdue
    }
}
