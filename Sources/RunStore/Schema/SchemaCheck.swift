internal import GRDB
internal import Hashing
internal import Synchronization

/// Compares the schema of a store with the one that Lightbox makes at the store's version.
///
/// Everything must be there, as it was made, and nothing else: no trigger, view or table of
/// another hand. Two kinds of things are ignored: what SQLite keeps for itself (`sqlite_stat1`
/// and its like, made by ANALYZE), and indexes over plain columns that forbid nothing, which change
/// no answer.
enum SchemaCheck {
    /// An entry of `sqlite_schema`.
    struct Entry: Hashable {
        let type: String, name: String, table: String
        let sql: String?
    }

    /// What differs from the schema of `version`, one clause each; nothing where all is well.
    static func differences(
        _ db: Database, schema: String = "main", version: Int
    ) throws -> [String] {
        // Nearly always: no need to make the version's schema to compare with.
        if try digest(db, schema: schema) == digests[version] { return [] }
        let found = try entries(db, schema: schema)
        let expected = try expected(version)
        if found == expected { return [] }
        let known = Dictionary(grouping: expected, by: \.name)
        var differences: [String] = []
        for entry in found.subtracting(expected).sorted(by: { $0.name < $1.name }) {
            if let wanted = known[entry.name]?.first {
                differences.append(
                    wanted.type == entry.type
                        ? "the \(entry.type) '\(entry.name)' is not as Lightbox made it"
                        : "'\(entry.name)' is a \(entry.type), expected a \(wanted.type)")
            } else if try !isHarmless(entry, db, schema: schema) {
                differences.append("the \(entry.type) '\(entry.name)' is not Lightbox's")
            }
        }
        let names = Set(found.map(\.name))
        for entry in expected.sorted(by: { $0.name < $1.name }) where !names.contains(entry.name) {
            differences.append("the \(entry.type) '\(entry.name)' is missing")
        }
        return differences
    }

    private static func entries(_ db: Database, schema: String) throws -> Set<Entry> {
        var entries: Set<Entry> = []
        let sql = "SELECT type, name, tbl_name, sql FROM \(schema).sqlite_schema"
        try StoreRow.forEach(db, sql: sql) { row in
            entries.insert(
                try Entry(type: row[0], name: row[1], table: row[2], sql: row[3]))
        }
        return entries
    }

    /// Digests of the versions' schemas, which a test compares with what the migrations make.
    /// A version without one is compared object by object, which takes some milliseconds.
    static let digests: [Int: String] = [
        1: "4eda7eff508286c98de37282c73ad938ae47bc871de6d97ee56dff4cff5f6858",
        2: "7fda80a3711248755ef2319b95f63da4a2c7b6fec0af72dced1ae97525e4298d",
        3: "cc72186924c7564f89b403efe54de1248a6d1057f49a39f545d22434f4e73232",
        4: "7cfc1b9afbc83b11c3e06df7f023fe7d70eecbd77c9700aa80b183f41b9c196d",
        5: "eafc63de334be9a6e6a78a25d4d37bba87d7d4655f4c14be73df1365d3c4db06",
        6: "7ed3b5a1e5ddbc3de93064c16c35f57231a0ba2f7c91375b3554defc48e3ff74",
        7: "0a2ba5597ec572ae0ccbcac4e78566b9142837b8e8f3cc6274e897cc930b1bf9",
    ]

    /// The digest of every entry of a schema.
    static func digest(_ db: Database, schema: String = "main") throws -> String {
        var hash = SHA256()
        let columns = "type, name, tbl_name, sql"
        try StoreRow.forEach(
            db, sql: "SELECT \(columns) FROM \(schema).sqlite_schema ORDER BY type, name"
        ) { row in
            let texts: [String] = try [row[0], row[1], row[2], row[3] as String? ?? ""]
            hash.update(texts.map { "\($0.utf8.count):\($0)" }.joined())
        }
        return hash.digest()
    }

    private static let known = Mutex<[Int: Set<Entry>]>([:])

    /// The schema of a version, made once a process by its migrations in memory.
    private static func expected(_ version: Int) throws -> Set<Entry> {
        try known.withLock { known in
            if let entries = known[version] { return entries }
            let queue = try DatabaseQueue()
            try Migrations.all.migrate(queue, upTo: Migrations.all.migrations[version - 1])
            let entries = try queue.read { try Self.entries($0, schema: "main") }
            known[version] = entries
            return entries
        }
    }

    /// Tables that ANALYZE makes.
    private static let statistics: Set<String> = [
        "CREATE TABLE sqlite_stat1(tbl,idx,stat)",
        "CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)",
    ]

    private static func isHarmless(_ entry: Entry, _ db: Database, schema: String) throws -> Bool {
        if entry.type == "table" {
            return entry.name.hasPrefix("sqlite_stat") && statistics.contains(entry.sql ?? "")
        }
        guard entry.type == "index", entry.sql != nil else { return false }
        let isPlain = try Bool.readOne(
            db,
            sql: """
                SELECT count(*) FROM pragma_index_list(?1, ?3)
                WHERE name = ?2 AND NOT "unique" AND NOT partial
                    AND NOT EXISTS (SELECT 1 FROM pragma_index_xinfo(?2, ?3) WHERE cid = -2)
                """, arguments: [entry.table, entry.name, schema])
        return isPlain ?? false
    }
}
