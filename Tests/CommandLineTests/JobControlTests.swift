import Foundation
import Testing

/// Ctrl-Z and Ctrl-\ on a terminal.
@Suite struct JobControlTests {
    private static let long = Program.tiny.replacing("epochs: 1", with: "epochs: 100000")

    private func program() throws -> Program {
        let program = try Program()
        try program.drawPhantoms()
        try program.write(Self.long, to: "e.yaml")
        return program
    }

    private func sweep(_ program: Program) throws -> TerminalSession {
        let session = try TerminalSession(
            ["lightbox", "sweep", "e.yaml", "--jobs", "2"], in: program.folder)
        try session.wait(for: "both cells") {
            $0.text.matches(of: /epoch \d+\//).count >= 2
        }
        return session
    }

    private func workers(of program: Program) -> [Int32] {
        let store = program.folder.appendingPathComponent("results/lightbox.db").path
        return Program.processes(about: "worker").filter(Program.processes(about: store).contains)
    }

    /// Polls until it holds; gives up where it never does.
    private func wait(_ what: String, until holds: () -> Bool) throws {
        for _ in 0..<24_000 {
            if holds() { return }
            usleep(5_000)
        }
        Issue.record("waiting for \(what)")
        throw CancellationError()
    }

    @Test func ctrlZStopsTheWorkersTooAndTheyGoOn() throws {
        let program = try program()
        let session = try sweep(program)
        let workers = workers(of: program)
        #expect(workers.count == 2)
        let sweep = try #require(workers.first.flatMap(Program.parent))
        session.type("\u{1A}")
        // 128 and the signal: the shell has seen the job stop.
        #expect(try session.end() == 128 + Int(SIGTSTP))
        try wait("stopped workers") { workers.allSatisfy { Program.state(of: $0) == "T" } }
        kill(sweep, SIGCONT)
        try wait("workers at work") { workers.allSatisfy { Program.state(of: $0) != "T" } }
        // And again: the way back leads to the same place.
        kill(sweep, SIGTSTP)
        try wait("stopped workers") {
            (workers + [sweep]).allSatisfy { Program.state(of: $0) == "T" }
        }
        kill(sweep, SIGCONT)
        kill(sweep, SIGTERM)
        try wait("the end") {
            (workers + [sweep]).allSatisfy { [nil, "Z", "X"].contains(Program.state(of: $0)) }
        }
        let runs = try program.run(
            "query", "SELECT state, epoch FROM run_overview", "--format", "csv")
        #expect(runs.output.components(separatedBy: "interrupted").count == 3, "\(runs.output)")
    }

    @Test func ctrlBackslashEndsAtOnce() throws {
        let program = try program()
        let session = try sweep(program)
        let workers = workers(of: program)
        for columns in [80, 60] {
            let watch = try TerminalSession(
                ["lightbox", "status", "--watch"], in: program.folder, columns: columns)
            try watch.wait(for: "2 running")
            watch.type("\u{1C}")
            #expect(try watch.end() == 128 + Int(SIGQUIT))
            #expect(!watch.text.contains("Backtrace") && !watch.text.contains("💣"))
        }
        session.type("\u{1C}")
        #expect(try session.end() == 128 + Int(SIGQUIT))
        #expect(!session.text.contains("Press space"))
        // Workers notice, save and end.
        try wait("the workers' end") {
            workers.allSatisfy { [nil, "Z", "X"].contains(Program.state(of: $0)) }
        }
    }
}
