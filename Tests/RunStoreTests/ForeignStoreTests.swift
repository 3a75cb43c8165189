import Foundation
import GRDB
import Testing

@testable import RunStore

/// A store that somebody sent: its schema is compared with Lightbox's before anything is read.
@Suite struct ForeignStoreTests {
    let folder: Folder

    init() throws {
        folder = try Folder()
        try Fixture.complete(Fixture.cell(), dice: 0.9, in: try folder.store())
    }

    private func raw(_ sql: String, _ name: String = "runs.db") throws {
        let queue = try DatabaseQueue(path: folder.path(name))
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA foreign_keys = OFF")
            try db.execute(sql: sql)
        }
        try queue.close()
    }

    private func refusal(_ mode: RunStore.Mode) throws -> String {
        let error = #expect(throws: StoreError.self) { _ = try folder.store("runs.db", mode) }
        return try #require(error).description
    }

    static let endless = """
        WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT n FROM c WHERE n < 0
        """

    static let changes: [(sql: String, names: String)] = [
        (
            "DROP VIEW best_epoch; CREATE VIEW best_epoch AS \(endless)",
            "the view 'best_epoch' is not as Lightbox made it"
        ),
        ("CREATE VIEW mine AS SELECT 1", "the view 'mine' is not Lightbox's"),
        (
            """
            PRAGMA legacy_alter_table = ON;
            ALTER TABLE series RENAME TO series_real;
            CREATE VIEW series AS SELECT * FROM series_real
            """, "'series"
        ),
        (
            "CREATE TRIGGER t AFTER INSERT ON event BEGIN DELETE FROM run; END",
            "the trigger 't' is not Lightbox's"
        ),
        ("CREATE TABLE remark (text)", "the table 'remark' is not Lightbox's"),
        ("CREATE VIRTUAL TABLE remark USING fts5(text)", "is not Lightbox's"),
        ("ALTER TABLE run ADD COLUMN more TEXT", "the table 'run' is not as Lightbox made it"),
        ("DROP VIEW metric", "the view 'metric' is missing"),
        ("DROP INDEX run_by_state", "the index 'run_by_state' is missing"),
        ("CREATE UNIQUE INDEX one ON event (level, id)", "the index 'one' is not Lightbox's"),
        ("CREATE INDEX one ON event (level) WHERE id > 3", "the index 'one' is not Lightbox's"),
        ("CREATE INDEX one ON event (hex(message))", "the index 'one' is not Lightbox's"),
        (
            """
            PRAGMA writable_schema = ON;
            UPDATE sqlite_schema SET sql = replace(sql, ') STRICT', ')') WHERE name = 'run'
            """, "the table 'run' is not as Lightbox made it"
        ),
        (
            """
            PRAGMA writable_schema = ON;
            UPDATE sqlite_schema SET sql = replace(sql, 'CHECK (epochs >= 0)', '')
            """, "the table 'run' is not as Lightbox made it"
        ),
    ]

    @Test(arguments: changes.indices)
    func aForeignSchemaIsRefusedByName(_ index: Int) throws {
        let change = Self.changes[index]
        try raw(change.sql)
        for mode in [RunStore.Mode.readOnly, .readWrite, .alone] {
            #expect(try refusal(mode).contains(change.names))
        }
        let url = folder.url.appendingPathComponent("runs.db")
        let findings = try RunStore.inspect(url).findings
        #expect(findings.contains { $0.kind == .schema && $0.message.contains(change.names) })
        // Neither merge nor backup nor ship take it.
        let lab = try folder.store("lab.db")
        let report = try lab.merge([url])
        #expect(report.added == 0 && report.failures.count == 1)
        #expect(throws: StoreError.self) {
            try RunStore.ship(from: url, to: folder.url.appendingPathComponent("shipped.db"))
        }
    }

    @Test func whatChangesNoAnswerIsIgnored() throws {
        try raw("CREATE INDEX mine ON event (level, time); ANALYZE")
        for mode in [RunStore.Mode.readOnly, .readWrite] {
            #expect(try folder.store("runs.db", mode).overview().count == 1)
        }
        #expect(try RunStore.inspect(folder.url.appendingPathComponent("runs.db")).findings == [])
    }

    @Test func versionsThatAreNoneAreRefused() throws {
        for version in [0, -5] {
            try raw("PRAGMA user_version = \(version)")
            for mode in [RunStore.Mode.readOnly, .readWrite] {
                #expect(try refusal(mode).contains("is a store of schema \(version)"))
            }
        }
        try raw("PRAGMA user_version = 1")
        #expect(try refusal(.readOnly).contains("is not"))
    }

    @Test func anEmptyFileIsNoStoreToRead() throws {
        try Data().write(to: folder.url.appendingPathComponent("empty.db"))
        let error = #expect(throws: StoreError.self) { try folder.store("empty.db", .readOnly) }
        #expect(error?.description.contains("is an empty file") == true)
    }

    /// Each digest is that of what the version's migrations make; a missing one makes opening slow.
    @Test(arguments: 1...RunStore.schemaVersion)
    func theDigestOfEverySchemaIsKnown(_ version: Int) throws {
        let url = MigrationTests.fixtures.appendingPathComponent("schema-\(version).sqlite")
        let queue = try DatabaseQueue(path: url.path)
        #expect(try queue.read { try SchemaCheck.digest($0) } == SchemaCheck.digests[version])
        let made = try DatabaseQueue()
        try Migrations.all.migrate(made, upTo: Migrations.all.migrations[version - 1])
        #expect(try made.read { try SchemaCheck.digest($0) } == SchemaCheck.digests[version])
    }

    // MARK: Odd files

    /// Pages of a map whose file has become shorter end the process.
    @Test func aFileThatIsCutShortWhileItIsOpenIsAnError() throws {
        let folder = try Folder()
        let store = try folder.store()
        for seed: UInt64 in 1...5 {
            try Fixture.complete(Fixture.cell(seed: seed), dice: 0.9, in: store)
        }
        try store.close()
        let reader = try folder.store("runs.db", .readOnly)
        _ = try reader.query("SELECT count(*) FROM run")
        truncate(folder.path(), 8192)
        #expect(throws: StoreError.self) { _ = try reader.query("SELECT * FROM image_metric") }
    }

    @Test(arguments: ["", "-wal", "-shm", "-journal"])
    func pipesAreRefusedAtOnce(_ suffix: String) throws {
        let path = folder.path("odd.db")
        if !suffix.isEmpty {
            try FileManager.default.copyItem(atPath: folder.path(), toPath: path)
        }
        mkfifo(path + suffix, 0o600)
        for mode in [RunStore.Mode.readOnly, .readWrite, .alone] {
            let error = #expect(throws: StoreError.self) { try folder.store("odd.db", mode) }
            #expect(error?.description.contains("a pipe") == true)
        }
        // Nor does a look at the stores of the folder wait for one.
        _ = try? folder.store().collect(isDryRun: true)
    }

    @Test func devicesAreRefused() throws {
        for path in ["/dev/null", "/dev/zero"] {
            let error = #expect(throws: StoreError.self) {
                try RunStore(at: URL(fileURLWithPath: path), mode: .readOnly)
            }
            #expect(error?.description.contains("a device") == true)
        }
    }

    // MARK: Older stores

    @Test(arguments: 1..<RunStore.schemaVersion)
    func anOlderStoreIsReadAndLeftAlone(_ version: Int) throws {
        let url = folder.url.appendingPathComponent("old.db")
        try FileManager.default.copyItem(
            at: MigrationTests.fixtures.appendingPathComponent("schema-\(version).sqlite"), to: url)
        let before = try Data(contentsOf: url)
        let store = try RunStore(at: url, mode: .readOnly)
        #expect(store.isOlder)
        let runs = try store.overview()
        #expect(runs.count == 2)
        #expect(try store.query("SELECT count(*) FROM run_overview").rows == [[.integer(2)]])
        #expect(try store.reportRuns(ReportSelection()).count == 2)
        #expect(try store.detail(of: runs[0].run).results.count == 22)
        #expect(try RunStore.inspect(url, files: false).findings == [])
        try store.close()
        #expect(try Data(contentsOf: url) == before)
    }
}
