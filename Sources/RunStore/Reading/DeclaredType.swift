internal import GRDB
internal import GRDBSQLite

/// The type that a table declares for a column of an answer; `any` for one that is computed.
///
/// SQLite keeps to it in the store's STRICT tables, unless the file was damaged or made by
/// somebody else. NULL always fits: a join may have made it.
enum DeclaredType {
    case integer, real, text, any

    init(ofColumn column: Int32, in statement: OpaquePointer) {
        switch sqlite3_column_decltype(statement, column).map({ String(cString: $0) }) {
        case "INTEGER": self = .integer
        case "REAL": self = .real
        case "TEXT": self = .text
        default: self = .any
        }
    }

    var cellContents: String {
        switch self {
        case .integer: Int64.cellContents
        case .real: Double.cellContents
        case .text: String.cellContents
        case .any: DatabaseValue.cellContents
        }
    }

    func holds(_ cell: DatabaseValue) -> Bool {
        switch cell.storage {
        case .null: true
        case .int64: holds(SQLITE_INTEGER)
        case .double: holds(SQLITE_FLOAT)
        case .string: holds(SQLITE_TEXT)
        case .blob: holds(SQLITE_BLOB)
        }
    }

    /// - Parameter type: SQLite's code of the value's type.
    func holds(_ type: Int32) -> Bool {
        switch self {
        case .integer: type == SQLITE_INTEGER || type == SQLITE_NULL
        case .real: type == SQLITE_FLOAT || type == SQLITE_INTEGER || type == SQLITE_NULL
        case .text: type == SQLITE_TEXT || type == SQLITE_NULL
        case .any: true
        }
    }
}
