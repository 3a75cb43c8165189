internal import GRDBSQLite

/// A statement that is ready to answer, as names of columns and rows of values.
struct SteppedAnswer {
    private let statement: OpaquePointer
    private let types: [DeclaredType]

    /// - Parameter checksCells: whether a cell of another type than its column ends the answer.
    init(_ statement: OpaquePointer, checksCells: Bool) {
        self.statement = statement
        types = (0..<sqlite3_column_count(statement)).map {
            checksCells ? DeclaredType(ofColumn: $0, in: statement) : .any
        }
    }

    /// The names of the columns.
    var columns: [String] {
        types.indices.map { index in
            sqlite3_column_name(statement, CInt(index)).map { String(cString: $0) } ?? ""
        }
    }

    /// Runs `onRow` on each row until it wants no more, or there are no more.
    ///
    /// - Returns: SQLite's last word: `SQLITE_ROW` where `onRow` had enough, `SQLITE_DONE` after the last
    ///   row, or why there was no answer.
    /// - Throws: `CellProblem`, and what `onRow` throws.
    func forEach(_ onRow: ([QueryValue]) throws -> Bool) throws -> CInt {
        while true {
            let code = sqlite3_step(statement)
            guard code == SQLITE_ROW else { return code }
            let row = types.indices.map { Self.value(statement, CInt($0)) }
            for (index, type) in types.enumerated()
            where !type.holds(sqlite3_column_type(statement, CInt(index))) {
                throw CellProblem(row, column: index, expected: type.cellContents, in: statement)
            }
            if try !onRow(row) { return code }
        }
    }

    static func value(_ statement: OpaquePointer, _ index: CInt) -> QueryValue {
        switch sqlite3_column_type(statement, index) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, index))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(statement, index))
        case SQLITE_TEXT:
            guard let text = sqlite3_column_text(statement, index) else { return .text("") }
            let count = Int(sqlite3_column_bytes(statement, index))
            return .text(
                String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self))
        case SQLITE_BLOB:
            guard let bytes = sqlite3_column_blob(statement, index) else { return .blob([]) }
            let count = Int(sqlite3_column_bytes(statement, index))
            return .blob(Array(UnsafeRawBufferPointer(start: bytes, count: count)))
        default: return .null
        }
    }
}
