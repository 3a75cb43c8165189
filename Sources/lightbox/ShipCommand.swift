import ArgumentParser
import Console
import Datasets
import Files
import Foundation
import RunStore
import Wording

/// `lightbox ship COPY.db`
struct ShipCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ship", abstract: "Copy the results into a small store to give away.",
        discussion: """
            Keeps configurations, evaluations, images' values, curves and published figures; leaves \
            out the names of weight files and events. Where the copy would be too large, it first \
            leaves out images' values of the last weights, then epochs of the curves, and says so. \
            Reports, queries and exports read the copy like any store; the weights stay behind.
            """)

    @Argument(help: ArgumentHelp("File to make.", valueName: "copy"))
    var copy: String

    @OptionGroup var storeOption: StoreOption

    @Option(help: "Most megabytes (of 1,000,000 bytes) of the copy.")
    var megabytes = 10.0

    @Option(
        name: .customLong("experiment"), help: "Only the runs of this experiment (repeatable).")
    var experiments: [String] = []

    @Flag(help: "Replace the file when there is one; of stores only an earlier copy.")
    var replace = false

    func validate() throws {
        guard megabytes > 0, megabytes < 1e6 else {
            throw ValidationError(
                "--megabytes is \(megabytes); expected a number above 0 and below 1000000.")
        }
    }

    func run() throws {
        guard !copy.isEmpty else { throw OutputError.refused(path: copy, .noName) }
        let names = try storeOption.openForReading().datasetNames()
        let data = OutputOptions.dataFiles(named: names, writing: copy)
        let report = try RunStore.ship(
            from: storeOption.url, to: URL(fileURLWithPath: copy),
            limit: Int64(megabytes * 1_000_000),
            experiments: experiments, replacing: replace, inputs: data.files,
            inputFolders: data.folders)
        let size = String(format: "%.1f MB", Double(report.bytes) / 1_000_000)
        try Printer.standard.print(
            "\(copy): \(Plural.count(report.runs, "run")), \(size), checked; left out:")
        try Printer.standard.print(report.dropped.map { "  \($0)" })
        if let former = report.setAside {
            try Printer.standard.print(
                "the store that was there had a log of its own; both are kept as \(former)")
        }
    }
}
