import Foundation
import Testing

/// `evaluate` from trained runs to tables: who was tested on what.
@Suite struct EvaluateVerbTests {
    private static let file = """
        name: outside
        report: external
        data: data
        grid: {dataset: mcx, model: unet, loss: tv, seed: [1, 2]}
        train: {epochs: 1, batch: 4, image: 32, width: 1}
        """

    /// Two trained runs, and drawn data in three layouts.
    private func trained(_ text: String = file, expecting status: Int32 = 0) throws -> Program {
        let program = try Program()
        for (layout, seed) in [("mcx", "1"), ("scx", "2"), ("spine", "3")] {
            let drawn = try program.run(
                "data", "phantom", "data", "--layout", layout, "--count", "12", "--size", "64",
                "--seed", seed)
            try #require(drawn.status == 0, "\(drawn.errors)")
        }
        try program.write(text, to: "e.yaml")
        let sweep = try program.run("sweep", "e.yaml", "--jobs", "1")
        try #require(sweep.status == status, "\(sweep.errors)")
        return program
    }

    private func evaluate(_ program: Program, _ words: String...) throws -> Program.Ending {
        try program.run(["evaluate", "--data", "data"] + words)
    }

    private func rows(_ program: Program, store: String = "results/lightbox.db") throws -> String {
        try program.run(
            "query", "--store", store, "--format", "csv",
            """
            SELECT run, tested_on, weights, image, name, value FROM external_image ORDER BY 1, 2, 3, 4, 5
            """
        ).output
    }

    @Test func runsAreTestedOnceAndShown() throws {
        let program = try trained()
        try program.copyResults(to: "b")
        let listed = try evaluate(program, "--runs", "1-2", "--on", "scx", "--dry-run")
        #expect(listed.status == 0 && listed.output.split(separator: "\n").count == 2)
        #expect(try rows(program).isEmpty || rows(program).split(separator: "\n").count <= 1)

        let first = try evaluate(
            program, "--experiment", "outside", "--on", "scx", "--weights", "both", "--jobs", "1")
        #expect(first.status == 0, "\(first.errors)")
        #expect(first.output == "4 evaluated, 0 in the store before\n")
        let again = try evaluate(program, "--runs", "1,2", "--on", "scx")
        #expect(again.status == 0 && again.output == "0 evaluated, 2 in the store before\n")
        // As many at once, and as many threads, as one likes: the same bits.
        let other = try evaluate(
            program, "--runs", "1-2", "--on", "scx", "--weights", "both", "--jobs", "4",
            "--threads", "3", "--store", "b/lightbox.db", "--quiet")
        #expect(other.status == 0 && other.errors == "")
        let values = try rows(program)
        #expect(values.split(separator: "\n").count > 100)
        #expect(try values == rows(program, store: "b/lightbox.db"))
        #expect(try program.run("check").status == 0)

        let shown = try program.run("show", "1")
        #expect(
            shown.output.contains("On other data sets") && shown.output.contains("scx (phantom)"))
        let report = try program.run("report", "outside", "--format", "markdown")
        #expect(report.output.contains("Trained on") && report.output.contains("SCX (phantom)"))
        let csv = try program.run("export", "csv", "--output", "out")
        #expect(csv.status == 0, "\(csv.errors)")
        #expect(
            FileManager.default.fileExists(
                atPath: program.folder.appendingPathComponent("out/external.csv").path)
        )
    }

    @Test func whatCannotBeIsSaidAndTheRestIsDone() throws {
        let program = try trained()
        let own = try evaluate(program, "--runs", "1", "--on", "mcx")
        #expect(own.status == 1 && own.errors.contains("run 1: mcx is its own data set"))
        let mixed = try evaluate(program, "--runs", "1-2", "--on", "spine", "--on", "scx")
        #expect(mixed.status == 1)
        #expect(
            mixed.errors.contains("runs 1-2: not on spine:") && mixed.errors.contains("vertebra"))
        #expect(mixed.output == "2 evaluated, 0 in the store before\n")
        for (words, status, text) in [
            (["--runs", "1", "--on", "sxc"], 64, "did you mean 'scx'?"),
            (["--runs", "9", "--on", "scx"], 66, "no run '9'"),
            (["--runs", "2-1", "--on", "scx"], 64, "expected 1-2"),
            (["--where", "model=unte", "--on", "scx"], 66, "did you mean 'unet'?"),
            (["--experiment", "outsid", "--on", "scx"], 66, "outside"),
            (["--runs", "1", "--on", "folder:none"], 1, "'folder:none' not found"),
            (["--runs", "1"], 64, "expected --on"), (["--on", "scx"], 64, "expected --runs"),
        ] as [([String], Int32, String)] {
            let ending = try program.run(["evaluate", "--data", "data"] + words)
            #expect(ending.status == status, "\(words): \(ending.errors)")
            #expect(ending.errors.contains(text), "\(words): \(ending.errors)")
        }
        // Weights that are not what the run wrote.
        let runs = program.folder.appendingPathComponent("results/runs")
        for folder in try FileManager.default.contentsOfDirectory(atPath: runs.path) {
            let file = runs.appendingPathComponent("\(folder)/last.safetensors")
            try Data("other".utf8).write(to: file)
        }
        let spoiled = try evaluate(program, "--runs", "1", "--on", "scx", "--weights", "last")
        #expect(spoiled.status == 1 && spoiled.errors.contains("last.safetensors"))
    }

    /// A folder that has images of the training part, under other names, is no test.
    @Test func imagesThatWereTrainedOnAreKnownByTheirBytes() throws {
        let program = try trained()
        try program.copyPhantoms()
        let ending = try evaluate(program, "--runs", "1-2", "--on", "folder:copies")
        #expect(ending.status == 1 && ending.output == "0 evaluated, 0 in the store before\n")
        #expect(ending.errors.contains("left out on folder:copies"), "\(ending.errors)")
        #expect(ending.errors.contains("has seen"))
        // Without the run's own data nobody can tell, and that is said.
        try FileManager.default.moveItem(
            at: program.folder.appendingPathComponent("data/MontgomerySet"),
            to: program.folder.appendingPathComponent("away"))
        let blind = try evaluate(program, "--runs", "1", "--on", "folder:copies", "--dry-run")
        #expect(blind.errors.contains("cannot be told"), "\(blind.errors)")
    }

    @Test func aSweepTestsWhatItTrained() throws {
        let program = try trained(Self.file + "\nevaluate: [scx, mcx]\n")
        #expect(try rows(program).contains("scx (phantom)"))
        let count = try rows(program).split(separator: "\n").count
        // Neither trained nor evaluated again; without the key the cells are the same.
        let again = try program.run("sweep", "e.yaml")
        #expect(again.status == 0 && again.errors.contains("nothing to train"))
        try program.write(Self.file, to: "e.yaml")
        let without = try program.run("sweep", "e.yaml")
        #expect(without.status == 0 && without.errors.contains("nothing to train"))
        #expect(try rows(program).split(separator: "\n").count == count)
        let wrong = try program.run("sweep", "e.yaml", "--set", "evaluate=[sxc]")
        #expect(wrong.status == 64 && wrong.errors.contains("did you mean 'scx'?"))
        let missing = try program.run("sweep", "e.yaml", "--set", "evaluate=jcx")
        #expect(missing.status == 66 && missing.errors.contains("jcx"))
    }

    /// Whole evaluations or nothing, and the same in the end.
    @Test func killedAtAnyTimeItGoesOn() throws {
        let program = try trained()
        let words = [
            "evaluate", "--data", "data", "--runs", "1-2", "--on", "scx", "--weights", "both",
            "--jobs", "1", "--threads", "1",
        ]
        for delay in [0.05, 0.15, 0.3, 0.5] {
            let process = try program.start(words)
            Thread.sleep(forTimeInterval: delay)
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            #expect(try program.run("check").status == 0)
            let partial = try program.run(
                "query", "--format", "csv",
                """
                SELECT count(*) FROM external_evaluation e WHERE e.images <> (SELECT count(*)
                    FROM external_image i WHERE i.run = e.run AND i.tested_on = e.tested_on
                    AND i.weights = e.weights AND i.name = 'dice')
                """)
            #expect(partial.output.hasSuffix("0\n"))
        }
        let last = try program.run(words)
        #expect(last.status == 0, "\(last.errors)")
        let counted = try program.run(
            "query", "--format", "csv", "SELECT count(*) FROM external_evaluation")
        #expect(counted.output.hasSuffix("4\n"))
        #expect(try program.run("check").status == 0)
    }
}
