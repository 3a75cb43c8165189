internal import GRDB
internal import GRDBSQLite

/// The current row of a statement, read without GRDB's per-row objects: reports read millions.
struct SteppedRow {
    fileprivate let statement: SQLiteStatement

    /// A whole number; 0 for NULL.
    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

    /// A number; nil for NULL.
    func number(_ column: Int32) -> Double? {
        sqlite3_column_type(statement, column) == SQLITE_NULL
            ? nil : sqlite3_column_double(statement, column)
    }
}

extension RunStore {
    /// Runs `body` on each row of `statement`.
    ///
    /// - Throws: `DatabaseError` when SQLite stops before the last row.
    static func step(
        _ statement: Statement, _ arguments: StatementArguments, body: (SteppedRow) -> Void
    ) throws {
        try statement.setArguments(arguments)
        let handle = statement.sqliteStatement
        defer { sqlite3_reset(handle) }
        while true {
            switch sqlite3_step(handle) {
            case SQLITE_ROW: body(SteppedRow(statement: handle))
            case SQLITE_DONE: return
            case let code:
                throw DatabaseError(
                    resultCode: ResultCode(rawValue: code),
                    message: sqlite3_db_handle(handle).map { String(cString: sqlite3_errmsg($0)) })
            }
        }
    }
}
