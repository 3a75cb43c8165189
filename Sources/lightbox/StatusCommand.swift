import ArgumentParser
import Experiments
import Foundation
import RunStore

/// `lightbox status [--watch]`
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show what is running where, and what failed.")

    @Option(help: "Only runs of this experiment.")
    var experiment: String?

    @Flag(help: "Show it again every two seconds until nothing runs or Ctrl-C.")
    var watch = false

    @OptionGroup var storeOption: StoreOption

    func run() throws {
        let store = try storeOption.openForReading()
        if let experiment { try store.requireExperiment(experiment) }
        let isTerminal = isatty(STDOUT_FILENO) == 1
        while true {
            let status = try store.status(experiment: experiment)
            let sweeps = try SweepStatus(beside: store, experiment: experiment)
            // Asked each time: windows change their size.
            var size = winsize()
            let isKnown =
                isTerminal && ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
            let text = StatusText(
                status, sweeps: sweeps.lines, columns: isKnown ? Int(size.ws_col) : 200,
                rows: isKnown && watch ? Int(size.ws_row) - 1 : nil
            ).lines.joined(separator: "\n")
            // In a terminal the new picture replaces the old one.
            print((watch && isTerminal ? "\u{1B}[H\u{1B}[J" : "") + text)
            fflush(nil)
            guard watch, !status.running.isEmpty || sweeps.isActive else { return }
            Thread.sleep(forTimeInterval: 2)
        }
    }
}
