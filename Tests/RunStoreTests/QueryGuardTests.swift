import Foundation
import GRDB
import RunStore
import Testing

/// Nothing a query says can write, attach, load an extension or leave the store.
@Suite struct QueryGuardTests {
    static let attempts = [
        // Rows.
        "INSERT INTO event (time, level, message) VALUES ('', 'info', 'x')",
        "INSERT OR REPLACE INTO run (id) VALUES (1)",
        "REPLACE INTO experiment (name) VALUES ('x')",
        "UPDATE run SET state = 'completed'",
        "UPDATE OR IGNORE published SET value = 1",
        "DELETE FROM run",
        "DELETE FROM metric_point WHERE run = 1",
        "WITH x AS (SELECT 1) DELETE FROM run",
        "WITH x AS (SELECT 1) INSERT INTO event SELECT 1, 1, '', 'info', '' FROM x",
        "WITH x(i) AS (SELECT 1) UPDATE run SET seed = (SELECT i FROM x)",
        "INSERT INTO event (time, level, message) VALUES ('', 'info', '') RETURNING *",
        "DELETE FROM run RETURNING id",
        "UPDATE run SET seed = 2 RETURNING id",
        "SELECT * FROM (DELETE FROM run RETURNING *)",
        // Several statements.
        "SELECT 1; DELETE FROM run",
        "SELECT 1; SELECT 2",
        "; DELETE FROM run",
        "/* a comment */ DELETE FROM run",
        "SELECT 1 -- fine\n; DROP TABLE run",
        "SELECT 1; /* */ ; ATTACH ':memory:' AS x",
        // Schema.
        "CREATE TABLE x (y)",
        "CREATE TABLE x AS SELECT * FROM run",
        "CREATE TEMP TABLE x (y)",
        "CREATE TEMPORARY VIEW x AS SELECT 1",
        "CREATE TEMP TRIGGER x AFTER INSERT ON run BEGIN SELECT 1; END",
        "CREATE VIEW x AS SELECT 1",
        "CREATE INDEX x ON run (seed)",
        "CREATE TRIGGER x AFTER INSERT ON run BEGIN DELETE FROM event; END",
        "CREATE VIRTUAL TABLE x USING fts5(y)",
        "CREATE VIRTUAL TABLE temp.x USING fts4(y)",
        "CREATE VIRTUAL TABLE temp.x USING rtree(a, b, c)",
        "DROP TABLE run",
        "DROP VIEW run_overview",
        "DROP INDEX run_by_state",
        "ALTER TABLE run ADD COLUMN x",
        "ALTER TABLE run RENAME TO x",
        "ALTER TABLE run DROP COLUMN seed",
        "REINDEX",
        "ANALYZE",
        "INSERT INTO sqlite_master VALUES ('table', 'x', 'x', 0, 'CREATE TABLE x (y)')",
        "UPDATE sqlite_schema SET sql = ''",
        "DELETE FROM sqlite_sequence",
        "SELECT * FROM sqlite_temp_master",
        // Other files.
        "ATTACH DATABASE '/tmp/lightbox-escape.db' AS x",
        "ATTACH ':memory:' AS x",
        "ATTACH 'file:/tmp/lightbox-escape.db?mode=rwc' AS x",
        "DETACH main",
        "VACUUM",
        "VACUUM INTO '/tmp/lightbox-escape.db'",
        "SELECT load_extension('/tmp/x.so')",
        "SELECT load_extension('/tmp/x.so', 'init')",
        "SELECT readfile('/etc/passwd')",
        "SELECT writefile('/tmp/lightbox-escape.db', 'x')",
        "SELECT edit('x')",
        "SELECT fts3_tokenizer('x')",
        "SELECT fts3_tokenizer('x', x'00')",
        "SELECT * FROM sqlite_dbpage",
        "SELECT * FROM dbstat",
        "SELECT * FROM sqlite_stmt",
        "SELECT * FROM fts3tokenize",
        "SELECT * FROM fsdir('/')",
        "SELECT sqlite_compileoption_get(1)",
        // Nor how many rows there would be.
        "SELECT count(*) FROM sqlite_dbpage",
        "SELECT count(*) FROM dbstat",
        "SELECT count(*) FROM sqlite_stmt",
        "SELECT count(*) FROM sqlite_temp_master",
        "SELECT count(*) FROM pragma_database_list",
        "SELECT count(*) FROM pragma_wal_checkpoint",
        "SELECT count(*) FROM fts3tokenize",
        "WITH t AS (SELECT count(*) FROM dbstat) SELECT count(*) FROM t a, t b",
        // Settings.
        "PRAGMA writable_schema = ON",
        "PRAGMA journal_mode = DELETE",
        "PRAGMA journal_mode",
        "PRAGMA query_only = OFF",
        "PRAGMA user_version = 7",
        "PRAGMA application_id = 7",
        "PRAGMA foreign_keys = OFF",
        "PRAGMA trusted_schema = ON",
        "PRAGMA wal_checkpoint(TRUNCATE)",
        "PRAGMA incremental_vacuum",
        "PRAGMA optimize",
        "PRAGMA temp_store_directory = '/tmp'",
        "PRAGMA integrity_check",
        "SELECT * FROM pragma_journal_mode",
        "SELECT * FROM pragma_user_version",
        "SELECT * FROM pragma_database_list",
        "SELECT * FROM pragma_wal_checkpoint",
        "SELECT * FROM pragma_optimize",
        // Transactions.
        "BEGIN",
        "BEGIN EXCLUSIVE",
        "COMMIT",
        "ROLLBACK",
        "END",
        "SAVEPOINT x",
        "RELEASE x",
        // Through EXPLAIN and strings.
        "EXPLAIN DELETE FROM run",
        "EXPLAIN QUERY PLAN UPDATE run SET seed = 2",
        "SELECT \"no such column\" FROM run",
    ]

    @Test func thereAreEnough() {
        #expect(Self.attempts.count >= 60)
        #expect(Set(Self.attempts).count == Self.attempts.count)
    }

    @Test func nothingGetsThrough() throws {
        let folder = try Folder()
        let store = try folder.store()
        try Fixture.complete(Fixture.cell(), dice: 0.9, in: store)
        let before = try Self.contents(of: folder)
        for mode in [RunStore.Mode.readWrite, .readOnly] {
            let store = try folder.store("runs.db", mode)
            for attempt in Self.attempts {
                #expect(throws: StoreError.self, "\(attempt)") { try store.query(attempt) }
            }
            // The connection still answers, and still refuses.
            #expect(try store.query("SELECT count(*) FROM run").rows == [[.integer(1)]])
        }
        #expect(try Self.contents(of: folder) == before)
        #expect(!FileManager.default.fileExists(atPath: "/tmp/lightbox-escape.db"))
    }

    /// A view that a foreign hand put into the store must not reach further than a query.
    @Test func viewsCannotReachFurther() throws {
        let folder = try Folder()
        try folder.store().close()
        let raw = try DatabaseQueue(path: folder.path())
        try raw.write { db in
            try db.execute(sql: "CREATE VIEW bad AS SELECT load_extension('/tmp/x.so') AS y")
        }
        try raw.close()
        #expect(throws: StoreError.self) {
            try folder.store("runs.db", .readOnly).query("SELECT * FROM bad")
        }
    }

    @Test(arguments: [
        "SELECT 1;", "SELECT 1 ; -- the end", "SELECT 1; /* the end */ ;",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT i FROM n",
        "SELECT key, value FROM json_each('[1,2]')", "VALUES (1), (2)",
        "SELECT name FROM pragma_table_info('run')", "PRAGMA table_info(run)",
        "SELECT sql FROM sqlite_schema", "EXPLAIN QUERY PLAN SELECT * FROM run_overview",
        "SELECT median(value), stddev(value), percentile(value, 90) FROM published",
        "SELECT json_extract(configuration, '$.model') FROM run",
        "SELECT configuration ->> '$.model' FROM run",
        "SELECT row_number() OVER (ORDER BY id) FROM run",
        "SELECT datetime('now'), strftime('%s', 'now'), current_timestamp",
        "SELECT a.run FROM run_overview a JOIN segmentation b USING (run)",
        "WITH t AS (SELECT * FROM run) SELECT count(*), (SELECT count(*) FROM t) FROM t",
        "WITH t AS MATERIALIZED (SELECT 1 AS x) SELECT count(*) FROM t a JOIN t b USING (x)",
        "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 9) SELECT count(*) FROM c",
        "WITH run AS (SELECT 1 UNION SELECT 2) SELECT count(*) FROM run a, run b",
        "SELECT count(*) FROM (SELECT DISTINCT model FROM run)",
        "SELECT count(*) FROM (VALUES (1), (2)) a, (VALUES (3)) b",
        "SELECT count(*) FROM run_overview", "SELECT count(*) FROM sqlite_schema",
        "SELECT * FROM run WHERE model LIKE 'u%' AND loss GLOB 'k*' AND seed IN (1, 2)",
    ])
    func readingIsAllowed(_ sql: String) throws {
        let folder = try Folder()
        try Fixture.complete(Fixture.cell(), dice: 0.9, in: try folder.store())
        let answer = try folder.store("runs.db", .readOnly).query(sql)
        #expect(!answer.rows.isEmpty)
    }

    /// Every row of every table.
    static func contents(of folder: Folder, _ name: String = "runs.db") throws -> [String] {
        let queue = try DatabaseQueue(path: folder.path(name))
        defer { try? queue.close() }
        return try queue.read { db in
            let schema = try Row.fetchAll(
                db, sql: "SELECT type, name, sql FROM sqlite_master ORDER BY name")
            var lines = schema.map { "\($0)" }
            for row in schema where row["type"] == "table" {
                let name: String = row["name"]
                lines += try Row.fetchAll(db, sql: "SELECT * FROM \"\(name)\"").map { "\($0)" }
            }
            for pragma in ["user_version", "application_id", "journal_mode"] {
                lines.append("\(try Row.fetchAll(db, sql: "PRAGMA \(pragma)"))")
            }
            return lines
        }
    }
}
