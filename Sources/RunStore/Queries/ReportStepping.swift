internal import GRDB
internal import GRDBSQLite

/// The current row of a statement, read without objects for each row: reports read millions.
struct SteppedRow {
    fileprivate let statement: SQLiteStatement

    /// A whole number.
    func integer(_ column: Int32) throws -> Int64 {
        guard sqlite3_column_type(statement, column) == SQLITE_INTEGER else {
            throw problem(column, expected: Int64.cellContents)
        }
        return sqlite3_column_int64(statement, column)
    }

    /// A number; nil for NULL.
    func number(_ column: Int32) throws -> Double? {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_FLOAT, SQLITE_INTEGER: return sqlite3_column_double(statement, column)
        case SQLITE_NULL: return nil
        default: throw problem(column, expected: Optional<Double>.cellContents)
        }
    }

    /// A text.
    func text(_ column: Int32) throws -> String {
        guard case .text(let text) = SteppedAnswer.value(statement, column) else {
            throw problem(column, expected: String.cellContents)
        }
        return text
    }

    /// A value of any type as text, as `DatabaseValue.plainText` writes it.
    func plainText(_ column: Int32) -> String? {
        SteppedAnswer.value(statement, column).databaseValue.plainText
    }

    private func problem(_ column: Int32, expected: String) -> CellProblem {
        let origin = CellProblem.origin(of: column, in: statement)
        var row = "a row"
        if column > 0, let name = sqlite3_column_name(statement, 0) {
            row = "\(String(cString: name)) \(sqlite3_column_int64(statement, 0))"
        }
        let found =
            switch sqlite3_column_type(statement, column) {
            case SQLITE_NULL: "NULL"
            case SQLITE_TEXT: "text"
            case SQLITE_BLOB: "bytes"
            default: "a number"
            }
        return CellProblem(
            table: origin?.table, column: origin?.column ?? "\(column)", row: row, found: found,
            expected: expected)
    }
}

extension RunStore {
    /// Runs `body` on each row of `statement`.
    ///
    /// - Throws: `DatabaseError` when SQLite stops before the last row; what `body` throws.
    static func step(
        _ statement: Statement, _ arguments: StatementArguments,
        body: (SteppedRow) throws -> Void
    ) throws {
        try statement.setArguments(arguments)
        let handle = statement.sqliteStatement
        defer { sqlite3_reset(handle) }
        while true {
            switch sqlite3_step(handle) {
            case SQLITE_ROW: try body(SteppedRow(statement: handle))
            case SQLITE_DONE: return
            case let code:
                throw DatabaseError(
                    resultCode: ResultCode(rawValue: code),
                    message: sqlite3_db_handle(handle).map { String(cString: sqlite3_errmsg($0)) })
            }
        }
    }
}
