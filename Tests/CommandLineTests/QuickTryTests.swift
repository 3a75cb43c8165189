import Foundation
import Testing

/// What `--set` changes is tried beside the cells of the file, not in their place.
@Suite struct QuickTryTests {
    private func text(_ program: Program, _ path: String) throws -> String {
        try String(contentsOf: program.folder.appendingPathComponent(path), encoding: .utf8)
    }

    private func drawn(_ experiment: String) throws -> Program {
        let program = try Program()
        try program.drawPhantoms()
        try program.write(experiment, to: "e.yaml")
        return program
    }

    @Test func aTryLeavesTheTableOfTheFileAlone() throws {
        let program = try drawn(Program.tiny)
        try #require(try program.run("sweep", "e.yaml").status == 0)
        let table = try text(program, "results/tiny.md")
        let short = try program.run(
            "sweep", "e.yaml", "--set", "train.epochs=2", "--set", "loss=tv")
        #expect(short.status == 0, "\(short.errors)")
        #expect(
            short.errors.contains(
                "--set: 1 cell of this sweep is not one of the file, and kept beside"),
            "\(short.errors)")
        #expect(try program.run("status").output == "3 completed\n")
        let kept = try text(program, "results/tiny.md")
        // But for the line that counts it, and for the digest of the file.
        #expect(kept.contains("Runs: 2 completed, 1 of cells that the file does not have left out"))
        #expect(kept.contains("| TV ") && kept.contains("| KLTV "))
        #expect(
            table.split(separator: "\n").filter { $0.hasPrefix("|") }
                == kept.split(separator: "\n").filter { $0.hasPrefix("|") })
        let check = try program.run(
            "report", "--experiment", "tiny", "-o", "results/tiny.md", "--check")
        #expect(check.status == 0, "\(check.errors)")
        let all = try program.run("report", "--experiment", "tiny", "--all")
        #expect(all.output.contains("3 completed"), "\(all.output)")
        // A part of the file's cells leaves out none of the others, and is nothing to speak of.
        let part = try program.run("sweep", "e.yaml", "--set", "loss=kltv")
        #expect(part.status == 0 && !part.errors.contains("--set:"), "\(part.errors)")
        #expect(try text(program, "results/tiny.md") == kept)
        // Once more, nothing is written that is there.
        let again = try program.run("sweep", "e.yaml", "--set", "epochs=2", "--set", "loss=tv")
        #expect(again.errors.contains("nothing to train"), "\(again.errors)")
        #expect(try text(program, "results/tiny.md") == kept)
    }

    /// Cells of the file that are swept one by one come together; more than the file has is no loss.
    @Test func partsComeTogetherAndMoreIsTaken() throws {
        let program = try drawn(Program.tiny)
        for loss in ["tv", "kltv"] {
            let ending = try program.run("sweep", "e.yaml", "--set", "loss=\(loss)")
            #expect(ending.status == 0 && !ending.errors.contains("--set:"), "\(ending.errors)")
        }
        let table = try text(program, "results/tiny.md")
        #expect(table.contains("Runs: 2 completed; "), "\(table)")
        let more = try program.run("sweep", "e.yaml", "--set", "seed=[1, 2]")
        #expect(more.status == 0 && !more.errors.contains("--set:"), "\(more.errors)")
        #expect(try text(program, "results/tiny.md").contains("Runs: 4 completed; "))
    }

    @Test func launchersThatHandOverDoTheSame() throws {
        let program = try drawn(Program.tiny)
        try #require(try program.run("sweep", "e.yaml").status == 0)
        let launch = try program.run(
            "sweep", "e.yaml", "--set", "epochs=2", "--launcher", "parallel")
        #expect(launch.status == 0, "\(launch.errors)")
        #expect(
            (launch.output + launch.errors).contains("2 cells of this sweep are not those of the"),
            "\(launch.output)\(launch.errors)")
        let places = try program.run(
            "query", "SELECT run, position FROM experiment_run ORDER BY run", "--format", "csv")
        #expect(places.output == "run,position\n1,0\n2,1\n3,-1\n4,-1\n")
    }

    @Test func triesOfASearchStandBesideItsTrials() throws {
        let program = try drawn(
            Program.tiny.replacing("loss: [tv, kltv]", with: "loss: tv")
                + "\nsearch: {method: random, trials: 2, space: {seed: {integer: [1, 9]}}}\n")
        let first = try program.run("sweep", "e.yaml")
        try #require(first.status == 0, "\(first.errors)")
        let places = "SELECT position < 0 AS former, count(*) FROM experiment_run GROUP BY 1"
        #expect(
            try program.run("query", places, "--format", "csv").output
                .hasSuffix("\n0,2\n"))
        for trained in ["2 to train", "0 to train"] {
            let other = try program.run("sweep", "e.yaml", "--set", "epochs=2")
            #expect(other.status == 0, "\(other.errors)")
            #expect(other.errors.contains(trained), "\(other.errors)")
            #expect(other.errors.contains("the trials of this sweep are not those of the file"))
            #expect(
                try program.run("query", places, "--format", "csv").output
                    .hasSuffix("\n0,2\n1,2\n"))
        }
        #expect(try program.run("sweep", "e.yaml").errors.contains("2 in the store, 0 to train"))
    }
}
