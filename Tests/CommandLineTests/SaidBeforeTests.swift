import Foundation
import Testing

/// What is wrong is said before anything is trained or overwritten.
@Suite struct SaidBeforeTests {
    private func exists(_ program: Program, _ path: String) -> Bool {
        FileManager.default.fileExists(atPath: program.folder.appendingPathComponent(path).path)
    }

    @Test(arguments: [
        ("image: 32", "image: 10", "'image' is '10'; expected a whole number", "16 to 2048"),
        (
            "report: sweep", "report: sweep rows=foo", "e.yaml:2:9: 'report': unknown axis 'foo'",
            "e.yaml"
        ),
        (
            "report: sweep", "report: sweep reference=loss=xetv", "no run has loss 'xetv'",
            "tv, kltv"
        ),
        ("report: sweep", "report: x.pdf", "unknown report 'x.pdf'", "e.yaml"),
        ("report: sweep", "report: sweep aggregate=avg", "'report'", "avg"),
        ("name: tiny", "name: ../tiny", "'name' is '../tiny'", "letters"),
        ("loss: [tv, kltv]", "loss: []", "'loss' is '[]'", "at least one"),
        ("  epochs: 1", "  epochs: 0x10", "'epochs' is '0x10'", "e.yaml"),
        (
            "train:",
            "search: {objective: validation/dcie, space: {seed: {integer: [1, 2]}}}\ntrain:",
            "unknown objective 'validation/dcie'; did you mean 'validation/dice'?", "e.yaml"
        ),
        (
            "train:", "exclude: [{loss: xetv}]\ntrain:", "'exclude' names loss 'xetv'",
            "known: tv, kltv"
        ),
    ])
    func aFileThatCannotBeTrainedLeavesNoStore(
        old: String, new: String, part: String, another: String
    ) throws {
        let program = try Program()
        try program.write(Program.tiny.replacing(old, with: new), to: "e.yaml")
        expectSentence(try program.run("sweep", "e.yaml"), status: 65, part, another)
        #expect(!exists(program, "results"))
    }

    @Test func aCellThatCannotBeTrainedIsSaidBeforeTheFirstTrains() throws {
        let program = try Program()
        try program.drawPhantoms()
        let batch = Program.tiny.replacing("image: 32", with: "image: 16")
            .replacing("batch: 4", with: "batch: [4, 1]").replacing("[tv, kltv]", with: "tv")
        try program.write(batch, to: "e.yaml")
        let ending = try program.run("sweep", "e.yaml", "--jobs", "1")
        expectSentence(ending, status: 1, "1 of 2 cells failed")
        let failed = try #require(ending.errors.range(of: "batch normalisation has one value"))
        let done = try #require(ending.errors.range(of: "done "))
        #expect(failed.lowerBound < done.lowerBound, "\(ending.errors)")
        let huge = try program.run(
            "sweep", "e.yaml", "--set", "image=1024", "--set", "batch=12",
            "--set", "width=512")
        expectSentence(huge, status: 1, "1 of 1 cell failed")
        #expect(huge.errors.contains("GB of memory"), "\(huge.errors)")
    }

    @Test func fewerLabelsThanOneImageAreSaid() throws {
        let program = try Program()
        try program.drawPhantoms()
        try program.write(Program.tiny.replacing("[tv, kltv]", with: "tv"), to: "e.yaml")
        expectSentence(
            try program.run("sweep", "e.yaml", "--set", "labels=1e-300"), status: 64,
            "expected a percentage from 0.01 to 100")
        let few = try program.run("sweep", "e.yaml", "--set", "labels=1")
        #expect(few.status == 0)
        #expect(
            few.errors.contains("labels: 1 % of 8 training images is 0.08 images"), "\(few.errors)")
        let events = try program.run("query", "SELECT message FROM event", "--format", "csv")
        #expect(events.output.contains("one a class"))
    }

    @Test func reportsRefuseBeforeTheyOverwrite() throws {
        let program = try Program()
        try program.drawPhantoms()
        try program.write(Program.tiny, to: "e.yaml")
        try #require(try program.run("sweep", "e.yaml").status == 0)
        let file = program.folder.appendingPathComponent("t.md")
        try #require(try program.run("report", "sweep", "-o", "t.md").status == 0)
        let whole = try Data(contentsOf: file)
        for (options, status, part) in [
            (["--where", "nosuch=1"], 64, "unknown axis 'nosuch'"),
            (["--where", "width!=4"], 64, "did you mean 'width'?"),
            (["--where", "width=4"], 66, "no run has width '4'; there are: 1"),
            (["--where", "loss=kltb"], 66, "did you mean 'kltv'?"),
            (["--experiment", "tny"], 66, "unknown experiment 'tny'; did you mean 'tiny'?"),
            (["--reference", "loss=tw"], 66, "no run has loss 'tw'"),
            (["--rows", "modle"], 64, "did you mean 'model'?"),
            (["--values", "dcie"], 64, "did you mean 'dice'?"),
        ] {
            let ending = try program.run(["report", "sweep", "-o", "t.md"] + options)
            expectSentence(ending, status: Int32(status), part)
            #expect(try Data(contentsOf: file) == whole, "\(options)")
        }
        // As the table prints it.
        let named = try program.run("report", "sweep", "--where", "Loss=KLTV")
        #expect(named.output.contains("KLTV") && !named.output.contains("| TV"), "\(named.errors)")
        expectSentence(
            try program.run("report", "sweep", "-o", "t.pdf"), status: 64,
            "expected a file that ends in")
        #expect(!exists(program, "t.pdf"))
        // Runs without results do not replace results.
        _ = try program.run("delete", "--where", "1", "--yes")
        expectSentence(
            try program.run("report", "sweep", "-o", "t.md"), status: 1, "'t.md' was left as it is")
        #expect(try Data(contentsOf: file) == whole)
    }

    @Test func otherVerbsKnowTheirNamesToo() throws {
        let program = try Program()
        try program.drawPhantoms()
        try program.write(Program.tiny, to: "e.yaml")
        try #require(try program.run("sweep", "e.yaml", "--threads", "999").status == 0)
        for verb in [["runs"], ["status"], ["export", "csv", "-o", "tables"]] {
            expectSentence(
                try program.run(verb + ["--experiment", "tny"]), status: 66, "did you mean 'tiny'?")
        }
        for verb in ["runs", "delete"] {
            for condition in ["0) OR (1=1", "0; DROP TABLE run", "0 --", "", "state = 'x", "0 /*"] {
                expectSentence(
                    try program.run(verb, "--where", condition), status: 64, "the condition is")
            }
        }
        let threads = try program.run("runs", "--where", "threads > 500", "--format", "csv")
        #expect(threads.output.split(separator: "\n").count == 1)
        let capped = try program.run("sweep", "e.yaml", "--threads", "999")
        #expect(capped.errors.contains("--threads 999 is more than this machine's"))
        // The command that a comparison names makes it again.
        let compared = try program.run("compare", "2", "1", "--weights", "last")
        let named = try #require(
            compared.output.firstMatch(of: #/Command: lightbox (compare [^·\n]*[^·\n ])/#)?.1)
        #expect(named == "compare 2 1 --weights last")
        let again = try program.run(named.split(separator: " ").map(String.init))
        #expect(again.status == 0 && again.output == compared.output)
    }
}
