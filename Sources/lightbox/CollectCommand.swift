import ArgumentParser
import Foundation
import RunStore

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
        for file in report.files { print("\(verb) \(file.path)") }
        for spared in report.spared { print(spared.sentence) }
        for path in report.missing {
            FileHandle.standardError.write(
                Data("lightbox: the store names '\(path)', which is gone\n".utf8))
        }
        print(
            "\(verb) \(report.files.count) files (\(Self.text(report.fileBytes))) and "
                + "\(report.rows) rows; the store is \(Self.text(report.storeBytes)) smaller")
        if !report.released.isEmpty {
            let list = report.released.map(String.init).joined(separator: ", ")
            print("marked runs \(list) interrupted: their workers had died")
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
