import ArgumentParser
import Console
import Datasets
import Files
import Foundation
import RunStore

/// `lightbox backup COPY.db`
struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copy the store as it is now, also while it is in use.",
        discussion: """
            The copy is checked. A file that exists is never overwritten. Files of weights are not \
            in the store and stay where they are: copy the folder runs beside it too.
            """)

    @Argument(help: ArgumentHelp("File to make.", valueName: "copy"))
    var copy: String

    @OptionGroup var storeOption: StoreOption

    func run() throws {
        guard !copy.isEmpty else { throw OutputError.refused(path: copy, .noName) }
        let store = try storeOption.openForReading()
        let data = try OutputOptions.dataFiles(named: store.datasetNames(), writing: copy)
        let bytes = try store.backup(
            to: URL(fileURLWithPath: copy), inputs: data.files, inputFolders: data.folders)
        try Printer.standard.print(
            "\(copy): \(String(format: "%.1f MB", Double(bytes) / 1_000_000)), checked; files of weights "
                + "stay in the folder runs beside the store")
    }
}
