import Foundation
import Testing

/// A Python to run trainers with.
private enum Python {
    static let isThere = ["/usr/bin/python3", "/usr/local/bin/python3"].contains {
        FileManager.default.isExecutableFile(atPath: $0)
    }
}

/// Sweeps over programs, from the command line, with the Python package and its examples.
@Suite(.enabled(if: Python.isThere)) struct TrainerVerbTests {
    let program: Program
    private let package = Repository.root.appendingPathComponent("python").path
    private var environment: [String: String] {
        ["PYTHONPATH": package, "PYTHONDONTWRITEBYTECODE": "1"]
    }

    init() throws {
        program = try Program()
        try program.drawPhantoms()
    }

    private func run(_ arguments: String...) throws -> Program.Ending {
        try program.run(arguments + ["--store", "r.db"], environment: environment)
    }

    private func column(_ sql: String) throws -> [String] {
        let ending = try run("query", sql, "--format", "csv")
        try #require(ending.status == 0, "\(ending.errors)")
        return ending.output.split(separator: "\n").dropFirst().map(String.init)
    }

    /// A trainer that takes a while and goes on from its checkpoints.
    private static let slow = """
        import os, time
        import lightbox

        cell = lightbox.cell()
        for epoch in cell.epochs():
            time.sleep(0.1)
            cell.log(epoch, loss=1 / (epoch + cell.seed), dice=epoch / 100)
            cell.checkpoint(epoch, lambda path: open(path, "w").close())
            if cell.should_stop():
                cell.pause()
        _, _, height, width = cell.document["arrays"]["images_shape"]
        for image in cell.to_predict:
            share = (cell.seed * 7 + image.index * 3) % 11 / 10
            cell.predict(image, [[share if x > y else 0.0 for x in range(width)] for y in range(height)])
        """

    private static let experiment = """
        name: killed
        report: sweep
        trainer: {command: [python3, trainer-under-test.py], code: trainer-under-test.py}
        grid: {dataset: mcx, model: mine, seed: [1, 2, 3, 4]}
        train: {epochs: 6, image: 32}
        """

    /// Killed without a word at any moment, the sweep goes on: nothing is trained twice, no row is
    /// lost, and no program stays behind.
    @Test func aSweepThatIsKilledLosesNothing() throws {
        try program.write(Self.slow, to: "trainer-under-test.py")
        try program.write(Self.experiment, to: "e.yaml")
        let script = program.folder.appendingPathComponent("trainer-under-test.py").path
        let words = ["sweep", "e.yaml", "--data", "data", "--jobs", "2", "--store", "r.db"]
        for attempt in 0..<6 {
            let sweep = try program.start(words, environment: environment)
            usleep(UInt32(300_000 + attempt * 190_000))
            kill(sweep.processIdentifier, SIGKILL)
            sweep.waitUntilExit()
            let deadline = ContinuousClock.now + .seconds(30)
            while !Program.processes(about: script).isEmpty, ContinuousClock.now < deadline {
                usleep(20_000)
            }
            #expect(Program.processes(about: script).isEmpty, "its programs end with it")
        }
        let ending = try run("sweep", "e.yaml", "--data", "data", "--jobs", "2")
        #expect(ending.status == 0, "\(ending.errors)")
        #expect(try column("SELECT count(*) FROM run WHERE state = 'completed'") == ["4"])
        #expect(try column("SELECT count(*) FROM metric WHERE name = 'dice'") == ["24"])
        let check = try run("check")
        #expect(check.status == 0, "\(check.output)")
        let figures =
            "SELECT r.seed, i.image, i.name, i.value FROM image_metric i JOIN run r ON r.id = i.run "
            + "ORDER BY r.seed, i.split, i.image, i.name"
        let killed = try column(figures)

        let calm = try program.run(
            ["sweep", "e.yaml", "--data", "data", "--store", "calm.db"], environment: environment)
        #expect(calm.status == 0, "\(calm.errors)")
        let other = try program.run("query", figures, "--format", "csv", "--store", "calm.db")
        #expect(other.output.split(separator: "\n").dropFirst().map(String.init) == killed)
        #expect(killed.count > 100)
    }

    /// A program that hears and writes nothing is ended by its guardian.
    @Test func aDeafProgramEndsWithAKilledSweep() throws {
        try program.write(
            "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(600)\n",
            to: "trainer-under-test.py")
        let script = program.folder.appendingPathComponent("trainer-under-test.py").path
        let text = Self.experiment.replacing("trainer-under-test.py]", with: script + "]")
        try program.write(text, to: "e.yaml")
        let words = ["sweep", "e.yaml", "--data", "data", "--jobs", "2", "--store", "r.db"]
        let sweep = try program.start(words, environment: environment)
        func isThere() -> Bool { !Program.processes(about: script).isEmpty }
        let deadline = ContinuousClock.now + .seconds(60)
        while !isThere(), ContinuousClock.now < deadline { usleep(20_000) }
        #expect(isThere())
        kill(sweep.processIdentifier, SIGKILL)
        sweep.waitUntilExit()
        while isThere(), ContinuousClock.now < deadline { usleep(20_000) }
        #expect(!isThere())
    }

    /// The shortest example, beside Lightbox's own network in one table; what only networks of
    /// Lightbox's can do is refused in a sentence.
    @Test func theShortestExampleStandsBesideOurOwn() throws {
        for file in ["minimal.py", "minimal.yaml"] {
            try program.write(try Repository.text("examples/trainers/\(file)"), to: file)
        }
        let ending = try run(
            "sweep", "minimal.yaml", "--data", "data", "--set", "image=32", "--set", "seed=1",
            "--set", "extra=7")
        #expect(ending.status == 0, "\(ending.errors)")
        let extra = try run("report", "sweep", "--rows", "model,extra", "--format", "csv")
        #expect(extra.status == 0, "an axis with one value: \(extra.errors)")
        let dice = try column("SELECT test_dice FROM run_overview").compactMap(Double.init)
        #expect(dice.count == 1 && dice[0] > 0.3)
        try program.write(
            Program.tiny.replacing("epochs: 1", with: "epochs: 9"), to: "own.yaml")
        #expect(try run("sweep", "own.yaml", "--data", "data", "--set", "loss=tv").status == 0)
        let table = try run("report", "sweep", "--rows", "model", "--format", "csv")
        #expect(table.status == 0, "\(table.errors)")
        #expect(table.output.contains("threshold") && table.output.contains("U-Net"))
        let compared = try run("compare", "1", "2")
        #expect(compared.status == 0, "\(compared.errors)")
        let image = try #require(
            FileManager.default.enumerator(
                atPath: program.folder.appendingPathComponent("data").path)?
                .compactMap { $0 as? String }.first { $0.hasSuffix(".png") })
        expectSentence(
            try run("predict", "--run", "1", "--image", "data/\(image)", "--output", "m.png"),
            status: 65, "run 1 was trained by a program")
        let evaluated = try run("evaluate", "--runs", "1", "--on", "scx", "--data", "data")
        #expect(evaluated.status != 0)
    }

    /// Successive halving pauses programs, promotes the better ones and gives the others up.
    @Test func aSearchPausesAndPromotes() throws {
        try program.write(
            Self.slow.replacing("epoch / 100", with: "cell.train[\"lr\"] / 2"),
            to: "trainer-under-test.py")
        try program.write(
            """
            name: looking
            report: sweep rows=lr
            trainer: {command: [python3, trainer-under-test.py], code: trainer-under-test.py}
            grid: {dataset: mcx, model: mine}
            train: {epochs: 4, image: 32}
            search: {method: asha, trials: 4, minimum-epochs: 1, factor: 2, space: {lr: {uniform: [0, 1]}}}
            """, to: "search.yaml")
        let ending = try run("sweep", "search.yaml", "--data", "data", "--jobs", "2")
        #expect(ending.status == 0, "\(ending.errors)")
        let states = try column("SELECT state, count(*) FROM run GROUP BY state ORDER BY state")
        #expect(states.count == 2 && states[0].hasPrefix("completed,"), "\(states)")
        #expect(states[1].hasPrefix("pruned,"), "\(states)")
        let best = try column(
            "SELECT p.value = (SELECT max(value) FROM param WHERE name = 'lr') FROM run r JOIN param p "
                + "ON p.run = r.id WHERE r.state = 'completed' AND p.name = 'lr' ORDER BY 1 DESC LIMIT 1"
        )
        #expect(best == ["1"])
        #expect(try run("sweep", "search.yaml", "--data", "data").errors.contains("4 in the store"))
        #expect(try run("check").status == 0)
    }

    /// A cluster's task trains the cells of a program in its own store, and the merge unites them.
    @Test func aTaskTrainsWithTheProgram() throws {
        try program.write(Self.slow, to: "trainer-under-test.py")
        try program.write(Self.experiment, to: "e.yaml")
        let launched = try run(
            "sweep", "e.yaml", "--data", "data", "--launcher", "parallel", "--pack", "2")
        #expect(launched.status == 0, "\(launched.errors)")
        for task in ["0", "1"] {
            let ending = try program.run(
                ["task", "sweeps/killed-1", task], environment: environment)
            #expect(ending.status == 0, "\(ending.errors)")
        }
        let merged = try run("merge", "--sweep", "sweeps/killed-1", "--ended")
        #expect(merged.status == 0, "\(merged.errors)")
        #expect(
            try column(
                "SELECT count(*) FROM run WHERE state = 'completed' AND procedure = 'program'")
                == ["4"])
    }
}
