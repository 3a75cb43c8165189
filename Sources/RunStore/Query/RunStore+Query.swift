internal import Domain
internal import Foundation
internal import GRDB
internal import GRDBSQLite

extension RunStore {
    /// Answers one SELECT on a connection that can only read.
    ///
    /// Besides SQLite's functions there are `median(x)`, `stddev(x)` (n - 1) and
    /// `percentile(x, p)` (p in 0...100, linear).
    ///
    /// - Parameters:
    ///   - parameters: values of `:name`, `@name` or `$name`, by name without the sign.
    /// - Throws: `StoreError.query` with the place in the text and the nearest known name.
    public func query(
        _ sql: String, parameters: [String: QueryValue] = [:], limits: QueryLimits = QueryLimits()
    ) throws -> QueryResult {
        var answer = CollectedRows(limit: limits.rows)
        try query(sql, parameters: parameters, limits: limits) {
            answer.columns = $0
        } onRow: {
            answer.add($0)
        }
        return answer.result
    }

    /// Answers a SELECT of our own, in which no text from outside stands: on the store's own connection,
    /// which is open already.
    ///
    /// - Throws: `StoreError`, also where a cell is of another type than its column.
    func answer(_ sql: String, limit: Int?) throws -> QueryResult {
        try read { db in
            let statement = try db.makeStatement(sql: sql)
            return try withExtendedLifetime(statement) {
                let rows = SteppedAnswer(statement.sqliteStatement, checksCells: true)
                var answer = CollectedRows(limit: limit)
                answer.columns = rows.columns
                let code = try rows.forEach { answer.add($0) }
                guard code == SQLITE_DONE || code == SQLITE_ROW else {
                    throw DatabaseError(resultCode: ResultCode(rawValue: code))
                }
                return answer.result
            }
        }
    }

    /// Answers one SELECT row by row, for results that need not fit in memory.
    ///
    /// - Parameters:
    ///   - limits: what it may take; its rows are for `onRow` to count.
    ///   - onColumns: gets the names of the columns, once, before the rows.
    ///   - onRow: gets each row and says whether it wants more.
    public func query(
        _ sql: String, parameters: [String: QueryValue] = [:],
        limits: QueryLimits = QueryLimits(),
        onColumns: ([String]) throws -> Void, onRow: ([QueryValue]) throws -> Bool
    ) throws {
        try StoreError.translating(path: url.path) {
            try queries.connection(path: path, rule).run(
                sql, parameters: parameters, limits: limits, onColumns: onColumns, onRow: onRow)
        }
    }

    /// Refuses a condition over the columns of `any_run` that SQLite does not understand.
    ///
    /// - Throws: `StoreError.query` with the place in the condition.
    public func check(_ condition: QueryCondition) throws {
        let before = "SELECT 1 FROM any_run WHERE ("
        do {
            _ = try query(before + condition.text + "\n) LIMIT 0")
        } catch StoreError.query(let problem) {
            let inside = problem.inside(condition.text, after: before)
            throw StoreError.query(inside.advising(try setting(meantBy: inside)))
        }
    }

    /// How to ask for the setting that a condition takes for a column; nil where it names none.
    private func setting(meantBy problem: QueryProblem) throws -> String? {
        let prefix = "no such column: "
        guard problem.nearest == nil, problem.message.hasPrefix(prefix) else { return nil }
        let name = String(problem.message.dropFirst(prefix.count))
        let known = try query("SELECT DISTINCT name FROM param").rows.compactMap(\.first?.text)
        guard let setting = NearestName.close(to: name, in: known) else { return nil }
        return "'\(setting)' is a setting: "
            + "run IN (SELECT run FROM param WHERE name = '\(setting)' AND value = ...)"
    }

    /// The runs for which a condition over the columns of `any_run` holds. Asked on the guarded
    /// connection: a condition can read but nothing else.
    ///
    /// - Throws: `StoreError.query` when the condition is none.
    public func runs(where condition: QueryCondition, limits: QueryLimits = QueryLimits()) throws
        -> [RunID]
    {
        try check(condition)
        let rows = try query(
            "SELECT run FROM any_run WHERE (\(condition.text)\n)", limits: limits
        ).rows
        return rows.compactMap { $0.first?.integer }
    }

    /// Limits the memory that the queries of this process may take, those of all stores together.
    /// Call it before the first one.
    public static func limitQueryMemory(to bytes: Int) { QueryMemory.limit(to: bytes) }
}
