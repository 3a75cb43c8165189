import ArgumentParser
import Console
import Foundation
import Launch
import RunStore
import Runner
import Specification

/// `lightbox status [--watch]`
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show what is running where, and what failed.")

    @Option(help: "Only runs of this experiment.")
    var experiment: String?

    @Flag(help: "Show it again every two seconds until nothing runs; q or Ctrl-C leaves.")
    var watch = false

    @OptionGroup var storeOption: StoreOption

    func run() throws {
        let store = try storeOption.openForReading()
        if let experiment { try store.requireExperiment(experiment) }
        guard watch else {
            _ = try show(store)
            return
        }
        let keys = KeyWatch()
        defer { keys.stop() }
        while try show(store) {
            switch keys.next(within: 2) {
            case .key("q"), .key("Q"): return
            case .asked(signal: SIGINT): throw CommandFailure(.interrupted)
            case .asked(let number):
                keys.stop()
                signal(number, SIG_DFL)
                kill(getpid(), number)
            case .key, .resized, .timeout: break
            }
        }
    }

    /// Shows the status once; false where nothing runs any more.
    private func show(_ store: RunStore) throws -> Bool {
        let status = try store.status(experiment: experiment)
        let experiments = try store.plannedExperiments(named: experiment)
        let sweeps = try SweepStatus(beside: store, experiment: experiment)
        // Asked each time: windows change their size.
        let screen = Screen(of: .standard)
        let text = StatusText(
            status, sweeps: sweeps.lines,
            withoutRun: experiments.map { ($0.name, $0.cellsWithoutRun(Catalogue.vocabulary)) },
            columns: screen?.columns,
            rows: watch ? screen.map { $0.rows - 1 } : nil)
        if watch, screen != nil, Screen.isCapable {
            // The new picture replaces the old one, in one write so that it does not flicker.
            let lines = text.lines.map { Printer.standard.shown($0) + "\n" }.joined()
            try Printer.standard.write("\u{1B}[H\u{1B}[J" + lines)
        } else {
            try Printer.standard.print(text.lines)
        }
        return !status.running.isEmpty || sweeps.isActive
    }
}
