import Foundation
import Testing

/// Sweeps on a terminal: bars, Ctrl-C, another window, and the status of a sweep from beside it.
@Suite struct SweepTerminalTests {
    /// An experiment that trains until somebody stops it.
    private static let long = Program.tiny.replacing("epochs: 1", with: "epochs: 100000")
        .replacing("[tv, kltv]", with: "tv")

    private func program(_ experiment: String = Program.tiny) throws -> Program {
        let program = try Program()
        try program.drawPhantoms()
        try program.write(experiment, to: "e.yaml")
        return program
    }

    private func sweep(
        _ program: Program, size: (Int, Int) = (80, 24), _ environment: [String: String] = [:]
    ) throws -> TerminalSession {
        try TerminalSession(
            ["lightbox", "sweep", "e.yaml"], in: program.folder, columns: size.0, rows: size.1,
            environment: environment)
    }

    /// Waits until an epoch is over. A quick machine trains several between two looks at the screen.
    private func waitForEpochs(
        _ session: TerminalSession, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try session.wait(for: "a later epoch than the first", sourceLocation: sourceLocation) {
            let epoch = $0.text.matches(of: /epoch (\d+)\//).last.flatMap { Int($0.1) }
            return (epoch ?? 0) > 1
        }
    }

    @Test(arguments: PagerTests.sizes)
    func barsComeAndGo(columns: Int, rows: Int) throws {
        let session = try sweep(try program(), size: (columns, rows))
        #expect(try session.end() == 0, "\(session.text)")
        #expect(String(decoding: session.bytes, as: UTF8.self).contains("█"))
        let lines = session.text.split(separator: "\n").map(String.init)
        // On the narrowest a line may need two; nothing else is left.
        #expect(lines.count == 4 || (columns == 60 && lines.count <= 6), "\(session.text)")
        #expect(lines.filter { $0.hasPrefix("done   mcx unet ") }.count == 2)
        #expect(lines.first == "tiny: 2 cells, 0 in the store, 2 to train")
        #expect(lines.last == "results/tiny.md")
        #expect(!session.text.contains("█"))
    }

    @Test func ctrlCOnceSaves() throws {
        let session = try sweep(try program(Self.long))
        try waitForEpochs(session)
        session.type("\u{3}")
        #expect(try session.end() == 130)
        #expect(session.text.contains("stopping after the current step"))
        #expect(session.text.contains("saved, the next sweep continues it"))
        #expect(session.text.contains("the same command continues where it stopped"))
    }

    @Test func ctrlCTwiceEndsAtOnce() throws {
        let session = try sweep(try program(Self.long))
        try waitForEpochs(session)
        session.type("\u{3}\u{3}")
        #expect(try session.end() == 130)
    }

    @Test func aRequestToEndSaves() throws {
        let session = try sweep(try program(Self.long))
        try waitForEpochs(session)
        session.send(SIGTERM)
        #expect(try session.end() == 130)
        #expect(session.text.contains("saved, the next sweep continues it"))
    }

    /// Libraries that start programs from threads of theirs hand on that signals are blocked.
    @Test func aRequestToEndArrivesThoughSignalsWereBlocked() throws {
        let program = try program(Self.long)
        var all = sigset_t()
        var before = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        let errors = program.folder.appendingPathComponent("errors.txt")
        let sweep = try program.start(["sweep", "e.yaml"], errors: errors)
        pthread_sigmask(SIG_SETMASK, &before, nil)
        let log = program.folder.appendingPathComponent("results/lightbox.db")
        while sweep.isRunning, !FileManager.default.fileExists(atPath: log.path) { usleep(10_000) }
        sweep.terminate()
        sweep.waitUntilExit()
        #expect(
            sweep.terminationStatus == (sweep.terminationReason == .exit ? 130 : SIGTERM))
    }

    @Test func aSweepUnderNohupOutlivesItsTerminal() throws {
        let program = try program()
        let ending = try program.shell(
            "trap '' HUP; \"$@\" & number=$!; i=0; while [ $i -lt 40 ]; do kill -HUP $number; "
                + "sleep 0.02; i=$((i + 1)); done; wait $number",
            ["lightbox", "sweep", "e.yaml"])
        #expect(ending.status == 0, "\(ending.errors)")
    }

    @Test func barsFollowTheWindow() throws {
        let session = try sweep(try program(Self.long), size: (140, 40))
        try waitForEpochs(session)
        session.resize(columns: 60, rows: 15)
        try session.wait(for: "bars of the new size") { screen in
            let bars = screen.shown.filter { $0.contains("█") || $0.contains("░") }
            return bars.count == 1 && bars[0].count < 60
                && screen.shown.filter { $0.contains("epoch ") }.count == 1
        }
        session.type("\u{3}")
        #expect(try session.end() == 130)
        #expect(!session.text.contains("░"))
    }

    @Test func aDumbTerminalGetsLines() throws {
        let session = try sweep(try program(), ["TERM": "dumb"])
        #expect(try session.end() == 0)
        #expect(!session.bytes.contains(0x1B))
        #expect(session.text.contains("start  mcx unet tv"))
    }

    @Test func colourAndOtherSignsAreLeftOutWhereUnwanted() throws {
        let program = try program()
        let plain = try sweep(program, ["NO_COLOR": "1"])
        #expect(try plain.end() == 0)
        #expect(!String(decoding: plain.bytes, as: UTF8.self).contains("\u{1B}[32m"))
        let ascii = try TerminalSession(
            ["lightbox", "sweep", "e.yaml", "--set", "seed=2"], in: program.folder,
            environment: ["LANG": "C"])
        #expect(try ascii.end() == 0)
        #expect(ascii.bytes.allSatisfy { $0 < 0x80 })
        #expect(String(decoding: ascii.bytes, as: UTF8.self).contains("...."))
    }

    @Test func statusWatchesUntilItIsLeft() throws {
        let program = try program(Self.long)
        let sweep = try sweep(program)
        try waitForEpochs(sweep)
        for (key, status) in [("q", 0), ("Q", 0), ("\u{3}", 130)] {
            for size in PagerTests.sizes {
                let watch = try TerminalSession(
                    ["lightbox", "status", "--watch"], in: program.folder, columns: size.0,
                    rows: size.1)
                try watch.wait(for: "1 running")
                watch.resize(columns: 70, rows: 20)
                watch.type(key)
                #expect(try watch.end() == status)
                // Keys are not echoed.
                #expect(!watch.text.contains("\nq"))
            }
        }
        for signal in [SIGTERM, SIGHUP] {
            let watch = try TerminalSession(
                ["lightbox", "status", "--watch"], in: program.folder)
            try watch.wait(for: "1 running")
            watch.send(signal)
            #expect(try watch.end() == 128 + Int(signal))
        }
        sweep.type("\u{3}")
        #expect(try sweep.end() == 130)
    }
}
