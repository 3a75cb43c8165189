import ArgumentParser
import Files
import Foundation
import RunStore

/// Many processes that log at once.
struct Writers: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Log from many processes at once, an epoch a transaction.")

    @Option(help: "Store to make.") var store: String
    @Option(help: "Processes.") var processes = 16
    @Option(help: "Epochs a process.") var epochs = 1_000
    @Option(help: "Metrics an epoch.") var metrics = 10

    func run() throws {
        let start = ContinuousClock.now
        let writers = try (0..<processes).map { index in
            let process = Process()
            process.executableURL = ProgramFile.own
            process.arguments = [
                "write", "--store", store, "--cell", String(index), "--epochs", String(epochs),
                "--metrics", String(metrics), "--quiet",
            ]
            try process.run()
            return process
        }
        var failed = 0
        for writer in writers {
            writer.waitUntilExit()
            if writer.terminationStatus != 0 { failed += 1 }
        }
        let seconds = Bench.seconds(since: start)
        let answer = try RunStore(at: URL(fileURLWithPath: store), mode: .readOnly)
            .query("SELECT count(*) FROM metric")
        let found = answer.rows.first?.first?.integer ?? 0
        print(
            "\(processes) processes wrote \(found) of \(processes * epochs * metrics) points",
            "in \(processes * epochs) transactions in \(Bench.text(seconds)) s:",
            "\(Int(Double(found) / seconds)) points/s; \(failed) failed")
        if failed > 0 { throw ExitCode.failure }
    }
}
