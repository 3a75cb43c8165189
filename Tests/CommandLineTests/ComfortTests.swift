import Foundation
import Testing

/// Small things that make a day easier.
@Suite struct ComfortTests {
    @Test func aMistypedVerbHasTheNearest() throws {
        let program = try Program()
        expectSentence(
            try program.run("swep", "e.yaml"), status: 64,
            "unknown verb 'swep'; did you mean 'sweep'?", "known: sweep, train")
        expectSentence(
            try program.run("data", "chek"), status: 64,
            "unknown verb 'data chek'; did you mean 'check'?")
        expectSentence(try program.run("zzzzzzzz"), status: 64, "unknown verb 'zzzzzzzz'; known:")
    }

    @Test func theEnvironmentNamesTheStore() throws {
        let program = try Program()
        try Stores.fillPair(in: program, as: "mine/s.db")
        let mine = ["LIGHTBOX_STORE": "mine/s.db"]
        for verb in [["runs"], ["show", "1"], ["status"], ["report", "leaderboard"], ["gc"]] {
            let ending = try program.run(verb, environment: mine)
            #expect(ending.status == 0, "\(verb): \(ending.errors)")
        }
        #expect(try program.run(["runs"], environment: ["LIGHTBOX_STORE": ""]).status == 66)
        expectSentence(
            try program.run(["runs", "--store", "no.db"], environment: mine), status: 66, "no.db")
    }

    @Test func theTildeIsOneFolderEverywhere() throws {
        let program = try Program()
        let home = ["HOME": program.folder.path]
        let away = program.folder.appendingPathComponent("away")
        try FileManager.default.createDirectory(at: away, withIntermediateDirectories: true)
        func run(_ arguments: String..., environment: [String: String] = [:]) throws {
            let ending = try program.run(
                arguments, environment: home.merging(environment) { $1 }, in: away)
            #expect(ending.status == 0, "\(arguments): \(ending.errors)")
        }
        try run("data", "phantom", "~/d", "--count", "12", "--size", "64")
        try program.write("data: ~/d\n" + Program.tiny, to: "e.yaml")
        try run("sweep", "~/e.yaml", "--store=~/r/s.db")
        try run("runs", environment: ["LIGHTBOX_STORE": "~/r/s.db"])
        try run("query", "SELECT 1", "--store", "~/r/s.db")
        try run("data", "list", environment: ["LIGHTBOX_DATA": "~/d"])
        try run("report", "leaderboard", "--store", "~/r/s.db", "-o", "~/r/l.md")
        try run("backup", "~/r/copy.db", "--store", "~/r/s.db")
        let names = try FileManager.default.contentsOfDirectory(atPath: away.path)
        #expect(names.isEmpty, "\(names)")
    }

    @Test func aMissingDataFolderIsSaidOnce() throws {
        let program = try Program()
        try program.write(
            Program.tiny.replacing("dataset: mcx", with: "dataset: [mcx, scx]"), to: "e.yaml")
        let ending = try program.run("sweep", "e.yaml")
        expectSentence(ending, status: 66, "dataset 'mcx' not found", "--data")
        #expect(ending.errors.split(separator: "\n").count == 1, "\(ending.errors)")
    }

    @Test func tablesFitAFileWhole() throws {
        let program = try Program()
        try Stores.fillPair(in: program, as: "results/lightbox.db")
        let wide = try program.run("query", "SELECT * FROM run_overview").output
        #expect(!wide.contains("not shown") && (wide.split(separator: "\n")[0].count > 200))
    }

    @Test(arguments: PagerTests.sizes)
    func tablesFitATerminal(columns: Int, rows: Int) throws {
        let program = try Program()
        try Stores.fillPair(in: program, as: "results/lightbox.db")
        for verb in [
            ["runs"], ["status"], ["show", "1"], ["query", "SELECT * FROM run_overview"],
            ["query", "SELECT * FROM run_overview WHERE run = 1"], ["query", "SELECT * FROM run"],
        ] {
            let pager = verb[0] == "status" ? [] : ["--no-pager"]
            let session = try TerminalSession(
                ["lightbox"] + verb + pager, in: program.folder, columns: columns, rows: rows)
            #expect(try session.end() == 0)
            let sent = String(decoding: session.bytes, as: UTF8.self)
            let widest = sent.split(separator: "\r\n").map(\.count).max() ?? 0
            #expect(widest <= columns, "\(verb): \(session.text)")
        }
        let session = try TerminalSession(
            ["lightbox", "runs"], in: program.folder, columns: columns, rows: rows)
        #expect(try session.end() == 0)
        for word in ["run", "state", "test Dice", "completed", "failed", "kltv", "0.92"] {
            #expect(session.text.contains(word), "\(word): \(session.text)")
        }
        let whole = try TerminalSession(
            ["lightbox", "runs", "--wide", "--no-pager"], in: program.folder, columns: columns,
            rows: rows)
        #expect(try whole.end() == 0)
        #expect(String(decoding: whole.bytes, as: UTF8.self).contains("seconds"))
    }
}
