internal import Domain
internal import GRDB

/// The runs that a setting says something about: those of any of some users.
///
/// Runs of others have nothing of it. Older ones have recorded every setting that there was, used or
/// not, and are compared by that: what they lack came after them, and they have its default.
public struct ReportUse: Sendable, Hashable {
    /// Runs that have one of the models, one of the losses and one of the procedures.
    public struct Users: Sendable, Hashable {
        /// Registered names; nil for all.
        public var models: Set<String>?, losses: Set<String>?, procedures: Set<String>?

        /// Users; nil for all of a kind.
        public init(
            models: Set<String>? = nil, losses: Set<String>? = nil,
            procedures: Set<String>? = nil
        ) {
            self.models = models
            self.losses = losses
            self.procedures = procedures
        }
    }

    /// Whose runs it says something about.
    public let users: [Users]

    /// The runs of any of these.
    public init(_ users: [Users]) { self.users = users }

    /// Whether the setting says something about that run.
    public func holds(for run: ReportRun) -> Bool {
        run.procedure == ProgramRuns.procedure
            || users.contains { users in
                users.models?.contains(run.model) ?? true
                    && users.losses?.contains(run.loss) ?? true
                    && users.procedures?.contains(run.procedure) ?? true
            }
    }

    /// The same as a condition over `run r`.
    var condition: (sql: String, arguments: StatementArguments) {
        var arguments = StatementArguments()
        let parts = users.map { users in
            let columns = [
                ("model", users.models), ("loss", users.losses), ("procedure", users.procedures),
            ]
            let terms = columns.compactMap { column, names -> String? in
                guard let names else { return nil }
                arguments += [JSONValue.list(names.sorted().map { .text($0) }).canonicalJSON]
                return "r.\(column) IN (SELECT value FROM json_each(?))"
            }
            return terms.isEmpty ? "1" : "(\(terms.joined(separator: " AND ")))"
        }
        return ("(\(parts.isEmpty ? "0" : parts.joined(separator: " OR ")))", arguments)
    }

    /// A condition over `run r`, which has no such setting: it says nothing of the setting `name`
    /// because it does not use it, and not because it is older.
    static func leaves(
        out name: String, of uses: [String: ReportUse]
    ) -> (sql: String, arguments: StatementArguments) {
        let byProgram = "r.procedure = '\(ProgramRuns.procedure)'"
        guard var (sql, arguments) = uses[name]?.condition else { return (byProgram, []) }
        let unused = uses.sorted { $0.key < $1.key }.map { name, use in
            let condition = use.condition
            arguments += [name]
            arguments += condition.arguments
            return "p.name = ? AND NOT \(condition.sql)"
        }
        sql = """
            (\(byProgram) OR NOT \(sql) AND NOT EXISTS (SELECT 1 FROM param p
                WHERE p.run = r.id AND (\(unused.joined(separator: " OR ")))))
            """
        return (sql, arguments)
    }
}
