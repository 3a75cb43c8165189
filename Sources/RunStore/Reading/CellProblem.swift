internal import GRDB
internal import GRDBSQLite

/// A cell of the store whose value is of the wrong type, and where it is.
struct CellProblem: Error, Equatable {
    /// The table; nil for a value that was computed from several.
    let table: String?
    /// The column.
    let column: String
    /// The row, by its key where the answer holds one.
    let row: String
    /// What is there, in words.
    let found: String
    /// What should be.
    let expected: String

    /// `table run, id 3, column seed`
    var place: String {
        (table.map { "table \($0), " } ?? "") + "\(row), column \(column)"
    }

}

extension CellProblem {
    /// The table and column that a column of an answer shows; nil for one that is computed.
    static func origin(
        of column: Int32, in statement: OpaquePointer
    ) -> (table: String, column: String)? {
        guard let table = sqlite3_column_table_name(statement, column),
            let name = sqlite3_column_origin_name(statement, column)
        else { return nil }
        return (String(cString: table), String(cString: name))
    }

    /// The problem of a query's cell.
    init(_ cells: [QueryValue], column: Int, expected: String, in statement: OpaquePointer) {
        func name(_ column: Int) -> String {
            sqlite3_column_name(statement, Int32(column)).map { String(cString: $0) } ?? ""
        }
        let origin = Self.origin(of: Int32(column), in: statement)
        let key = cells.first?.databaseValue.plainText ?? "?"
        self.init(
            table: origin?.table, column: origin?.column ?? name(column),
            row: column > 0 ? "\(name(0)) \(key)" : "a row",
            found: Self.words(for: cells[column].databaseValue), expected: expected)
    }

    /// A value as an error shows it, at most 40 characters of it.
    static func words(for value: DatabaseValue) -> String {
        switch value.storage {
        case .null: "NULL"
        case .int64(let number): "\(number)"
        case .double(let number): "\(number)"
        case .blob(let bytes): "\(bytes.count) bytes"
        case .string(let text):
            "'" + text.prefix(40).map { $0.isNewline ? " " : String($0) }.joined() + "'"
        }
    }
}
