import ArgumentParser
import Console
import Foundation
import Launch
import RunStore
import Wording

/// `lightbox merge OTHER.db …`, `lightbox merge --sweep FOLDER`
struct MergeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge", abstract: "Take the runs of other stores into one.",
        discussion: """
            The union by configuration: a run that both have is replaced only where the other \
            store's is further. Merging twice changes nothing, and the other stores are never \
            changed. With --sweep the stores are those that the tasks of a launched sweep wrote, \
            their files come along, and the report is written.
            """)

    @Argument(help: ArgumentHelp("Stores to take runs from.", valueName: "other"))
    var others: [String] = []

    @Option(help: ArgumentHelp("Folder of a launched sweep.", valueName: "folder"))
    var sweep: String?

    @Flag(help: "With --sweep, all tasks have ended: cells without a result count as failed.")
    var ended = false

    @OptionGroup var storeOption: StoreOption

    @Flag(help: "Link or copy the runs' files beside the store, too.")
    var copyFiles = false

    func validate() throws {
        if (sweep == nil) == others.isEmpty {
            throw ValidationError("Name stores to merge, or the folder of a sweep with --sweep.")
        }
        if ended, sweep == nil { throw ValidationError("--ended goes with --sweep.") }
    }

    func run() throws {
        if let sweep { return try merge(sweep: SweepFolder(URL(fileURLWithPath: sweep))) }
        // Before a store is made for what is not there.
        for other in others where !FileManager.default.fileExists(atPath: other) {
            throw CommandFailure(.noInput, "no store at '\(other)' to take runs from")
        }
        let store = try storeOption.openForWriting()
        let report = try store.merge(
            others.map { URL(fileURLWithPath: $0) }, files: copyFiles ? .copy : .stay)
        try show(report, of: others.count, files: copyFiles)
        if !report.failures.isEmpty || !report.problems.isEmpty { throw CommandFailure(.failed) }
    }

    private func merge(sweep: SweepFolder) throws {
        let merge = try SweepMerge(sweep, into: storeOption.url)
        let path = storeOption.store
        let outcome = try merge.run(ended: ended) {
            Printer.errors.say("waiting until nobody else has '\(path)' open")
        }
        try show(
            outcome.report, of: outcome.report.stores + outcome.report.failures.count, files: true)
        let store = try storeOption.openForWriting()
        if let report = try ReportWriting.write(experiment: merge.experiment, store: store) {
            try Printer.standard.print(Launching.shortPath(of: report))
        }
        try store.close()
        if !outcome.report.failures.isEmpty || !outcome.report.problems.isEmpty {
            throw CommandFailure(.failed)
        }
        let open = outcome.cells - outcome.done
        if ended, open > 0 {
            throw CommandFailure(
                .failed,
                "\(open) of \(Plural.count(outcome.cells, "cell")) are not done; 'lightbox status' says why, and "
                    + "'lightbox sweep' with --retry-failed launches them again")
        }
    }

    private func show(_ report: MergeReport, of count: Int, files: Bool) throws {
        for sentence in report.failures.map(\.reason) + report.problems + report.notes {
            Printer.errors.say("lightbox: \(sentence)")
        }
        let copied = files ? ", \(Plural.count(report.files, "file")) linked or copied" : ""
        let tested =
            report.evaluations > 0
            ? ", \(Plural.count(report.evaluations, "evaluation")) on other data sets" : ""
        try Printer.standard.print(
            "\(report.stores) of \(Plural.count(count, "store")) merged into \(storeOption.store): "
                + "\(Plural.count(report.added, "run")) added, \(report.replaced) replaced, \(report.kept) kept, "
                + "\(Plural.count(report.points, "point"))\(tested)\(copied)")
    }
}
