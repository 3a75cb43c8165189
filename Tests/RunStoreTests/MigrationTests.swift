import Domain
import Foundation
import GRDB
import RunStore
import Testing

/// Stores of every released schema open, keep what they hold, and end with today's schema.
///
/// `Fixtures/schema-N.sqlite` was made by the Lightbox that released schema N:
/// `storebench cells --cells 2 --images 3 --epochs 2`, then `PRAGMA page_size = 512; VACUUM`; those
/// of schemas 3 and 4 are the one of schema 2, that of 7 the one of 6, brought up to date.
@Suite struct MigrationTests {
    static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Fixtures")

    private func copy(_ version: Int, into folder: Folder) throws {
        try FileManager.default.copyItem(
            at: Self.fixtures.appendingPathComponent("schema-\(version).sqlite"),
            to: folder.url.appendingPathComponent("runs.db"))
    }

    private func schema(_ folder: Folder, _ name: String) throws -> [String] {
        let queue = try DatabaseQueue(path: folder.path(name))
        defer { try? queue.close() }
        return try queue.read { db in
            try Row.fetchAll(
                db, sql: "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
            ).map { "\($0)" }
                + String.fetchAll(db, sql: "SELECT user_version FROM pragma_user_version")
        }
    }

    @Test func thereIsAFixtureForEverySchema() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.fixtures.path)
        let stores = names.filter { $0.hasPrefix("schema-") }.sorted()
        #expect(stores == (1...RunStore.schemaVersion).map { "schema-\($0).sqlite" })
    }

    @Test(arguments: 1...RunStore.schemaVersion)
    func anOldStoreKeepsItsRuns(_ version: Int) throws {
        let folder = try Folder()
        try copy(version, into: folder)
        let store = try folder.store()
        #expect(try store.check() == [])
        let runs = try store.overview(experiment: "bench")
        #expect(runs.map(\.state) == [.completed, .completed])
        #expect(runs.map(\.bestEpoch) == [2, 2])
        #expect(runs.map(\.validationDice) == [0.5, 0.5])
        #expect(try store.curve(of: runs[0].run, .validation, "metric1").map(\.epoch) == [1, 2])
        let detail = try store.detail(of: runs[1].run)
        #expect(detail.results.count == 22)
        #expect(detail.parameters["learning-rate"] == .real(0.001))
        #expect(
            try store.query("SELECT count(*) FROM image_metric").rows == [[.integer(132)]])
        // It can be written to as any other.
        try Fixture.complete(Fixture.cell(), dice: 0.9, in: store)
    }

    @Test(arguments: 1...RunStore.schemaVersion)
    func anOldStoreEndsWithTodaysSchema(_ version: Int) throws {
        let folder = try Folder()
        try copy(version, into: folder)
        try folder.store().close()
        try folder.store("new.db").close()
        #expect(try schema(folder, "runs.db") == schema(folder, "new.db"))
    }

    /// Schema 1 named P1's Attention U-Net as no run is named.
    @Test(arguments: 1...RunStore.schemaVersion)
    func thePublishedFiguresAreThoseOfANewStore(_ version: Int) throws {
        let folder = try Folder()
        try copy(version, into: folder)
        let sql = """
            SELECT * FROM published
            ORDER BY paper, table_name, dataset, procedure, model, loss, labels, metric
            """
        let old = try folder.store().query(sql).rows
        #expect(try old == folder.store("new.db").query(sql).rows)
        #expect(old.contains { $0.contains(.text("attention-unet")) })
    }
}
