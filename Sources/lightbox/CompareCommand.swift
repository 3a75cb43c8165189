import ArgumentParser
import Console
import Datasets
import Domain
import Files
import Foundation
import Reports
import RunStore
import Wording

/// `lightbox compare RUN RUN …`
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Set runs side by side: settings, results, paired tests, plots, outlines.",
        discussion: """
            The first run is the reference. Without --output the tables go to standard output; with \
            it the figures are drawn too, and with --overlays the outlines of the masks.
            """)

    @Argument(help: "Two or more runs: numbers, or the beginnings of their digests.")
    var runs: [String]

    @Option(help: "Weights whose results are shown: best or last.")
    var weights = WeightsKind.best

    @Option(name: .shortAndLong, help: "File to write: .md, .html, .csv or .tex.")
    var output: String?

    @OptionGroup var outputs: OutputOptions

    @Flag(help: "Draw mask outlines on the best, median and worst image (needs the data).")
    var overlays = false

    @Option(
        help:
            "Folder of the data sets (else the experiment's 'data:', else LIGHTBOX_DATA, else ./data)."
    )
    var data: String?

    @OptionGroup var page: PageOptions
    @OptionGroup var storeOption: StoreOption

    func run() throws {
        let format = try output.map { try ReportFormat.of($0, given: nil) }
        let store = try storeOption.openForReading()
        let root = DataRoot(option: data)
        let rule = try outputs.rule(reading: store, writing: output, below: root)
        let target = try output.map(rule.file)
        let ids = try runs.map { try RunName($0).id(in: store) }
        var request = ReportRequest()
        request.weights = weights
        request.figures = output != nil
        var source = ReportSource(store: store, vocabulary: .registries, request: request)
        if overlays {
            let pictures = OverlayPictures(store: store, weights: weights, data: data)
            source.pictures = { try pictures.pictures(of: $0, named: $1) }
        }
        let document = try ComparisonReport(of: ids, from: source).document(madeBy: command(ids))
        guard let output, let target else {
            try page.show(document)
            return
        }
        guard document.holdsResults || !FileManager.default.fileExists(atPath: output) else {
            throw ReportError.nothingToShow(path: output)
        }
        try ReportFile(document, at: URL(fileURLWithPath: output), format: format).write(rule)
        try target.say(output)
    }

    /// The command that makes the same tables again.
    private func command(_ ids: [RunID]) -> String {
        var words = ["lightbox", "compare"] + ids.map(String.init)
        if weights != .best { words += ["--weights", weights.rawValue] }
        if overlays { words.append("--overlays") }
        if storeOption.store != StoreOption.standard {
            words += ["--store", ShellText.quoted(storeOption.store)]
        }
        return words.joined(separator: " ")
    }
}
