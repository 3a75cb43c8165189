import ArgumentParser
import Console
import Foundation
import RunStore
import Wording

/// `lightbox gc`
struct CollectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gc", abstract: "Remove files and rows that no run needs; free the disk.",
        discussion: """
            Files of deleted runs, resume checkpoints of completed runs, data sets without runs. \
            Runs whose worker died are marked interrupted. What another store in the same folder \
            names stays, and is said.
            """)

    @OptionGroup var storeOption: StoreOption

    @Flag(help: "Only say what would be removed.")
    var dryRun = false

    func run() throws {
        // Opened for reading first: a missing store is an error here, not a new store.
        _ = try storeOption.openForReading()
        let report = try storeOption.openForWriting().collect(isDryRun: dryRun)
        let verb = dryRun ? "would remove" : "removed"
        try Printer.standard.print(
            report.files.map { "\(verb) \($0.path)" } + report.spared.map(\.sentence))
        for path in report.missing {
            Printer.errors.say("lightbox: the store names '\(path)', which is gone")
        }
        try Printer.standard.print(
            "\(verb) \(Plural.count(report.files.count, "file")) (\(Self.text(report.fileBytes))) and "
                + "\(Plural.count(report.rows, "row")); the store is \(Self.text(report.storeBytes)) smaller"
        )
        if !report.released.isEmpty {
            let list = report.released.map(String.init).joined(separator: ", ")
            let (runs, their) =
                report.released.count == 1 ? ("run", "its worker") : ("runs", "their workers")
            try Printer.standard.print(
                "marked \(runs) \(list) interrupted: \(their) had died")
        }
    }

    private static func text(_ bytes: Int64) -> String {
        String(format: "%.1f MB", Double(bytes) / 1_000_000)
    }
}

extension SparedFiles {
    /// How many files stay, where the first lies, and why.
    var sentence: String {
        let first = files.first?.path ?? ""
        let what = files.count == 1 ? first : "\(files.count) files (\(first), …)"
        return "kept \(what): \(reason)"
    }
}
