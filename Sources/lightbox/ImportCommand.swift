import ArgumentParser
import Console
import Foundation
import RunLog
import RunStore
import Wording

/// `lightbox import FORMAT PLACE`
struct ImportCommand: ParsableCommand {
    /// What other tools leave.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case mlflow, wandb, tensorboard, csv
    }

    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take runs from the stores of other tools.",
        discussion: """
            mlflow       an SQLite store of MLflow 2 or 3, or the folder mlruns
            wandb        the folder 'wandb' of W&B's client, or a file of a run in it
            tensorboard  a folder of event files
            csv          a file of curves or runs, or a folder of 'lightbox export csv'

            The runs are logged runs: what only cells have stays empty. A second import adds only \
            what is new. What could not be taken is named (docs/logging.md).
            """)

    @Argument(help: "mlflow, wandb, tensorboard or csv.")
    var format: Format

    @Argument(help: ArgumentHelp("File or folder to read.", valueName: "place"))
    var place: String

    @Option(help: "Put all runs into this experiment; else those that the tool had them in.")
    var experiment: String?

    @Option(help: "What the run of a CSV file is called and known by; else the file's name.")
    var name: String?

    @OptionGroup var storeOption: StoreOption

    func validate() throws {
        if let name {
            guard format == .csv else { throw ValidationError("--name goes with csv.") }
            if name.isEmpty { throw ValidationError("--name is ''; expected a name.") }
        }
        if experiment?.isEmpty == true {
            throw ValidationError("--experiment is ''; expected a name.")
        }
    }

    func run() throws {
        // Before a store is made for what is not there.
        guard FileManager.default.fileExists(atPath: place) else {
            throw CommandFailure(.noInput, "'\(place)' is not there; expected a file or folder")
        }
        let url = URL(fileURLWithPath: place)
        let importer = Importer(
            into: try storeOption.openForWriting(), version: Version.text, experiment: experiment)
        let report =
            switch format {
            case .mlflow: try importer.take(MLflowImport(url))
            case .wandb: try importer.take(WandBImport(url))
            case .tensorboard: try importer.take(TensorBoardImport(url))
            case .csv: try importer.take(CSVImport(url, name: name))
            }
        let parts = [
            (report.added, "new"), (report.extended, "with something new"),
            (report.known, "known"), (report.atWork, "at work here, left alone"),
        ].filter { $0.0 > 0 }.map { "\(Plural.count($0.0, "run")) \($0.1)" }
        try Printer.standard.print(
            "\(place): " + (parts.isEmpty ? "no runs" : parts.joined(separator: ", "))
                + "; \(Plural.count(report.points, "value"))")
        for words in report.leftOut { try Printer.standard.print("not taken: \(words)") }
        guard !report.refused.isEmpty else { return }
        for sentence in report.refused { Printer.errors.say("lightbox: \(sentence)") }
        throw CommandFailure(parts.isEmpty ? .badData : .failed)
    }
}
