import Foundation
import GRDB
import RunStore
import Testing

/// Stores of every released schema answer every verb that reads as a store of today does, and experiment
/// files mean what they meant; a store of a newer Lightbox is refused by all verbs, and stays as it is.
@Suite struct UpgradeTests {
    private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("RunStoreTests/Fixtures")

    private static let questions: [[String]] = [
        ["runs"], ["show", "1"], ["status"], ["compare", "1", "2"],
        ["report", "leaderboard", "--experiment", "bench"],
        ["query", "SELECT * FROM run_overview"], ["query", "SELECT * FROM image_metric"],
        ["query", "SELECT * FROM metric"], ["check"],
    ]

    private func program(schema: Int) throws -> Program {
        let program = try Program()
        try FileManager.default.copyItem(
            at: Self.fixtures.appendingPathComponent("schema-\(schema).sqlite"),
            to: program.folder.appendingPathComponent("s.db"))
        return program
    }

    private func answers(_ program: Program) throws -> [String] {
        try Self.questions.map { question in
            let ending = try program.run(question + ["--store", "s.db"])
            #expect(ending.status == 0, "\(question): \(ending.errors)")
            return ending.output
        }
    }

    @Test(arguments: 1..<RunStore.schemaVersion)
    func anOldStoreAnswersAsOneOfToday(_ schema: Int) throws {
        let old = try answers(program(schema: schema))
        let today = try answers(program(schema: RunStore.schemaVersion))
        for (index, question) in Self.questions.enumerated() {
            #expect(old[index] == today[index], "\(question)")
            #expect(!old[index].isEmpty, "\(question)")
        }
    }

    /// What was exported from it is the same, too.
    @Test(arguments: 1..<RunStore.schemaVersion)
    func anOldStoreIsExportedAsOneOfToday(_ schema: Int) throws {
        func exported(_ schema: Int) throws -> [String: Data] {
            let program = try program(schema: schema)
            let ending = try program.run("export", "csv", "--store", "s.db", "--output", "out")
            #expect(ending.status == 0, "\(ending.errors)")
            let folder = program.folder.appendingPathComponent("out")
            let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
                .filter { $0.hasSuffix(".csv") }
            return try Dictionary(
                uniqueKeysWithValues: files.map {
                    ($0, try Data(contentsOf: folder.appendingPathComponent($0)))
                })
        }
        let old = try exported(schema)
        #expect(try old == exported(RunStore.schemaVersion))
        #expect(!old.isEmpty)
    }

    /// Experiment files of released versions, as they were then, with the cells that their lists make.
    private static let experiments = [
        "0.1.0": [
            "ablation": 48, "ablation-quick": 48, "demo": 16, "label-fraction": 144,
            "label-fraction-quick": 48, "mcx-quick": 6, "p1-table1": 72, "p1-table1-quick": 36,
            "p1-table2": 36, "p1-table2-quick": 36, "p2-table1": 72, "p2-table1-quick": 36,
            "semi-supervised-augmented": 9, "semi-supervised-tuning": 24, "stability": 16,
            "stability-augmented": 8,
        ]
    ]

    @Test func experimentFilesOfBeforeMeanWhatTheyMeant() throws {
        let program = try Program()
        let layouts = ["mcx", "scx", "jcx", "spine"].flatMap { ["--layout", $0] }
        let drawn = try program.run(
            ["data", "phantom", "data", "--count", "24", "--size", "32"] + layouts)
        try #require(drawn.status == 0, "\(drawn.errors)")
        for (version, files) in Self.experiments {
            let folder = "Tests/CommandLineTests/Releases/\(version)"
            let paths = try Repository.files(in: folder)
            #expect(Set(paths) == Set(files.keys.map { "\(folder)/\($0).yaml" }))
            for (name, cells) in files {
                let path = Repository.url("\(folder)/\(name).yaml").path
                let ending = try program.run("sweep", path, "--data", "data", "--dry-run")
                #expect(ending.status == 0 && ending.errors.isEmpty, "\(name): \(ending.errors)")
                #expect(ending.output.split(separator: "\n").count == cells, "\(name)")
            }
        }
    }

    @Test func aNewerStoreIsNamedAndLeftAlone() throws {
        let program = try program(schema: RunStore.schemaVersion)
        let file = program.folder.appendingPathComponent("s.db")
        let queue = try DatabaseQueue(path: file.path)
        try queue.write {
            try $0.execute(sql: "PRAGMA user_version = \(RunStore.schemaVersion + 1)")
        }
        try queue.close()
        let before = try Data(contentsOf: file)
        for question in Self.questions + [["doctor"]] {
            let ending = try program.run(question + ["--store", "s.db"])
            #expect(
                (ending.output + ending.errors).contains(
                    "has schema \(RunStore.schemaVersion + 1), written by a newer Lightbox"),
                "\(question): \(ending.errors)")
            // doctor lists what is there; a broken store is one of its lines.
            #expect((ending.status == 0) == (question == ["doctor"]), "\(question)")
        }
        #expect(try Data(contentsOf: file) == before)
    }
}
