internal import Foundation
internal import GRDBSQLite

/// Decides what a query may do: read the store's tables and views, and call functions that only
/// compute. SQLite asks it while it compiles a statement, and again while one runs.
final class QueryGuard {
    /// What was refused first, in words.
    private(set) var refusal: String?
    /// Stops the running query.
    let clock = QueryClock()
    /// Whether the running query was stopped for time.
    private(set) var ranOutOfTime = false

    private let tables: Set<String>
    private let modules: Set<String>

    /// - Parameters:
    ///   - tables: names of the store's tables and views.
    ///   - modules: names of virtual tables that this SQLite brings.
    init(tables: some Sequence<String>, modules: some Sequence<String>) {
        self.tables = Set(tables.map { $0.lowercased() })
        self.modules = Set(modules.map { $0.lowercased() })
    }

    /// Makes the guard ready for a query that may work for `seconds`.
    func begin(seconds: Double?) {
        refusal = nil
        ranOutOfTime = false
        clock.start(seconds)
    }

    /// Installs the guard for the rest of the connection's life; the caller keeps it alive as long.
    func install(on connection: OpaquePointer) {
        let me = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_set_authorizer(
            connection,
            { context, action, first, second, _, _ in
                guard let context else { return SQLITE_DENY }
                let me = Unmanaged<QueryGuard>.fromOpaque(context).takeUnretainedValue()
                return me.judge(
                    action, first.map { String(cString: $0) }, second.map { String(cString: $0) })
            }, me)
        sqlite3_progress_handler(
            connection, 5_000,
            { context in
                guard let context else { return 1 }
                return Unmanaged<QueryGuard>.fromOpaque(context).takeUnretainedValue().isLate
                    ? 1 : 0
            }, me)
        sqlite3_limit(connection, SQLITE_LIMIT_ATTACHED, 0)
        sqlite3_limit(connection, SQLITE_LIMIT_LENGTH, CInt(QueryMemory.valueBytes))
        sqlite3_limit(connection, SQLITE_LIMIT_SQL_LENGTH, 1 << 20)
    }

    private var isLate: Bool {
        guard clock.isOver() else { return false }
        ranOutOfTime = true
        return true
    }

    private func judge(_ action: CInt, _ first: String?, _ second: String?) -> CInt {
        switch action {
        case SQLITE_SELECT, SQLITE_RECURSIVE: return SQLITE_OK
        case SQLITE_READ:
            let table = (first ?? "").lowercased()
            // No column: count(*) of a subquery or a common table expression, which has whatever
            // name the query gives it. The tables that SQLite itself brings stay refused.
            if second == "", !modules.contains(table), !table.hasPrefix("sqlite_"),
                !table.hasPrefix("pragma_")
            {
                return SQLITE_OK
            }
            if tables.contains(table) || Self.schemaTables.contains(table)
                || Self.virtualTables.contains(table)
            {
                return SQLITE_OK
            }
            return refuse("reading '\(table)'")
        case SQLITE_FUNCTION:
            let function = (second ?? "").lowercased()
            if Self.functions.contains(function) { return SQLITE_OK }
            return refuse("the function '\(function)'")
        case SQLITE_PRAGMA:
            let pragma = (first ?? "").lowercased()
            if Self.schemaPragmas.contains(pragma) { return SQLITE_OK }
            return refuse("PRAGMA \(pragma)")
        case _ where Self.schemaTables.contains(first ?? ""):
            // What CREATE, DROP and ALTER ask for first.
            return refuse("changing the schema")
        default:
            let object = first.map { $0.isEmpty ? "" : " '\($0)'" } ?? ""
            return refuse((Self.actions[action] ?? "action \(action)") + object)
        }
    }

    private func refuse(_ what: String) -> CInt {
        if refusal == nil { refusal = what }
        return SQLITE_DENY
    }

    // MARK: Lists

    /// The schema itself.
    private static let schemaTables: Set<String> = ["sqlite_master", "sqlite_schema"]

    /// Table-valued functions that read nothing but their arguments and the schema.
    static let virtualTables: Set<String> =
        schemaPragmas.reduce(into: ["json_each", "json_tree"]) { $0.insert("pragma_" + $1) }

    /// Pragmas that tell about the schema and change nothing, whatever their argument.
    private static let schemaPragmas: Set<String> = [
        "table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo",
        "foreign_key_list",
    ]

    /// Functions that compute from their arguments and touch nothing else.
    static let functions: Set<String> = Set(
        """
        abs changes char coalesce format glob hex ifnull iif instr length like likelihood likely \
        lower ltrim max min nullif printf quote random replace round rtrim sign soundex \
        sqlite_version substr substring total_changes trim typeof unicode unlikely upper zeroblob \
        avg count group_concat string_agg sum total \
        row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value \
        nth_value \
        date time datetime julianday unixepoch strftime timediff \
        current_date current_time current_timestamp \
        acos acosh asin asinh atan atan2 atanh ceil ceiling cos cosh degrees exp floor ln log \
        log10 log2 mod pi pow power radians sin sinh sqrt tan tanh trunc \
        json json_array json_array_length json_extract json_insert json_object json_patch \
        json_quote json_remove json_replace json_set json_type json_valid json_group_array \
        json_group_object -> ->> octet_length concat concat_ws unhex if
        """.split(whereSeparator: \.isWhitespace).map(String.init)
            + Statistics.names + [LeaseRule.name])

    private static let actions: [CInt: String] = [
        SQLITE_INSERT: "inserting into", SQLITE_UPDATE: "updating", SQLITE_DELETE: "deleting from",
        SQLITE_CREATE_TABLE: "creating table", SQLITE_CREATE_TEMP_TABLE: "creating table",
        SQLITE_CREATE_INDEX: "creating index", SQLITE_CREATE_TEMP_INDEX: "creating index",
        SQLITE_CREATE_VIEW: "creating view", SQLITE_CREATE_TEMP_VIEW: "creating view",
        SQLITE_CREATE_TRIGGER: "creating trigger", SQLITE_CREATE_TEMP_TRIGGER: "creating trigger",
        SQLITE_CREATE_VTABLE: "creating table", SQLITE_DROP_VTABLE: "dropping table",
        SQLITE_DROP_TABLE: "dropping table", SQLITE_DROP_TEMP_TABLE: "dropping table",
        SQLITE_DROP_INDEX: "dropping index", SQLITE_DROP_TEMP_INDEX: "dropping index",
        SQLITE_DROP_VIEW: "dropping view", SQLITE_DROP_TEMP_VIEW: "dropping view",
        SQLITE_DROP_TRIGGER: "dropping trigger", SQLITE_DROP_TEMP_TRIGGER: "dropping trigger",
        SQLITE_ALTER_TABLE: "altering", SQLITE_REINDEX: "reindexing",
        SQLITE_ANALYZE: "analysing", SQLITE_TRANSACTION: "the transaction command",
        SQLITE_SAVEPOINT: "the savepoint command", SQLITE_ATTACH: "attaching",
        SQLITE_DETACH: "detaching",
    ]
}
