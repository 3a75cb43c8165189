internal import Domain
public import Foundation
internal import GRDB

/// What clients of MLflow ask for: which runs or experiments, in what order, which part of them.
public struct TrackedQuestion: Sendable {
    /// Which of the runs that clients deleted.
    public enum Stage: Sendable { case active, deleted, all }

    /// Runs of these experiments, by their numbers; nil for all.
    public var experiments: [Int64]?
    /// Whether deleted runs count.
    public var stage = Stage.active
    /// What must hold, all of it.
    public var conditions: [TrackedCondition]
    /// The order; then the latest first.
    public var order: [TrackedOrder]
    /// How many at most, after the first `offset`.
    public var limit: Int, offset: Int

    /// A question.
    public init(
        conditions: [TrackedCondition] = [], order: [TrackedOrder] = [], limit: Int, offset: Int = 0
    ) {
        self.conditions = conditions
        self.order = order
        self.limit = limit
        self.offset = offset
    }
}

/// What a condition or an order is about.
public enum TrackedSubject: Sendable, Hashable {
    /// The last value of a curve.
    case metric(String)
    /// The text of a setting, or of a tag.
    case parameter(String), tag(String)
    /// What every run or experiment has.
    case attribute(TrackedAttribute)
}

/// What every run or experiment has, by MLflow's names.
public enum TrackedAttribute: String, Sendable, Hashable, CaseIterable {
    case runID = "run_id", runName = "run_name", status, userID = "user_id"
    case experimentID = "experiment_id", startTime = "start_time", endTime = "end_time"
    case name, creationTime = "creation_time", lastUpdateTime = "last_update_time"

    /// Whether it is a time, in milliseconds since 1970; all others are texts.
    public var isTime: Bool {
        switch self {
        case .startTime, .endTime, .creationTime, .lastUpdateTime: true
        default: false
        }
    }

    /// Whether runs have it.
    public var isOfRuns: Bool { ![.name, .creationTime, .lastUpdateTime].contains(self) }

    /// Whether experiments have it.
    public var isOfExperiments: Bool { !isOfRuns || self == .experimentID }
}

/// What must hold of a subject.
public enum TrackedTest: Sendable, Hashable {
    /// How two values compare.
    public enum Comparison: String, Sendable, Hashable, CaseIterable {
        case equal = "=", unequal = "!=", less = "<", lessOrEqual = "<=", greater = ">"
        case greaterOrEqual = ">="
    }

    /// Against a number: of curves and times.
    case number(Comparison, Double)
    /// Against a text: equal, or not.
    case text(Comparison, String)
    /// Against a pattern of SQL, with `%` and `_`.
    case like(String, ignoresCase: Bool)
    /// Whether it is one of a list, or none of it.
    case oneOf([String], isIn: Bool)
    /// Whether there is none, or is one.
    case missing(Bool)
}

/// One condition.
public struct TrackedCondition: Sendable, Hashable {
    /// What it is about.
    public var subject: TrackedSubject
    /// What must hold.
    public var test: TrackedTest

    /// A condition.
    public init(_ subject: TrackedSubject, _ test: TrackedTest) {
        self.subject = subject
        self.test = test
    }
}

/// One key of an order; what has no value comes last.
public struct TrackedOrder: Sendable, Hashable {
    /// By what.
    public var subject: TrackedSubject
    /// Whether small values come first.
    public var isAscending: Bool

    /// An order.
    public init(_ subject: TrackedSubject, isAscending: Bool) {
        self.subject = subject
        self.isAscending = isAscending
    }
}

// MARK: SQL

/// Makes SQL of a question. Every word of the question is a bound value.
extension TrackedQuestion {
    /// Numbers of the runs, one more than `limit` where there are more.
    func runSQL(_ arguments: inout StatementArguments) throws -> String {
        var parts = [
            "r.run_kind = 'logged'",
            "json_extract(r.configuration, '$.source') = '\(MLflowTracker.source)'",
        ]
        if let experiments {
            parts.append(
                """
                r.id IN (SELECT x.run FROM experiment_run x WHERE x.experiment_id IN
                    (SELECT value FROM json_each(?)))
                """)
            arguments += [JSONValue.list(experiments.map { .integer($0) }).canonicalJSON]
        }
        if stage != .all {
            let negation = stage == .active ? "NOT " : ""
            parts.append(
                negation
                    + "EXISTS (SELECT 1 FROM tag d WHERE d.run = r.id AND d.name = ? AND d.value = ?)"
            )
            arguments += [MLflowTracker.deletedTag, MLflowTracker.deleted]
        }
        for condition in conditions { parts.append(try condition.sql(&arguments)) }
        var keys: [String] = []
        for key in order {
            let value = key.subject.value(&arguments)
            let again = key.subject.value(&arguments)
            keys.append("(\(value)) IS NULL, (\(again)) \(key.isAscending ? "ASC" : "DESC")")
        }
        keys += ["coalesce(r.started, r.created) DESC", "r.id DESC"]
        arguments += [limit + 1, offset]
        return """
            SELECT r.id FROM run r LEFT JOIN lease l ON l.run = r.id
            WHERE \(parts.joined(separator: " AND "))
            ORDER BY \(keys.joined(separator: ", ")) LIMIT ? OFFSET ?
            """
    }

    /// Rows of experiments, one more than `limit` where there are more.
    func experimentSQL(_ arguments: inout StatementArguments) throws -> String {
        // None is ever deleted.
        var parts = [stage == .deleted ? "0" : "1"]
        for condition in conditions { parts.append(try condition.sql(&arguments)) }
        var keys: [String] = []
        for key in order {
            keys.append(key.subject.value(&arguments) + (key.isAscending ? " ASC" : " DESC"))
        }
        keys += ["created DESC", "id DESC"]
        arguments += [limit + 1, offset]
        return """
            SELECT \(MLflowTracker.experimentColumns) FROM experiment
            WHERE \(parts.joined(separator: " AND "))
            ORDER BY \(keys.joined(separator: ", ")) LIMIT ? OFFSET ?
            """
    }
}

extension TrackedSubject {
    /// The value as an expression over the row of a run or an experiment.
    fileprivate func value(_ arguments: inout StatementArguments) -> String {
        switch self {
        case .metric(let key):
            let (split, name) = LoggedPoint.parts(of: key)
            arguments += [split, name]
            return """
                SELECT m.last_value FROM metric_summary m JOIN series s ON s.id = m.series_id
                WHERE m.run = r.id AND s.split = ? AND s.name = ? AND s.axis = 'step'
                """
        case .parameter(let name):
            arguments += [name]
            return "SELECT p.value FROM param p WHERE p.run = r.id AND p.name = ?"
        case .tag(MLflowWords.nameTag): return "r.run_name"
        case .tag(MLflowWords.noteTag):
            return "SELECT group_concat(n.text, char(10)) FROM note n WHERE n.run = r.id"
        case .tag(let name):
            arguments += [name]
            return "SELECT t.value FROM tag t WHERE t.run = r.id AND t.name = ?"
        case .attribute(let attribute): return attribute.column
        }
    }
}

extension TrackedAttribute {
    fileprivate var column: String {
        switch self {
        case .runID: "json_extract(r.configuration, '$.logged')"
        case .runName: "r.run_name"
        case .status: MLflowWords.statusSQL(state: MLflowTracker.state, error: "r.error")
        case .userID: "(SELECT u.value FROM tag u WHERE u.run = r.id AND u.name = 'mlflow.user')"
        case .experimentID: "CAST(id AS TEXT)"
        case .startTime: "coalesce(r.started, r.created)"
        case .endTime: "r.finished"
        case .name: "name"
        case .creationTime, .lastUpdateTime: "created"
        }
    }
}

extension TrackedCondition {
    fileprivate func sql(_ arguments: inout StatementArguments) throws -> String {
        let value = "(" + subject.value(&arguments) + ")"
        switch test {
        case .missing(let isMissing): return value + (isMissing ? " IS NULL" : " IS NOT NULL")
        case .number(let comparison, let number):
            arguments += [bound(number)]
            return "\(value) \(comparison.rawValue) ?"
        case .text(let comparison, let text):
            arguments += [bound(text)]
            return "\(value) \(comparison.rawValue) ?"
        case .like(let pattern, let ignoresCase):
            arguments += [ignoresCase ? pattern : Self.glob(pattern)]
            return "CAST(\(value) AS TEXT) \(ignoresCase ? "LIKE" : "GLOB") ?"
        case .oneOf(let texts, let isIn):
            arguments += [JSONValue.list(texts.map { .text($0) }).canonicalJSON]
            return "\(value) \(isIn ? "" : "NOT ")IN (SELECT value FROM json_each(?))"
        }
    }

    /// Times stand in the store as text that sorts.
    private func bound(_ number: Double) -> DatabaseValue {
        guard case .attribute(let attribute) = subject, attribute.isTime else {
            return number.databaseValue
        }
        let largest = 253_402_300_799_999.0
        let date = Date(timeIntervalSince1970: min(max(number, 0), largest) / 1000)
        return Timestamp.text(date).databaseValue
    }

    /// Settings stand in the store as the numbers that their texts write.
    private func bound(_ text: String) -> DatabaseValue {
        guard case .parameter = subject else { return text.databaseValue }
        return JSONValue.parsing(text).databaseValue
    }

    /// A pattern of LIKE as one of GLOB, which tells capital letters from small ones.
    static func glob(_ pattern: String) -> String {
        var glob = ""
        for scalar in pattern.unicodeScalars {
            switch scalar {
            case "%": glob += "*"
            case "_": glob += "?"
            case "*", "?", "[": glob += "[\(scalar)]"
            default: glob.unicodeScalars.append(scalar)
            }
        }
        return glob
    }
}

extension MLflowTracker {
    /// The runs that a question asks for, and whether there are more.
    public func search(_ question: TrackedQuestion) throws -> (runs: [TrackedRun], hasMore: Bool) {
        var arguments: StatementArguments = []
        let sql = try question.runSQL(&arguments)
        return try store.read { db in
            let found = try Int64.readAll(db, sql: sql, arguments: arguments)
            return (
                try found.prefix(question.limit).map { try Self.read($0, in: db) },
                found.count > question.limit
            )
        }
    }
}
