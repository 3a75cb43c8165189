import ArgumentParser
import Domain
import Files
import Foundation
import RunStore

/// Kills writers at random moments and looks for anything lost.
struct Torture: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "SIGKILL a worker at random moments while others write; check the store each time.")

    @Option(help: "Store to make.") var store: String
    @Option(help: "Kills.") var kills = 100
    @Option(help: "Other processes that write on, an epoch each 20 milliseconds.") var others = 3
    @Option(help: "Longest life of a worker in milliseconds.") var life = 200

    func run() throws {
        let url = URL(fileURLWithPath: store)
        let background = try (0..<others).map { try start(cell: 1_000_000 + $0).process }
        defer {
            for process in background { process.terminate() }
        }
        var problems: [String] = []
        var committed = 0
        for round in 0..<kills {
            let (process, pipe) = try start(cell: round)
            usleep(useconds_t.random(in: 0...UInt32(life * 1000)))
            kill(process.processIdentifier, SIGKILL)
            let data = pipe.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            let said = String(decoding: data, as: UTF8.self).split(separator: "\n")
            let last = said.last.flatMap { Int($0.dropFirst(6)) } ?? 0
            committed += last
            problems += try faults(of: round, committed: last, in: url).map {
                "kill \(round + 1): \($0)"
            }
        }
        print(
            "\(kills) workers killed beside \(others) that wrote on;",
            "\(committed) epochs were committed by the killed; \(problems.count) problems")
        for problem in problems { print(problem) }
        if !problems.isEmpty { throw ExitCode.failure }
    }

    private func start(cell: Int) throws -> (process: Process, pipe: Pipe) {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = ProgramFile.own
        process.arguments = [
            "write", "--store", store, "--cell", String(cell), "--epochs", "1000000",
        ]
        if cell >= 1_000_000 {
            // Each kill is followed by a check of the whole store: what these write meanwhile may not
            // outgrow it.
            process.arguments? += ["--quiet", "--rest", "20"]
            process.standardOutput = FileHandle.nullDevice
        } else {
            process.standardOutput = pipe
        }
        try process.run()
        return (process, pipe)
    }

    /// What is wrong after the worker of `cell`, which had committed so many epochs, was killed.
    private func faults(of cell: Int, committed: Int, in url: URL) throws -> [String] {
        guard FileManager.default.fileExists(atPath: url.path) else {
            return committed > 0 ? ["the store is gone"] : []
        }
        let store = try RunStore(at: url, mode: .readOnly)
        var faults = try store.check().map(\.description)
        let digest = Bench.cell(cell, epochs: 0).configuration.digest
        guard let run = try store.runs(withDigests: [digest])[digest] else {
            return committed > 0 ? faults + ["the run is gone"] : faults
        }
        let curve = try store.curve(of: run.id, .validation, "metric0")
        if curve.count < committed || curve.map(\.epoch) != Array(0..<curve.count).map({ $0 + 1 }) {
            faults.append("\(committed) epochs were committed, \(curve.count) are there")
        }
        let state = try store.overview(of: run.id).state
        if state == .running { faults.append("the killed run is shown as running") }
        let writer = try RunStore(at: url)
        let lease = try writer.claim(run.id, for: Worker(), environment: Bench.environment)
        if lease == nil { faults.append("the killed run cannot be taken over") }
        try lease?.fail("killed by the test")
        return faults
    }
}
