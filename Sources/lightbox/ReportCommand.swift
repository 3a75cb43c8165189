import ArgumentParser
import Datasets
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

    @Option(help: "Store.")
    var store = "results/lightbox.db"

    @Option(help: "Only the runs of this experiment.")
    var experiment: String?

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

    @Option(help: "Test each row against the same row with this value: loss=tv.")
    var reference: String?

    @Option(help: "Fewest runs for a bold number.")
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

    @Option(help: "Folder of the data sets, for overlays (else LIGHTBOX_DATA, else ./data).")
    var data: String?

    @Flag(inversion: .prefixedNo, help: "Draw the figures beside the tables.")
    var figures = true

    func run() throws {
        guard !list else { return printList() }
        let store = try RunStore(at: URL(fileURLWithPath: store), mode: .readOnly)
        let rule = outputs.rule(reading: [store.url.path])
        let target = check ? nil : try output.map(rule.file)
        var recipe = try recipe(in: store)
        try apply(to: &recipe.request)
        recipe.request.figures = figures
        var source = ReportSource(
            store: store, vocabulary: .registries, request: recipe.request)
        if recipe.name == "overlays" {
            let pictures = OverlayPictures(
                store: store, weights: recipe.request.weights, root: DataRoot(option: data))
            source.pictures = { try pictures.pictures(of: $0, named: $1) }
        }
        let document = try ReportRegistry.find(recipe.name).document(from: source)
        if let explain {
            print(try Explanation(explain, in: document).text)
        } else if let output {
            let file = ReportFile(document, at: URL(fileURLWithPath: output), format: format)
            if check {
                try file.check()
                FileHandle.standardError.write(Data("\(output) is up to date\n".utf8))
            } else {
                try file.write(rule)
                target?.say(output)
            }
        } else if check {
            throw ReportError.badOption(
                name: "check", found: "no file", expected: "--output FILE with it")
        } else {
            print(document.rendered(as: format ?? .markdown), terminator: "")
        }
    }

    private func printList() {
        let width = ReportRegistry.all.map(\.name.count).max() ?? 0
        for entry in ReportRegistry.all {
            print(
                entry.name.padding(toLength: width + 2, withPad: " ", startingAt: 0) + entry.summary
            )
        }
    }

    /// The report by name, or the one that the experiment's file names.
    private func recipe(in store: RunStore) throws -> (name: String, request: ReportRequest) {
        if let name, try isReport(name, or: store) {
            let recipe = try ReportRecipe(name)
            return (recipe.name, try recipe.request())
        }
        guard let experiment = name ?? experiment else {
            throw ReportError.badOption(
                name: "experiment", found: "nothing",
                expected: "a report's name (see --list) or an experiment")
        }
        guard let text = try store.reportRecipe(ofExperiment: experiment), !text.isEmpty else {
            throw ReportError.badOption(
                name: "experiment", found: experiment,
                expected: "an experiment of the store whose file names a report")
        }
        let recipe = try ReportRecipe(text)
        var request = try recipe.request()
        request.selection.experiment = experiment
        return (recipe.name, request)
    }

    /// Whether `name` is a report's; a name that is only an experiment's stands for its report.
    private func isReport(_ name: String, or store: RunStore) throws -> Bool {
        let word = name.prefix { !$0.isWhitespace }
        if ReportRegistry.all.contains(where: { $0.name == word }) { return true }
        return try store.reportRecipe(ofExperiment: name) == nil
    }

    private func apply(to request: inout ReportRequest) throws {
        let single = [
            ("experiment", experiment), ("metrics", metrics), ("weights", weights),
            ("aggregate", aggregate), ("reference", reference), ("min-runs", minRuns),
        ]
        for case (let name, let value?) in single { try request.set(name, to: [value]) }
        for case (let name, let value?) in [
            ("rows", rows), ("columns", columns), ("values", values),
        ] {
            try request.set(name, to: value.split(separator: ",").map(String.init))
        }
        let axes: Set = ["dataset", "model", "procedure", "loss", "labels", "seed"]
        for condition in conditions {
            let parts = condition.split(separator: "=", maxSplits: 1).map(String.init)
            if parts.count == 2, axes.contains(parts[0]) {
                try request.set(parts[0], to: parts[1].split(separator: ",").map(String.init))
            } else {
                try request.set("where", to: [condition])
            }
        }
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
