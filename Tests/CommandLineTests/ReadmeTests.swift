import Foundation
import Testing

/// README's "First run" and "The three daily jobs" as a user walks through them in a terminal of 80
/// columns and 24 rows, with small phantoms; every screen is recorded.
@Suite struct ReadmeTests {
    /// A folder with phantoms and the demonstration's file, made to train in a moment.
    private func program() throws -> Program {
        let program = try Program()
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "experiments/demo.yaml")
        let demo = try String(contentsOf: file, encoding: .utf8)
            .replacing("epochs: 40", with: "epochs: 2").replacing("image: 64", with: "image: 32")
            .replacing("width: [4, 8]", with: "width: [1, 2]")
        try program.write(demo, to: "experiments/demo.yaml")
        return program
    }

    @Test func firstRun() throws {
        let section = "First run"
        var terminal = try Transcript(of: try program())
        // What `make demo` does.
        try terminal.type("lightbox data phantom data/demo --count 16 --size 64")
        try terminal.type("lightbox sweep experiments/demo.yaml", isSorted: true)
        let commands = try Readme.commands(of: section)
        #expect(commands.count == 5)
        for command in commands { try terminal.type(command) }
        try Snapshot.compare(terminal.text, with: "terminal-first-run")
    }

    @Test func dailyJobs() throws {
        let section = "The three daily jobs"
        let program = try program()
        let grid = try #require(try Readme.experiment("my-grid", in: section))
        try program.write(
            grid.replacing("epochs: 100", with: "epochs: 1\n  image: 32\n  batch: 8")
                .replacing("width: [16, 32]", with: "width: [1, 2]")
                .replacing("seed: [1, 2, 3]", with: "seed: [1, 2]"), to: "my-grid.yaml")
        let search = try #require(try Readme.experiment("my-search", in: section))
        try program.write(
            search.replacing("{epochs: 40}", with: "{epochs: 4, image: 32, batch: 8}")
                .replacing("trials: 30", with: "trials: 3")
                .replacing("minimum-epochs: 3 ", with: "minimum-epochs: 2 ")
                .replacing("factor: 3 ", with: "factor: 2 ")
                .replacing("{choice: [8, 16, 32]}", with: "{choice: [1, 2]}"),
            to: "my-search.yaml")
        var terminal = try Transcript(of: program)
        try terminal.type("lightbox data phantom data/demo --count 16 --size 64")
        try terminal.type("lightbox sweep my-grid.yaml --dry-run")
        try terminal.type("lightbox sweep my-grid.yaml", isSorted: true)
        try terminal.type("lightbox sweep my-grid.yaml")
        try terminal.type("lightbox status")
        try terminal.type("lightbox sweep my-search.yaml", isSorted: true)
        let commands = try Readme.commands(of: section)
        #expect(commands.count == 6)
        for command in commands {
            try terminal.type(command, isSorted: command.contains("ORDER BY"))
        }
        try Snapshot.compare(terminal.text, with: "terminal-daily-jobs")
    }
}
