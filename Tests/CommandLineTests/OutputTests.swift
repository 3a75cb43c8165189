import Foundation
import RunStore
import Testing

/// Standard output that cannot be written is an error of every verb, and text from outside is shown,
/// not sent.
@Suite struct OutputTests {
    /// Verbs that print, over a store `s.db` and a data folder.
    static let verbs: [[String]] = [
        ["runs"], ["runs", "--format", "json"], ["runs", "--format", "csv"],
        ["runs", "--format", "markdown"], ["show", "1"], ["status"], ["query", "SELECT 1"],
        ["query", "SELECT 1", "--format", "csv"], ["query", "SELECT 1", "--format", "jsonl"],
        ["query", "--schema"], ["report", "leaderboard"], ["report", "sweep", "--format", "latex"],
        ["report", "sweep", "--format", "html"], ["report", "external"],
        ["report", "external", "--format", "latex"], ["report", "external", "--format", "html"],
        ["compare", "1", "2"], ["doctor"],
        ["delete", "1"], ["gc", "--dry-run"], ["export", "csv", "--output", "out"],
    ]
    static let bareVerbs: [[String]] = [
        ["report", "--list"], ["--version"], ["--help"], ["help", "sweep"], ["runs", "--help"],
        ["data", "list"], ["data", "list", "--format", "json"],
        ["--generate-completion-script", "bash"],
    ]

    private func program() throws -> Program {
        let program = try Program()
        try Stores.fillPair(in: program, as: "s.db")
        return program
    }

    /// Runs the program through a shell that opens its output as `redirection` says.
    private func run(_ program: Program, _ verb: [String], _ redirection: String) throws
        -> Program.Ending
    {
        try program.shell("exec \"$@\" \(redirection)", ["lightbox"] + verb)
    }

    private var all: [[String]] { Self.verbs.map { $0 + ["--store", "s.db"] } + Self.bareVerbs }

    @Test func aFullDiskIsAnErrorOfEveryVerb() throws {
        let program = try program()
        for verb in all {
            let ending = try run(program, verb, ">/dev/full")
            expectSentence(ending, status: 74, "cannot write standard output: No space left")
        }
    }

    @Test func aClosedOutputIsAnErrorAndNoFileTakesItsPlace() throws {
        let program = try program()
        let store = program.folder.appendingPathComponent("s.db")
        let before = try Data(contentsOf: store)
        for verb in all {
            let ending = try run(program, verb, ">&-")
            expectSentence(ending, status: 74, "cannot write standard output: Bad file descriptor")
        }
        let silent = try run(program, ["runs", "--store", "s.db"], ">&- 2>&- <&-")
        #expect(silent.status == 74)
        #expect(try Data(contentsOf: store) == before)
    }

    @Test func aReaderWhoLeavesIsNoError() throws {
        let program = try program()
        for verb in [
            ["query", "--schema"], ["runs", "--format", "csv", "--store", "s.db"], ["--help"],
        ] {
            let ending = try program.shell("\"$@\" | true", ["lightbox"] + verb)
            #expect(ending.errors.isEmpty, "\(verb): \(ending.errors)")
        }
        let much = """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
            SELECT i FROM n
            """
        let ending = try program.shell(
            "\"$@\" | head -2", ["lightbox", "query", much, "--format", "csv", "--store", "s.db"])
        #expect(ending.output == "i\n1\n" && ending.errors.isEmpty, "\(ending.errors)")
    }

    @Test func textOfAStoreIsShownNotSent() throws {
        let program = try program()
        let evil = "\u{1B}]0;owned\u{7}\u{1B}[2J\u{202E}X\r\nforged | line `\u{9B}31m"
        try Stores.spoil(program.folder.appendingPathComponent("s.db"), with: evil)
        let verbs =
            Self.verbs.map { $0 + ["--store", "s.db"] }
            + [
                ["query", "SELECT name, description FROM experiment", "--store", "s.db"],
                [
                    "query", "SELECT name FROM experiment", "--format", "markdown", "--store",
                    "s.db",
                ],
                ["report", "sweep", "--where", "model=\(evil)", "--store", "s.db"],
                ["runs", "--where", "'\(evil)' = \(evil)", "--store", "s.db"], ["show", evil],
                [evil], ["sweep", evil], ["sweep", "x", "--jobs", evil], ["data", evil],
            ]
        for verb in verbs
        where !verb.contains("csv") && !verb.contains("json") && !verb.contains("jsonl") {
            let ending = try program.run(verb)
            for text in [ending.output, ending.errors] {
                #expect(
                    !text.unicodeScalars.contains {
                        ($0.value < 0x20 && $0 != "\n") || (0x7F...0x9F).contains($0.value)
                            || $0.value == 0x202E
                    }, "\(verb): \(text.debugDescription)")
                #expect(!text.contains("\nforged"), "\(verb): \(text)")
            }
        }
        // Programs get what is there, byte for byte.
        let exact = try program.run(
            "query", "SELECT description FROM experiment", "--format", "json", "--store", "s.db")
        let rows = try JSONDecoder().decode([[String: String]].self, from: Data(exact.output.utf8))
        #expect(rows.first?["description"] == evil)
    }

    @Test func jsonNamesEachColumnOnce() throws {
        let program = try program()
        for format in ["json", "jsonl"] {
            let ending = try program.run(
                "query", "SELECT 1 AS id, 2 AS id, 3 AS id_2, 4 AS id, 5 AS ID", "--format", format,
                "--store", "s.db")
            #expect(
                ending.output.contains("{\"id\":1,\"id_3\":2,\"id_2\":3,\"id_4\":4,\"ID\":5}"),
                "\(ending.output)")
        }
    }
}
