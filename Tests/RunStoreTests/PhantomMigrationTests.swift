import Foundation
import GRDB
import RunStore
import Testing

/// Stores of before tell drawn images by what only drawings are called, and never call patients so.
@Suite struct PhantomMigrationTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    /// A store of schema 2 with a data set of these images, and a run of it.
    private func store(_ name: String, images: [String], fingerprint: String = "f") throws {
        if !FileManager.default.fileExists(atPath: folder.path()) {
            try FileManager.default.copyItem(
                at: MigrationTests.fixtures.appendingPathComponent("schema-2.sqlite"),
                to: URL(fileURLWithPath: folder.path()))
        }
        let queue = try DatabaseQueue(path: folder.path())
        try queue.write { db in
            try db.execute(
                sql: """
                    INSERT INTO dataset (name, fingerprint, images, masks, classes, side, notes,
                        created) VALUES (?, ?, ?, 0, '[]', 64, '[]', 'then')
                    """, arguments: [name, fingerprint, images.count])
            let id = db.lastInsertedRowID
            for image in images {
                try db.execute(
                    sql: "INSERT INTO image (dataset_id, name, has_mask) VALUES (?, ?, 0)",
                    arguments: [id, image])
            }
            for state in ["completed", "queued"] {
                try db.execute(
                    sql: """
                        INSERT INTO run (digest, configuration, dataset, model, loss, procedure,
                            labels, seed, epochs, state, finished, dataset_id, created)
                        VALUES (?1 || ?2 || ?3, json_object('dataset', ?1, 'fingerprint', ?2), ?1,
                            'unet', 'tv', 'supervised', 100, 1, 1, ?3, 'then', ?4, 'then')
                        """,
                    arguments: [name, fingerprint, state, state == "queued" ? nil : id])
            }
        }
        try queue.close()
    }

    private func titles(_ name: String) throws -> [String] {
        try folder.store().query(
            "SELECT title FROM dataset WHERE name = :n AND fingerprint <> 'bench' ORDER BY id",
            parameters: ["n": .text(name)]
        ).rows.compactMap { $0[0].text }
    }

    private func four(_ number: Int) -> String { String(String(10_000 + number).dropFirst()) }

    /// What `lightbox data phantom` calls image `number`, from 1.
    private func drawn(_ number: Int, _ start: String, _ abnormal: Int, of total: Int) -> String {
        let kind = number * abnormal / total - (number - 1) * abnormal / total
        return "\(start)_\(four(number))_\(kind)"
    }

    private func mcx(_ count: Int) -> [String] {
        (1...count).map { drawn($0, "MCUCXR", 58, of: 138) }
    }

    private func scx(_ count: Int) -> [String] {
        (1...count).map { drawn($0, "CHNCXR", 336, of: 662) }
    }

    @Test(arguments: [3, 64, 138, 500])
    func montgomeryDrawingsAreKnownByTheirNames(_ count: Int) throws {
        try store("mcx", images: mcx(count))
        #expect(try titles("mcx") == ["mcx (phantom)"])
        let runs = try folder.store().query("SELECT DISTINCT dataset FROM run ORDER BY 1").rows
        // The fixture's own two runs are of a data set that nobody drew; the queued run follows too.
        #expect(runs == [[.text("mcx")], [.text("mcx (phantom)")]])
    }

    @Test(arguments: [2, 64, 662])
    func shenzhenDrawingsAreKnownByTheirNames(_ count: Int) throws {
        try store("scx", images: scx(count))
        #expect(try titles("scx") == ["scx (phantom)"])
    }

    @Test func vertebraeAndMixedDrawingsToo() throws {
        let spine = (0..<64).map { index in
            let level = index % 9
            return "P0\(index / 9 + 1 < 10 ? "0" : "")\(index / 9 + 1)_"
                + (level < 4 ? "T\(9 + level)" : "L\(level - 3)")
                + "_\((index + 1) / 2 - index / 2)"
        }
        try store("spine", images: spine)
        try store("ccx", images: mcx(20) + ["JPCLN001", "CHNCXR_0001_0"])
        try store("phantom", images: ["MCUCXR_0001_0"])
        #expect(try titles("spine") == ["spine (phantom)"])
        #expect(try titles("ccx") == ["ccx (phantom)"])
        // Its name says it already.
        #expect(try titles("phantom") == ["phantom"])
        #expect(
            try folder.store().query("SELECT origin FROM dataset WHERE name = 'phantom'").rows
                == [[.text("phantom")]])
    }

    /// The real releases, parts of them, and sets named like them.
    @Test func patientsAreNeverCalledPhantoms() throws {
        let montgomery =
            (1...104).map { "MCUCXR_\(four($0))_0" } + (108...393).map { "MCUCXR_\(four($0))_1" }
        let shenzhen =
            (1...326).map { "CHNCXR_\(four($0))_0" } + (327...662).map { "CHNCXR_\(four($0))_1" }
        let jsrt =
            (1...154).map { "JPCLN\(four($0).dropFirst())" }
            + (1...93).map { "JPCNN\(four($0).dropFirst())" }
        try store("mcx", images: montgomery, fingerprint: "a")
        try store("mcx", images: Array(montgomery.prefix(2)), fingerprint: "b")
        // A patient whose file was renamed by hand does not make the others drawn.
        try store("mcx", images: montgomery + ["MCUCXR_0106_1", "extra"], fingerprint: "c")
        try store("scx", images: shenzhen, fingerprint: "a")
        try store("jcx", images: jsrt, fingerprint: "a")
        // As many of each class, from the first on, as would be drawn.
        try store("jcx", images: Array(jsrt[0..<6] + jsrt[154..<158]), fingerprint: "b")
        try store("ccx", images: montgomery + shenzhen + jsrt, fingerprint: "a")
        try store("spine", images: ["P001_V01_1", "P001_V03_0", "P002_T9_0"], fingerprint: "a")
        try store("folder:mine", images: mcx(10), fingerprint: "a")
        #expect(
            try folder.store().query("SELECT count(*) FROM dataset WHERE origin <> 'real'").rows
                == [[.integer(0)]])
        // Versions of one set are told apart, in the order in which they came.
        #expect(try titles("mcx") == ["mcx (a)", "mcx (b)", "mcx (c)"])
        #expect(try titles("jcx") == ["jcx", "jcx (b)"])
    }

    /// What is drawn without options, by the digest of its files.
    @Test func drawnJSRTImagesAreKnownByTheirDigest() throws {
        try store(
            "jcx", images: ["JPCNN001", "JPCLN001"],
            fingerprint: "5423e5f1982e0a589d6d5fa8cb12b1570a4b08ccdf3f53669f94bef0f3991a50")
        #expect(try titles("jcx") == ["jcx (phantom)"])
    }

    @Test func theConfigurationStays() throws {
        try store("mcx", images: mcx(64))
        let rows = try folder.store().query(
            """
            SELECT DISTINCT json_extract(configuration, '$.dataset'), digest FROM run
            WHERE dataset = 'mcx (phantom)' ORDER BY digest
            """
        ).rows
        #expect(
            rows == [
                [.text("mcx"), .text("mcxfcompleted")], [.text("mcx"), .text("mcxfqueued")],
            ])
    }

    /// Titles that would be the same text are told apart by whole fingerprints.
    @Test func titlesAreUnique() throws {
        try store("mcx", images: mcx(10), fingerprint: "12345678a")
        try store("mcx", images: mcx(11), fingerprint: "12345678b")
        try store("mcx", images: mcx(12), fingerprint: "12345678c")
        #expect(
            try titles("mcx") == [
                "mcx (phantom)", "mcx (phantom 12345678)", "mcx (phantom 12345678c)",
            ])
    }
}
