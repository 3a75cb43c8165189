import ArgumentParser
import Foundation
import RunStore

/// `lightbox merge OTHER.db …`
struct MergeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge", abstract: "Take the runs of other stores into one.",
        discussion: """
            The union by configuration: a run that both have is replaced only where the other \
            store's is further. Merging twice changes nothing, and the other stores are never \
            changed.
            """)

    @Argument(help: ArgumentHelp("Stores to take runs from.", valueName: "other"))
    var others: [String]

    @OptionGroup var storeOption: StoreOption

    @Flag(help: "Link or copy the runs' files beside the store, too.")
    var copyFiles = false

    func run() throws {
        let store = try storeOption.openForWriting()
        let report = try store.merge(
            others.map { URL(fileURLWithPath: $0) }, files: copyFiles ? .copy : .stay)
        for failure in report.failures {
            FileHandle.standardError.write(Data("lightbox: \(failure.reason)\n".utf8))
        }
        let files = copyFiles ? ", \(report.files) files linked or copied" : ""
        print(
            "\(report.stores) of \(others.count) stores merged into \(storeOption.store): "
                + "\(report.added) runs added, \(report.replaced) replaced, \(report.kept) kept, "
                + "\(report.points) points\(files)")
        if !report.failures.isEmpty { throw CommandFailure(.failed) }
    }
}
