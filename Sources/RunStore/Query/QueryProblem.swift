/// What is wrong with a query, where, and what may have been meant.
public struct QueryProblem: Error, Equatable, Sendable, CustomStringConvertible {
    /// What SQLite or the guard says, without a full stop.
    public let message: String
    /// Line of the query, from 1, when known.
    public let line: Int?
    /// Column of the line in characters, from 1, when known.
    public let column: Int?
    /// The nearest name of a table, view, column or function, when the query names an unknown one.
    public let nearest: String?
    /// What to ask instead, where no name is near.
    private(set) var advice: String?

    init(_ message: String, line: Int? = nil, column: Int? = nil, nearest: String? = nil) {
        self.message = message
        self.line = line
        self.column = column
        self.nearest = nearest
    }

    /// The same problem in a part of the query: what stands before and after the part is not the
    /// writer's. The line of a part that has only one says nothing.
    func inside(_ part: String, after before: String) -> QueryProblem {
        guard let line, let column else { return self }
        let own = line == 1 ? column - before.count : column
        return QueryProblem(
            message, line: part.contains(where: \.isNewline) ? line : nil,
            column: min(max(1, own), part.count + 1), nearest: nearest)
    }

    /// The same problem with what to ask instead.
    func advising(_ advice: String?) -> QueryProblem {
        var problem = self
        problem.advice = advice
        return problem
    }

    /// The problem of a query that took too long.
    public static let timeIsUp = QueryProblem(
        "the query was stopped because its time was up; --timeout gives it more seconds")

    /// One sentence: message, place, nearest name.
    public var description: String {
        var text = message
        if line == nil, let column { text += " at column \(column)" }
        if let line, let column { text += " at line \(line), column \(column)" }
        if let nearest { text += "; did you mean '\(nearest)'?" }
        if let advice { text += "; \(advice)" }
        return text
    }
}
