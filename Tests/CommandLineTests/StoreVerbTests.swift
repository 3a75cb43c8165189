import Foundation
import RunStore
import Testing

/// `backup`, `merge`, `delete` and `gc`, on the stores that sweeps leave.
@Suite struct StoreVerbTests {
    private func sweep(_ program: Program, _ store: String, _ set: String) throws {
        let ending = try program.run("sweep", "e.yaml", "--store", store, "--set", set)
        try #require(ending.status == 0, "\(ending.errors)")
    }

    /// A folder with a store of two completed runs: seeds 1 and 2 of one cell.
    private func program() throws -> Program {
        let program = try Program()
        try program.drawPhantoms()
        try program.write(Program.tiny.replacing("[tv, kltv]", with: "tv"), to: "e.yaml")
        try sweep(program, "results/lightbox.db", "seed=[1, 2]")
        return program
    }

    private func files(_ program: Program, _ folder: String = "results/runs") throws -> [String] {
        try FileManager.default.subpathsOfDirectory(
            atPath: program.folder.appendingPathComponent(folder).path
        ).filter { $0.contains("/") && !$0.hasSuffix("/.owner") }.sorted()
    }

    private func exists(_ program: Program, _ path: String) -> Bool {
        FileManager.default.fileExists(atPath: program.folder.appendingPathComponent(path).path)
    }

    @Test func theShellOpensTheStoreForReading() throws {
        let program = try Program()
        try Stores.fillPair(in: program, as: "-cmd.db")
        let shell = "bin/sqlite3"
        try program.write("#!/bin/sh\nprintf '%s\\n' \"$@\"\n", to: shell)
        chmod(program.folder.appendingPathComponent(shell).path, 0o755)
        let path = program.folder.appendingPathComponent("bin").path + ":/usr/bin:/bin"
        let ending = try program.run("sql", "--store=-cmd.db", environment: ["PATH": path])
        let words = ending.output.split(separator: "\n").map(String.init)
        #expect(words.dropLast() == ["-readonly", "-header", "-column"], "\(ending.errors)")
        #expect(words.last?.hasPrefix("/") == true && words.last?.hasSuffix("/-cmd.db") == true)
        let none = try program.run("sql", "--store=-cmd.db", environment: ["PATH": "/nowhere"])
        expectSentence(none, status: 66, "no program 'sqlite3' on the PATH", "lightbox query")
    }

    @Test func aBackupIsAStoreOfItsOwn() throws {
        let program = try program()
        let ending = try program.run("backup", "copy.db")
        #expect(ending.status == 0)
        #expect(ending.output.hasPrefix("copy.db: ") && ending.output.contains(", checked; "))
        let sql = "SELECT count(*), sum(test_dice) FROM run_overview"
        #expect(
            try program.run("query", sql, "--store", "copy.db").output
                == program.run("query", sql).output)
        let again = try program.run("backup", "copy.db")
        #expect(again.status == 73)
        #expect(again.errors.contains("copy.db"), "\(again.errors)")
        #expect(try program.run("backup", "x.db", "--store", "no.db").status == 66)
    }

    @Test func mergingTakesOverRunsAndFilesOnce() throws {
        let program = try program()
        try sweep(program, "other/lightbox.db", "seed=[2, 3]")
        let first = try program.run("merge", "other/lightbox.db", "--copy-files")
        #expect(first.status == 0, "\(first.errors)")
        #expect(first.output.contains("1 run added, 0 replaced, 1 kept"), "\(first.output)")
        #expect(first.output.contains("2 files linked or copied"), "\(first.output)")
        #expect(try files(program).count == 6)
        let again = try program.run("merge", "other/lightbox.db")
        #expect(again.output.contains("0 runs added, 0 replaced, 2 kept"), "\(again.output)")
        // What was merged is not trained again.
        let ending = try program.run("sweep", "e.yaml", "--set", "seed=[1, 2, 3]")
        #expect(ending.errors.contains("nothing to train"), "\(ending.errors)")

        try program.write("no database", to: "noise.db")
        let broken = try program.run("merge", "noise.db", "other/lightbox.db")
        #expect(broken.status == 1)
        #expect(broken.errors.contains("noise.db"), "\(broken.errors)")
        #expect(broken.output.hasPrefix("1 of 2 stores merged"), "\(broken.output)")
    }

    @Test func deletingAsksFirstAndCollectingFreesTheRest() throws {
        let program = try program()
        #expect(try files(program).count == 4)
        let question = try program.run("delete", "1")
        #expect(question.output == "would delete 1 run: 1; add --yes to do it\n")
        #expect(try files(program).count == 4)
        #expect(try program.run("delete", "99", "--yes").status == 66)
        let ending = try program.run("delete", "--where", "seed = 1", "--yes")
        #expect(ending.output == "deleted 1 run and 2 files\n", "\(ending.errors)")
        #expect(try files(program).count == 2)
        let rows = try program.run("query", "SELECT run, seed FROM run_overview", "--format", "csv")
        #expect(rows.output == "run,seed\n2,2\n")

        // What a killed worker and a run of no store would leave.
        try program.write("rest", to: "results/runs/0123456789abcdef/best.safetensors")
        let folder = try #require(try files(program).first).prefix(16)
        try program.write("rest", to: "results/runs/\(folder)/checkpoint.safetensors")
        let dry = try program.run("gc", "--dry-run")
        #expect(dry.output.contains("would remove 2 files"), "\(dry.output)")
        #expect(try files(program).count == 4)
        let collected = try program.run("gc")
        #expect(collected.output.contains("\nremoved 2 files"), "\(collected.output)")
        #expect(try files(program).count == 2)
        #expect(!exists(program, "results/runs/0123456789abcdef"))
        #expect(try program.run("gc").output.hasPrefix("removed 0 files"))
        // A deleted run is missing again.
        let again = try program.run("sweep", "e.yaml", "--set", "seed=[1, 2]")
        #expect(again.errors.contains("2 cells, 1 in the store, 1 to train"), "\(again.errors)")
    }

    @Test func aStoreOfANewerVersionIsRefusedByEveryVerb() throws {
        let program = try program()
        let store = program.folder.appendingPathComponent("results/lightbox.db")
        // The version is four bytes of the file's head.
        var bytes = try Data(contentsOf: store)
        bytes[63] = 99
        try bytes.write(to: store)
        for arguments in [
            ["runs"], ["status"], ["show", "2"], ["query", "SELECT 1"], ["gc"], ["backup", "b.db"],
            ["delete", "1", "--yes"], ["sweep", "e.yaml"],
        ] {
            let ending = try program.run(arguments)
            #expect(ending.status == 65, "\(arguments): \(ending.errors)")
            #expect(
                ending.errors.hasSuffix(
                    "has schema 99, written by a newer Lightbox; this one reads up to schema "
                        + "\(RunStore.schemaVersion)\n"), "\(arguments): \(ending.errors)")
        }
        #expect(try Data(contentsOf: store) == bytes)
    }

    @Test func anOlderStoreIsBroughtUpToDateByReading() throws {
        let program = try Program()
        let old = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "RunStoreTests/Fixtures/schema-1.sqlite")
        let store = program.folder.appending(path: "old.db")
        try FileManager.default.copyItem(at: old, to: store)
        #expect(try RunStore(at: store, mode: .readOnly).isOlder)
        let ending = try program.run([
            "query", "SELECT count(*) > 0 FROM run_overview", "--store", "old.db", "--format",
            "csv",
        ])
        #expect(ending.status == 0, "\(ending.errors)")
        #expect(ending.output.hasSuffix("\n1\n"))
        #expect(throws: Never.self) { try RunStore(at: store, mode: .readOnly) }
    }
}
