import Foundation
import GRDB
import RunStore
import Testing

@Suite struct OpeningTests {
    let folder: Folder

    init() throws {
        folder = try Folder()
    }

    private func sentence(_ mode: RunStore.Mode = .readWrite, _ name: String = "runs.db") throws
        -> String
    {
        let error = #expect(throws: StoreError.self) {
            // Damage inside shows when the store is used.
            _ = try folder.store(name, mode).query("SELECT count(*), max(value) FROM published")
        }
        let text = try #require(error).description
        #expect(!text.contains("\n"))
        #expect(text.contains(folder.path(name)))
        return text
    }

    @Test func aMissingStoreIsNotMadeForReading() throws {
        #expect(try sentence(.readOnly).hasPrefix("no store at '"))
        #expect(!FileManager.default.fileExists(atPath: folder.path()))
    }

    @Test func foldersAreMade() throws {
        try folder.store("a/b/c.db").close()
        #expect(FileManager.default.fileExists(atPath: folder.path("a/b/c.db")))
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path("a/b")) == ["c.db"])
    }

    @Test func anEmptyFileBecomesAStore() throws {
        try Data().write(to: folder.url.appendingPathComponent("runs.db"))
        let store = try folder.store()
        #expect(try store.query("SELECT count(*) FROM run").rows == [[.integer(0)]])
    }

    @Test func aNewerStoreIsRefused() throws {
        try folder.store().close()
        let queue = try DatabaseQueue(path: folder.path())
        try queue.write { try $0.execute(sql: "PRAGMA user_version = 99") }
        try queue.close()
        for mode in [RunStore.Mode.readWrite, .readOnly] {
            #expect(try sentence(mode).contains("has schema 99, written by a newer Lightbox"))
        }
    }

    @Test func anotherProgramsDatabaseIsRefusedAndLeftAlone() throws {
        let queue = try DatabaseQueue(path: folder.path())
        try queue.write { try $0.execute(sql: "CREATE TABLE note (text)") }
        try queue.close()
        let before = try Data(contentsOf: folder.url.appendingPathComponent("runs.db"))
        #expect(try sentence().contains("a database of another program"))
        #expect(try Data(contentsOf: folder.url.appendingPathComponent("runs.db")) == before)
    }

    @Test func textIsNoStore() throws {
        let text = Data(String(repeating: "no database at all\n", count: 100).utf8)
        try text.write(to: folder.url.appendingPathComponent("runs.db"))
        #expect(try sentence().contains("is no SQLite database"))
        #expect(try sentence(.readOnly).contains("is no SQLite database"))
    }

    @Test func aDamagedStoreIsNamedDamaged() throws {
        try folder.store().close()
        let url = folder.url.appendingPathComponent("runs.db")
        var bytes = try Data(contentsOf: url)
        for index in 4096..<bytes.count { bytes[index] = UInt8(truncatingIfNeeded: index &* 31) }
        try bytes.write(to: url)
        #expect(try sentence(.readOnly).contains("is damaged"))
        #expect(try sentence().contains("is damaged"))
    }

    @Test func aTruncatedStoreIsNamedDamaged() throws {
        try folder.store().close()
        let url = folder.url.appendingPathComponent("runs.db")
        try Data(contentsOf: url).prefix(9000).write(to: url)
        #expect(try sentence(.readOnly).contains("is damaged"))
    }

    @Test func aFolderIsNoStore() throws {
        try FileManager.default.createDirectory(
            atPath: folder.path(), withIntermediateDirectories: true)
        #expect(try sentence().contains("a folder"))
    }

    @Test func aStoreOpenedForReadingRefusesWrites() throws {
        try folder.store().close()
        let store = try folder.store("runs.db", .readOnly)
        #expect(throws: StoreError.readOnly(path: folder.path())) {
            try store.record(EventRecord(level: .info, message: "x"))
        }
    }

    @Test(.enabled(if: geteuid() != 0, "root may write anywhere"))
    func aReadOnlyFileIsRefusedForWriting() throws {
        try folder.store().close()
        let files = FileManager.default
        try files.setAttributes([.posixPermissions: 0o444], ofItemAtPath: folder.path())
        #expect(try sentence().contains("read-only"))
        _ = try folder.store("runs.db", .readOnly).query("SELECT 1")
    }

    @Test(.enabled(if: geteuid() != 0, "root may write anywhere"))
    func aStoreInAReadOnlyFolderCanBeRead() throws {
        try folder.store().close()
        let files = FileManager.default
        let path = folder.url.path
        try files.setAttributes([.posixPermissions: 0o555], ofItemAtPath: path)
        defer { try? files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path) }
        let store = try folder.store("runs.db", .readOnly)
        #expect(try store.query("SELECT count(*) FROM published").rows == [[.integer(392)]])
        #expect(try sentence().contains("read-only"))
    }

    @Test func aStoreHoldsThePublishedFigures() throws {
        let store = try folder.store()
        #expect(
            try store.query(
                "SELECT paper, table_name, count(*) FROM published GROUP BY 1, 2 ORDER BY 1, 2"
            ).rows == [
                [.text("P1"), .text("1"), .integer(216)],
                [.text("P1"), .text("2"), .integer(144)],
                [.text("P2"), .text("1"), .integer(32)],
            ])
        #expect(
            try store.query(
                """
                SELECT value FROM published WHERE dataset = 'scx' AND model = 'ppau-net'
                    AND procedure = 'supervised' AND loss = 'kltv' AND metric = 'published/hd'
                """
            ).rows == [[.real(3.855)]])
    }
}
