internal import Domain
internal import Foundation
internal import GRDB
internal import GRDBSQLite

/// A connection that only ever runs users' queries: opened read-only, and guarded by SQLite's
/// authorizer, so that nothing a query says can write or leave the store.
final class QueryConnection: @unchecked Sendable {
    private let queue: DatabaseQueue
    /// Keeps the copy that is read, where it is one.
    private let copy: TemporaryCopy?
    /// Only used on `queue`.
    private let guardian: QueryGuard
    private let vocabulary: QueryVocabulary

    /// - Parameter path: the file that a `RunStore` has open, whose schema it has compared.
    init(path: String, _ rule: LeaseRule) throws {
        let reading = try StoreOpener(path: path, rule: rule).openReadOnly()
        (queue, copy) = (reading.queue, reading.copy)
        (guardian, vocabulary) = try queue.unsafeRead { db in
            let vocabulary = try QueryVocabulary(db)
            // What is sorted or kept for a while counts as memory, and fills no disk.
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
            try LeaseRule.show(in: db)
            let modules = try String.readAll(db, sql: "SELECT name FROM pragma_module_list")
            // SQLite makes these tables when they are first used, which the guard would refuse.
            for table in QueryGuard.virtualTables {
                _ = try db.makeStatement(sql: "SELECT 1 FROM \(table)")
            }
            let guardian = QueryGuard(tables: vocabulary.tables, modules: modules)
            if let handle = db.sqliteConnection { guardian.install(on: handle) }
            return (guardian, vocabulary)
        }
    }

    deinit {
        try? queue.close()
    }

    /// Runs one statement; `onRow` gets every row and says whether to go on.
    func run(
        _ sql: String, parameters: [String: QueryValue], limits: QueryLimits,
        onColumns: ([String]) throws -> Void, onRow: ([QueryValue]) throws -> Bool
    ) throws {
        try queue.unsafeRead { db in
            guard let handle = db.sqliteConnection else {
                throw StoreError.query(QueryProblem("the store is closed"))
            }
            guardian.begin(seconds: limits.seconds)
            let timer = limits.onOverdue.map(guardian.clock.whenOverdue)
            defer { timer?.cancel() }
            let statement = try prepare(sql, on: handle)
            defer { sqlite3_finalize(statement) }
            try bind(parameters, to: statement)
            let answer = SteppedAnswer(statement, checksCells: limits.checksCells)
            try onColumns(answer.columns)
            let code = try answer.forEach { row in
                try guardian.clock.pausing { try onRow(row) }
            }
            guard code == SQLITE_DONE || code == SQLITE_ROW else {
                throw problem(sql, code, on: handle)
            }
        }
    }

    // MARK: Steps

    private func prepare(_ sql: String, on handle: OpaquePointer) throws -> OpaquePointer {
        guard !sql.utf8.contains(0) else {
            throw StoreError.query(QueryProblem("the query contains a zero byte"))
        }
        var statement: OpaquePointer?
        var rest = ""
        let code = sql.withCString { text in
            var tail: UnsafePointer<CChar>?
            let code = sqlite3_prepare_v2(handle, text, -1, &statement, &tail)
            rest = tail.map { String(cString: $0) } ?? ""
            return code
        }
        guard code == SQLITE_OK else { throw problem(sql, code, on: handle) }
        guard let statement else {
            throw StoreError.query(QueryProblem("the query is empty; expected a SELECT"))
        }
        do {
            if try !isBlank(rest, on: handle) {
                let place = SourcePlace(of: sql.utf8.count - rest.utf8.count, in: sql)
                throw StoreError.query(
                    QueryProblem(
                        "a second statement begins; expected one SELECT", line: place.line,
                        column: place.column))
            }
            // Belt and braces: a statement that may change anything never runs.
            guard sqlite3_stmt_readonly(statement) != 0, sqlite3_column_count(statement) > 0 else {
                throw StoreError.query(
                    QueryProblem("a query may only read; expected a SELECT"))
            }
        } catch {
            sqlite3_finalize(statement)
            throw error
        }
        return statement
    }

    /// Whether `text` holds nothing but white space, comments and semicolons.
    private func isBlank(_ text: String, on handle: OpaquePointer) throws -> Bool {
        var text = text
        while !text.isEmpty {
            var statement: OpaquePointer?
            var rest = ""
            let code = text.withCString { start in
                var tail: UnsafePointer<CChar>?
                let code = sqlite3_prepare_v2(handle, start, -1, &statement, &tail)
                rest = tail.map { String(cString: $0) } ?? ""
                return code
            }
            if code != SQLITE_OK || statement != nil {
                sqlite3_finalize(statement)
                return false
            }
            if rest.utf8.count >= text.utf8.count { return true }
            text = rest
        }
        return true
    }

    private func bind(_ parameters: [String: QueryValue], to statement: OpaquePointer) throws {
        var unused = Set(parameters.keys)
        var wanted: [String] = []
        for index in 0..<sqlite3_bind_parameter_count(statement) {
            guard let name = sqlite3_bind_parameter_name(statement, index + 1) else {
                throw StoreError.query(
                    QueryProblem("a parameter '?' has no name; expected one such as ':model'"))
            }
            let text = String(cString: name)
            let key = String(text.dropFirst())
            wanted.append(key)
            guard let value = parameters[key] else {
                throw StoreError.query(
                    QueryProblem(
                        "the parameter '\(text)' has no value; expected --param \(key)=VALUE",
                        nearest: NearestName.close(to: key, in: parameters.keys)))
            }
            unused.remove(key)
            Self.bind(value, to: statement, index + 1)
        }
        if let extra = unused.min() {
            throw StoreError.query(
                QueryProblem(
                    "the query has no parameter ':\(extra)'",
                    nearest: NearestName.close(to: extra, in: wanted)))
        }
    }

    private func problem(_ sql: String, _ code: CInt, on handle: OpaquePointer) -> StoreError {
        if guardian.ranOutOfTime {
            return .query(QueryProblem.timeIsUp)
        }
        if code == SQLITE_NOMEM {
            return .query(
                QueryProblem(
                    "the query needs more memory than \(QueryMemory.text); --memory raises that"))
        }
        if code == SQLITE_TOOBIG {
            let bytes = QueryMemory.valueBytes
            return .query(
                QueryProblem(
                    "the query or one of its values is longer than \(bytes) bytes; "
                        + "--memory raises that"))
        }
        let message = String(cString: sqlite3_errmsg(handle))
        let offset = Int(sqlite3_error_offset(handle))
        // A function may be refused because there is none of that name.
        if let refusal = guardian.refusal, code == SQLITE_AUTH || message.contains("not auth") {
            return .query(QueryProblem("a query may only read; refused: \(refusal)"))
        }
        return .query(
            vocabulary.problem(message, offset: offset, in: sql) {
                self.columns(of: sql, on: handle)
            })
    }

    /// Names of the columns of the tables and views that a query names, of all where it names none.
    private func columns(of query: String, on handle: OpaquePointer) -> [String] {
        let sql = """
            SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c
            WHERE t.type IN ('table', 'view')
            """
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK, let statement
        else { return [] }
        defer { sqlite3_finalize(statement) }
        let words = Set(query.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "_" })
        var all: Set<String> = []
        var named: Set<String> = []
        while sqlite3_step(statement) == SQLITE_ROW {
            guard case .text(let table) = SteppedAnswer.value(statement, 0),
                case .text(let column) = SteppedAnswer.value(statement, 1)
            else { continue }
            all.insert(column)
            if words.contains(Substring(table.lowercased())) { named.insert(column) }
        }
        return Array(named.isEmpty ? all : named)
    }

    // MARK: Values

    private static func bind(_ value: QueryValue, to statement: OpaquePointer, _ index: CInt) {
        let copy = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        switch value {
        case .null: sqlite3_bind_null(statement, index)
        case .integer(let value): sqlite3_bind_int64(statement, index, value)
        case .real(let value): sqlite3_bind_double(statement, index, value)
        case .text(let value):
            sqlite3_bind_text(statement, index, value, CInt(value.utf8.count), copy)
        case .blob(let bytes):
            _ = bytes.withUnsafeBytes {
                sqlite3_bind_blob(statement, index, $0.baseAddress, CInt($0.count), copy)
            }
        }
    }
}
