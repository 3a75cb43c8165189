import ArgumentParser
import Console
import Datasets
import Domain
import Files
import Foundation
import Reports
import RunStore

/// `lightbox report NAME`
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write a table of the store's runs: Markdown, CSV, LaTeX or HTML.",
        discussion: """
            NAME is a report (see --list), or an experiment: then the report that its file names. \
            The same rows of the store give the same bytes.
            """)

    @Argument(help: "Report, such as p1-table1 or sweep, or experiment.")
    var name: String?

    @Flag(help: "List the reports.")
    var list = false

    @OptionGroup var storeOption: StoreOption

    @Option(help: "Only the runs of this experiment.")
    var experiment: String?

    @Flag(
        help: "With runs of cells that the experiment's file does not have.")
    var all = false

    @Option(
        help: """
            Definitions of the metrics: standard, published (beside the paper's figures) or both.
            """)
    var metrics: String?

    @Option(help: "Weights whose results are shown: best or last.")
    var weights: String?

    @Option(help: "Axes of the rows, comma-separated: dataset,model,loss,labels,width,…")
    var rows: String?

    @Option(help: "Axes whose values become blocks of columns.")
    var columns: String?

    @Option(help: "Metrics shown, comma-separated: dice,hausdorff95,…")
    var values: String?

    @Option(help: "How the runs of a cell become one number: mean, median, best or worst.")
    var aggregate: String?

    @Option(
        help: "Test each row against the same row with this value: loss=tv.")
    var reference: String?

    @Option(help: "A difference in Dice that makes no difference, for ≈ (default: 0.005).")
    var margin: String?

    @Option(help: "Fewest shared seeds for bold numbers and marks, from 5.")
    var minRuns: String?

    @Option(
        name: .customLong("where"),
        help: "Only runs with this axis or setting: model=unet, width=16 (repeatable).")
    var conditions: [String] = []

    @Option(
        help: "Format: markdown, csv, latex or html; else by the output's extension.",
        transform: readFormat)
    var format: ReportFormat?

    @Option(name: .shortAndLong, help: "File to write; figures go beside it. Else standard output.")
    var output: String?

    @OptionGroup var outputs: OutputOptions

    @Flag(help: "Compare the output file with what the store gives now; status 1 when it differs.")
    var check = false

    @Option(help: "Show where a cell comes from: ROW,COLUMN, such as 'mcx/unet/kltv,dice'.")
    var explain: String?

    @Option(
        help: ArgumentHelp(
            "Folder of the data sets, for overlays (else the experiment's 'data:', else LIGHTBOX_DATA, else ./data)."
        ))
    var data: String?

    @Flag(inversion: .prefixedNo, help: "Draw the figures beside the tables.")
    var figures = true

    @OptionGroup var page: PageOptions

    func run() throws {
        guard !list else { return try printList() }
        let format = try output.map { try ReportFormat.of($0, given: self.format) } ?? self.format
        let store = try storeOption.openForReading()
        let root = DataRoot(option: data)
        let rule = try outputs.rule(reading: store, writing: output, below: root)
        let target = check ? nil : try output.map(rule.file)
        var recipe = try recipe(in: store)
        try apply(to: &recipe.request)
        // Figures of a page stand in it; others are files beside the report.
        recipe.request.figures = figures && (output != nil || format == .html)
        var source = ReportSource(
            store: store, vocabulary: .registries, request: recipe.request)
        try source.addCellsWithoutRun()
        source.onReading = { Printer.errors.say("lightbox: \($0)") }
        if recipe.name == "overlays" {
            let pictures = OverlayPictures(
                store: store, weights: recipe.request.weights, data: data)
            source.pictures = { try pictures.pictures(of: $0, named: $1) }
        }
        let document = try ReportRegistry.require(recipe.name).document(from: source)
        if let explain {
            let explanation = try Explanation(explain, in: document)
            try Printer.standard.print(
                explanation.lines(with: try RunSettings(of: explanation.runs, in: source)))
        } else if let output {
            let file = ReportFile(document, at: URL(fileURLWithPath: output), format: format)
            if check {
                try file.check()
                Printer.errors.say("\(output) is up to date")
            } else {
                guard document.holdsResults || !FileManager.default.fileExists(atPath: output)
                else { throw ReportError.nothingToShow(path: output) }
                try file.write(rule)
                try target?.say(output)
            }
        } else if check {
            throw ReportError.badOption(
                name: "check", found: "no file", expected: "--output FILE with it")
        } else {
            try page.show(document, as: format)
        }
    }

    private func printList() throws {
        let width = ReportRegistry.all.map(\.name.count).max() ?? 0
        for entry in ReportRegistry.all {
            try Printer.standard.print(
                entry.name.padding(toLength: width + 2, withPad: " ", startingAt: 0) + entry.summary
            )
        }
    }

    /// The report by name, or the one that the experiment's file names.
    private func recipe(in store: RunStore) throws -> (name: String, request: ReportRequest) {
        if let name, try isReport(name, in: store) {
            let recipe = try ReportRecipe(name)
            return (recipe.name, try recipe.request())
        }
        guard let experiment = name ?? experiment else {
            throw ReportError.badOption(
                name: "experiment", found: "nothing",
                expected: "a report's name (see --list) or an experiment")
        }
        try store.requireExperiment(experiment)
        guard let text = try store.reportRecipe(ofExperiment: experiment), !text.isEmpty else {
            throw ReportError.noReport(experiment: experiment)
        }
        let recipe = try ReportRecipe(text)
        var request = try recipe.request()
        request.selection.experiment = experiment
        return (recipe.name, request)
    }

    /// Whether `name` is a report's; a name that is only an experiment's stands for its report.
    ///
    /// - Throws: `ReportError.unknownReport` for a name that is neither.
    private func isReport(_ name: String, in store: RunStore) throws -> Bool {
        let word = name.prefix { !$0.isWhitespace }
        let reports = ReportRegistry.names
        let experiments = try store.experiments()
        guard reports.contains(String(word)) else {
            if experiments.contains(name) { return false }
            let known = reports + experiments
            throw ReportError.unknownReport(
                name: name, nearest: NearestName.close(to: name, in: known), known: known)
        }
        if experiment == nil, experiments.contains(name) {
            Printer.errors.say(
                "lightbox: '\(name)' is a report, here over all runs, and an experiment; "
                    + "--experiment \(name) shows the experiment's")
        }
        return true
    }

    private func apply(to request: inout ReportRequest) throws {
        request.selection.includesFormer = all
        let single = [
            ("experiment", experiment), ("metrics", metrics), ("weights", weights),
            ("aggregate", aggregate), ("reference", reference), ("margin", margin),
            ("min-runs", minRuns),
        ]
        for case (let name, let value?) in single { try request.set(name, to: [value]) }
        for case (let name, let value?) in [
            ("rows", rows), ("columns", columns), ("values", values),
        ] {
            try request.set(
                name,
                to: value.split(separator: ",", omittingEmptySubsequences: false).map(String.init))
        }
        for condition in conditions { try request.set("where", to: [condition]) }
    }

    private static func readFormat(_ text: String) throws -> ReportFormat {
        guard let format = ReportFormat(rawValue: text) ?? ReportFormat(fileExtension: text) else {
            throw ValidationError(
                "unknown format '\(text)'; known: "
                    + ReportFormat.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return format
    }
}
