internal import GRDB
internal import GRDBSQLite

/// A row of an answer whose cells are read with their types checked.
///
/// The one way in which the store reads its own tables: a cell of the wrong type, which damage or
/// a foreign hand may have left, throws `CellProblem`. GRDB's own rows end the process then.
struct StoreRow {
    private let columns: AnswerColumns
    private let cells: [DatabaseValue]
    /// From 1, in the answer.
    private let number: Int

    /// The cell of the column at this place, from 0.
    subscript<Cell: StoreCell>(_ column: Int) -> Cell {
        get throws {
            guard cells.indices.contains(column) else {
                throw columns.problem(column, cells, number, expected: Cell.cellContents)
            }
            guard let value = Cell(cell: cells[column]) else {
                throw columns.problem(column, cells, number, expected: Cell.cellContents)
            }
            return value
        }
    }

    /// The cell of the column of this name.
    subscript<Cell: StoreCell>(_ name: String) -> Cell {
        get throws {
            guard let column = columns.index[name] else {
                throw CellProblem(
                    table: nil, column: name, row: "row \(number)", found: "missing",
                    expected: Cell.cellContents)
            }
            return try self[column]
        }
    }

    /// All cells, each of the type that its table declares.
    func declaredCells() throws -> [DatabaseValue] {
        for (column, cell) in cells.enumerated() where !columns.types[column].holds(cell) {
            throw columns.problem(
                column, cells, number, expected: columns.types[column].cellContents)
        }
        return cells
    }

    // MARK: Reading

    /// Runs `body` on each row, one at a time.
    static func forEach(
        _ db: Database, sql: String, arguments: StatementArguments = StatementArguments(),
        body: (StoreRow) throws -> Void
    ) throws {
        let statement = try db.cachedStatement(sql: sql)
        let columns = AnswerColumns(statement)
        let rows = try Row.fetchCursor(statement, arguments: arguments)
        var number = 0
        while let row = try rows.next() {
            number += 1
            try body(
                StoreRow(columns: columns, cells: Array(row.databaseValues), number: number))
        }
    }

    /// All rows.
    static func fetchAll(
        _ db: Database, sql: String, arguments: StatementArguments = StatementArguments()
    ) throws -> [StoreRow] {
        var rows: [StoreRow] = []
        try forEach(db, sql: sql, arguments: arguments) { rows.append($0) }
        return rows
    }

    /// The first row, nil for none.
    static func fetchOne(
        _ db: Database, sql: String, arguments: StatementArguments = StatementArguments()
    ) throws -> StoreRow? {
        try fetchOne(db.cachedStatement(sql: sql), arguments: arguments)
    }

    /// The first row of a prepared statement's answer, nil for none.
    static func fetchOne(
        _ statement: Statement, arguments: StatementArguments
    ) throws -> StoreRow? {
        guard let row = try Row.fetchOne(statement, arguments: arguments) else { return nil }
        return StoreRow(
            columns: AnswerColumns(statement), cells: Array(row.databaseValues), number: 1)
    }
}

extension StoreCell {
    /// The first column of every row.
    static func readAll(
        _ db: Database, sql: String, arguments: StatementArguments = StatementArguments()
    ) throws -> [Self] {
        var values: [Self] = []
        try StoreRow.forEach(db, sql: sql, arguments: arguments) { values.append(try $0[0]) }
        return values
    }

    /// The first column of the first row; nil for no row, and for NULL.
    static func readOne(
        _ db: Database, sql: String, arguments: StatementArguments = StatementArguments()
    ) throws -> Self? {
        try StoreRow.fetchOne(db, sql: sql, arguments: arguments)?[0]
    }
}

/// Names of the columns of an answer, and where they come from.
private final class AnswerColumns {
    let statement: Statement
    lazy var types: [DeclaredType] = statement.columnNames.indices.map {
        DeclaredType(ofColumn: Int32($0), in: statement.sqliteStatement)
    }
    lazy var index: [String: Int] = Dictionary(
        statement.columnNames.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first }
    )

    init(_ statement: Statement) { self.statement = statement }

    func problem(
        _ column: Int, _ cells: [DatabaseValue], _ number: Int, expected: String
    ) -> CellProblem {
        guard cells.indices.contains(column) else {
            return CellProblem(
                table: nil, column: "\(column)", row: "row \(number)", found: "missing",
                expected: expected)
        }
        let names = statement.columnNames
        var row = "row \(number)"
        if column > 0, let key = cells.first?.plainText { row = "\(names[0]) \(key)" }
        let origin = CellProblem.origin(of: Int32(column), in: statement.sqliteStatement)
        return CellProblem(
            table: origin?.table, column: origin?.column ?? names[column], row: row,
            found: CellProblem.words(for: cells[column]), expected: expected)
    }
}
