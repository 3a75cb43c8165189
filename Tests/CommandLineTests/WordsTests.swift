import Foundation
import Testing

/// What verbs say about arguments that mean nothing, and how their answers fit.
@Suite struct WordsTests {
    @Test func anExperimentFileIsAFile() throws {
        let program = try Program()
        let pipe = program.folder.appendingPathComponent("pipe")
        try #require(mkfifo(pipe.path, 0o600) == 0)
        expectSentence(try program.run("sweep", "."), status: 65, "it is a folder")
        expectSentence(try program.run("sweep", "pipe"), status: 65, "it is a pipe")
        expectSentence(try program.run("sweep", "/dev/zero"), status: 65, "it is a device")
    }

    @Test func aDryRunLooksForTheData() throws {
        let program = try Program()
        try program.write(Program.tiny, to: "e.yaml")
        let ending = try program.run("sweep", "e.yaml", "--dry-run", "--data", "/nonexistent")
        #expect(ending.output.split(separator: "\n").count == 2)
        expectSentence(ending, status: 66, "dataset 'mcx' not found", "--data")
    }

    @Test func reportsAreToldWhichOptionIsWrong() throws {
        let program = try Program()
        try Stores.fillPair(in: program, as: "s.db")
        func report(_ words: String...) throws -> Program.Ending {
            try program.run(["report", "sweep", "--store", "s.db"] + words)
        }
        expectSentence(
            try report("--rows", "loss,loss"), status: 64, "--rows is 'loss'", "each axis once")
        expectSentence(
            try report("--rows", "labels", "--columns", "Labels"), status: 64,
            "--columns is 'labels'", "not among the rows")
        expectSentence(
            try report("--where", "seed=1.5"), status: 64, "--where is 'seed=1.5'")
        expectSentence(
            try report("--where", "labels=many"), status: 64, "--where is 'labels=many'")
        expectSentence(
            try report("--where", "width=1.5"), status: 64, "--where is 'width=1.5'")
        for name in ["appau-net", "APPAU-Net"] {
            expectSentence(
                try report("--where", "model=\(name)"), status: 66,
                "which is a procedure; expected procedure=\(name)")
        }
    }

    @Test func unknownVerbsAndNumbers() throws {
        let program = try Program()
        expectSentence(try program.run("help", "nope"), status: 64, "unknown verb 'nope'")
        expectSentence(try program.run("help", "data", "chek"), status: 64, "'check'")
        #expect(try program.run("help", "data", "check").status == 0)
        #expect(try program.run("help").status == 0)
        let ship = try program.run("ship", "x.db", "--megabytes", "1e308")
        #expect(ship.status == 64 && ship.errors.contains("above 0 and below 1000000"))
    }

    @Test(arguments: [60, 80, 140])
    func theListOfDataSetsFits(columns: Int) throws {
        let program = try Program()
        try program.drawPhantoms()
        for words in [["data", "list"], ["data", "list", "--long"]] {
            let session = try TerminalSession(
                ["lightbox"] + words, in: program.folder, columns: columns, rows: 24)
            #expect(try session.end() == 0)
            let sent = String(decoding: session.bytes, as: UTF8.self)
            let lines = sent.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("[ended") }
            #expect(lines.contains { $0.contains("12 images") })
            #expect(
                lines.allSatisfy {
                    $0.count <= columns || $0.contains(program.folder.lastPathComponent)
                }, "\(sent)")
        }
    }

    @Test func classesAreShownByName() throws {
        let program = try Program()
        let store = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../results/shipped/results.db").standardizedFileURL.path
        let run = try program.run(
            "query", "SELECT max(run) FROM result WHERE name LIKE 'class-f1/%'", "--format", "csv",
            "--store", store
        ).output.split(separator: "\n").last.map(String.init)
        let show = try program.run("show", try #require(run), "--store", store)
        #expect(show.output.contains("class-f1 of normal"), "\(show.errors)")
        #expect(!show.output.contains("class-f1/0"))
        #expect(show.output.contains(#/peak_memory +\d+ bytes \(\d/#))
        #expect(show.output.contains(#/seconds +[\d.]+ s\n/#))
    }
}
