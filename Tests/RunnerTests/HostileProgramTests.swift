import Foundation
import RunStore
import Testing

@testable import Runner

/// Trainers that misbehave: each is a failed cell with its reason, and the cell behind it trains.
@Suite(.enabled(if: ProgramBench.hasPython)) struct HostileProgramTests {
    /// A way to misbehave, and what the reason of the failure says.
    struct Misdeed: Sendable, CustomTestStringConvertible {
        let mode: String, reason: String
        var trainer = "", train = ""
        var testDescription: String { mode }
        /// Whether it takes another limit, which a good program on a busy machine may not keep.
        var isOwnTrainer: Bool { !trainer.isEmpty }

        init(_ mode: String, _ reason: String, trainer: String = "") {
            (self.mode, self.reason, self.trainer) = (mode, reason, trainer)
        }
    }

    static let misdeeds = [
        Misdeed("dies", "the program ended with status 1; its last line: no GPU here"),
        Misdeed("killed", "the program was ended by signal 11"),
        Misdeed("late-death", "the program ended with status 5"),
        Misdeed("hangs", "no sign of life for 1 s", trainer: ", silence: 1"),
        Misdeed("pauses", "paused itself without having trained an epoch"),
        Misdeed("garbage", "line 1 of the program's report is no JSON object: epoch 1: fine"),
        Misdeed("list", "line 1 of the program's report is no JSON object"),
        Misdeed("unknown-event", "has the event 'epok'; did you mean 'epoch'?"),
        Misdeed("long-line", "is longer than 1 MiB"),
        Misdeed("half-a-line", "ends in the middle of a line"),
        Misdeed("bad-name", "'train' is {\"../x\":1}; expected names of"),
        Misdeed("text-figure", "expected numbers"),
        Misdeed("epoch-zero", "'epoch' is 0; expected a whole number from 1"),
        Misdeed("ahead", "goes on at epoch 9; there are 0 on record"),
        Misdeed("skips", "is of epoch 3; expected 2"),
        Misdeed("too-long", "is of epoch 4; the cell has 3"),
        Misdeed("nan", "loss is nan at epoch 2"),
        Misdeed("infinite", "dice is inf at epoch 1"),
        Misdeed("truncates", "the program's report was cut short"),
        Misdeed("replaces", "the program's report was replaced"),
        Misdeed("removes-folder", "the program's report was replaced or removed"),
        Misdeed("keeps-outside", "which is none in its working folder"),
        Misdeed("links-outside", "which is none in its working folder"),
        Misdeed("no-predictions", "the program predicted nothing"),
        Misdeed("forgets", "is missing; expected predictions/best/"),
        Misdeed("half-a-file", "has 512 bytes of values, expected 1024"),
        Misdeed("wrong-shape", "has the shape (32, 33); expected (32, 32) or (1, 32, 32)"),
        Misdeed("seven", "has the value 7; expected 0 to 1"),
        Misdeed("largest", "has the value 9.22"),
        Misdeed("pickle", "has values of kind '|O'"),
        Misdeed("fortran", "is in Fortran order"),
        Misdeed("nan-mask", "has the probability nan; expected 0 to 1"),
        Misdeed("beyond-one", "has the probability 2.0; expected 0 to 1"),
        Misdeed("fifo", "it is not a regular file"),
        Misdeed("folder", "it is not a regular file"),
        Misdeed("text-file", "is no .npy file"),
        Misdeed("huge-shape", "is too large"),
        Misdeed("few-classes", "has the class probabilities [1.0]"),
    ]

    @Test(arguments: misdeeds)
    func aMisdeedIsOneFailedCell(misdeed: Misdeed) throws {
        let bench = try ProgramBench()
        let outcome = try bench.sweep(
            ProgramBench.grid(
                misdeed.isOwnTrainer ? misdeed.mode : "\(misdeed.mode), good",
                trainer: misdeed.trainer))
        #expect(outcome.trained == (misdeed.isOwnTrainer ? 0 : 1) && outcome.failed == 1)
        let errors = try bench.texts("SELECT error FROM run WHERE model = '\(misdeed.mode)'")
        #expect(errors.count == 1 && errors[0].contains(misdeed.reason), "\(errors)")
        if !misdeed.isOwnTrainer {
            #expect(try bench.texts("SELECT state FROM run WHERE model = 'good'") == ["completed"])
        }
        #expect(try bench.number("SELECT count(*) FROM lease") == 0)
    }

    /// What it printed last stands with the failure.
    @Test func theLastLinesAreKept() throws {
        let bench = try ProgramBench()
        try bench.sweep(ProgramBench.grid("dies"))
        let logs = try bench.texts("SELECT message FROM event WHERE level = 'error'")
        #expect(logs.count == 1 && logs[0].contains("training dies\nno GPU here"), "\(logs)")
    }

    @Test func codeThatChangesWhileItTrainsIsAFailure() throws {
        let bench = try ProgramBench()
        let script = bench.file("train.py").path
        let outcome = try bench.sweep(
            ProgramBench.grid("edits-code", train: ", script: \(script)"))
        #expect(outcome.failed == 1)
        #expect(try bench.texts("SELECT error FROM run")[0].contains("has changed since"))
    }

    /// Twenty megabytes are no failure: the last of them is kept.
    @Test func aTalkativeProgramTrains() throws {
        let bench = try ProgramBench()
        #expect(try bench.sweep(ProgramBench.grid("prints")).trained == 1)
        // What it worked in is gone.
        let runs = FileManager.default.enumerator(atPath: bench.file("runs").path)
        #expect((runs?.compactMap { $0 as? String } ?? []).allSatisfy { !$0.contains("program") })
    }

    /// A child that holds the output open neither delays the end nor stays.
    @Test func whatItStartedEndsWithIt() throws {
        let bench = try ProgramBench()
        let start = ContinuousClock.now
        #expect(try bench.sweep(ProgramBench.grid("leaves-child")).trained == 1)
        #expect(start.duration(to: .now) < .seconds(60))
    }

    /// White is a mask in pictures of every depth, as 1 is one in an array.
    @Test func picturesOfAnyDepthAreMasks() throws {
        let bench = try ProgramBench()
        let outcome = try bench.sweep(ProgramBench.grid("good, gray-1, gray-8, gray-16"))
        #expect(outcome.trained == 4 && outcome.failed == 0)
        #expect(
            try bench.number(
                "SELECT count(DISTINCT mean) FROM result WHERE name = 'dice' AND split = 'test'")
                == 1)
    }

    /// Nor does one in a session of its own that prints for ever.
    @Test func whatPrintsOnDoesNotHoldUpTheEnd() throws {
        let bench = try ProgramBench()
        let start = ContinuousClock.now
        #expect(try bench.sweep(ProgramBench.grid("leaves-printer")).trained == 1)
        #expect(start.duration(to: .now) < .seconds(50))
    }

    /// A shell around the program dies of SIGTERM at once: what it runs is asked too, and gets its time.
    @Test func aWrappedProgramIsAskedToStop() throws {
        let bench = try ProgramBench()
        try bench.write("python3 \"$1\"\necho never said\n", to: "wrap.sh")
        let grid = ProgramBench.grid("slow").replacing(
            "[python3, train.py]", with: "[sh, wrap.sh, train.py]"
        ).replacing("code: [train.py]", with: "code: [train.py, wrap.sh]")
        let outcome = try bench.sweep(grid) { event in
            if case .epoch = event { bench.stop.ask() }
        }
        #expect(outcome.isInterrupted)
        // It said that it paused, so it was asked and could say it.
        let reports = FileManager.default.enumerator(atPath: bench.file("runs").path)
        let report = try #require(
            reports?.compactMap { $0 as? String }.first { $0.hasSuffix("report.jsonl") })
        let said = try String(contentsOf: bench.file("runs/" + report), encoding: .utf8)
        #expect(said.contains("paused"), "\(said)")
    }

    /// Who kills everything kills the program a moment before a worker hears that its sweep is gone: the run is
    /// interrupted, and the next sweep goes on with it.
    @Test func aProgramThatIsKilledWithItsSweepHasNotFailed() throws {
        let bench = try ProgramBench()
        let mark = bench.file("mark").path
        Thread.detachNewThread {
            while !FileManager.default.fileExists(atPath: mark) { usleep(5000) }
            usleep(200_000)
            bench.stop.ask()
        }
        let outcome = try bench.sweep(ProgramBench.grid("killed-too", train: ", mark: \(mark)"))
        #expect(outcome.isInterrupted && outcome.failed == 0)
        #expect(try bench.texts("SELECT state FROM run") == ["interrupted"])
        #expect(try bench.number("SELECT count(*) FROM lease") == 0)
    }

    /// One that does not listen to SIGTERM is killed after its time.
    @Test func aDeafProgramIsKilled() throws {
        let bench = try ProgramBench()
        let outcome = try bench.sweep(ProgramBench.grid("deaf", trainer: ", grace: 0.2")) { event in
            if case .epoch = event { bench.stop.ask() }
        }
        #expect(outcome.isInterrupted)
        #expect(try bench.texts("SELECT state FROM run") == ["interrupted"])
    }

    /// Of many steps at once the last is told.
    @Test func aFloodOfStepsIsNoHindrance() throws {
        let bench = try ProgramBench()
        var told = 0
        let outcome = try bench.sweep(ProgramBench.grid("floods")) { event in
            if case .step = event { told += 1 }
        }
        #expect(outcome.trained == 1 && (1...2000).contains(told), "\(told)")
    }

    @Test(.timeLimit(.minutes(2))) func aFloodWithoutEndCanBeStopped() throws {
        let bench = try ProgramBench()
        let grid = ProgramBench.grid("floods-forever", trainer: ", grace: 1")
        let outcome = try bench.sweep(grid) { event in
            if case .step = event { bench.stop.ask() }
        }
        #expect(outcome.isInterrupted)
    }

    /// Files that have the names of Lightbox's own are the program's.
    @Test func theProgramHasItsFilesForItself() throws {
        let bench = try ProgramBench()
        #expect(try bench.sweep(ProgramBench.grid("own-names")).trained == 1)
        let paths = try bench.texts("SELECT path FROM artifact WHERE kind = 'program-file'")
        #expect(paths.count == 5)
        for path in paths {
            #expect(try String(contentsOf: bench.file(path), encoding: .utf8) == "mine", "\(path)")
        }
    }

    @Test func codeThatHoldsTheStoreIsRefusedAtOnce() throws {
        let bench = try ProgramBench()
        let trace = bench.file("trace").path
        let text = ProgramBench.grid("good", train: ", trace: \(trace)")
            .replacing("code: [train.py]", with: "code: .")
        var reasons: [String] = []
        let outcome = try bench.sweep(text) { event in
            if case .cellFailed(_, let reason) = event { reasons.append(reason) }
        }
        #expect(outcome.failed == 1 && reasons[0].contains("lies in it"), "\(reasons)")
        #expect(!FileManager.default.fileExists(atPath: trace))
    }

    @Test func aProgramThatIsNotThereIsSaidBeforeAnyIsStarted() throws {
        let bench = try ProgramBench()
        let text = ProgramBench.grid("good").replacing("python3, ", with: "no-such-python, ")
        var reasons: [String] = []
        let outcome = try bench.sweep(text) { event in
            if case .cellFailed(_, let reason) = event { reasons.append(reason) }
        }
        #expect(outcome.failed == 1)
        #expect(reasons[0].contains("'no-such-python' cannot be started: there is no such program"))
        let logs = try bench.texts("SELECT message FROM event WHERE level = 'error'")
        #expect(logs[0].contains("found before any cell was trained"))
    }
}
