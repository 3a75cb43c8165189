import ArgumentParser
import Console
import RunStore
import Wording

/// `lightbox delete RUN …`
struct DeleteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete runs with their metrics and files.",
        discussion: "Says what it would delete; --yes deletes it. 'lightbox gc' frees the disk.")

    @Argument(
        help: ArgumentHelp(
            "Numbers of runs, or beginnings of their digests.", valueName: "run"))
    var names: [String] = []

    @Option(
        name: .customLong("where"),
        help: ArgumentHelp(
            "Also all runs for which this holds, over the columns of any_run.",
            valueName: "condition"))
    var condition: String?

    @OptionGroup var takes: QueryLimitOptions
    @OptionGroup var storeOption: StoreOption

    @Flag(help: "Do it.")
    var yes = false

    func validate() throws {
        if names.isEmpty, condition == nil {
            throw ValidationError("expected the numbers of runs, or --where.")
        }
    }

    func run() throws {
        let reader = try storeOption.openForReading()
        var runs = try names.map { try RunName($0).id(in: reader) }
        if let condition {
            runs += try reader.runs(where: QueryCondition(condition), limits: takes.limits())
        }
        runs = Set(runs).sorted()
        guard yes else {
            let list = runs.map(String.init).joined(separator: ", ")
            try Printer.standard.print(
                runs.isEmpty
                    ? "nothing to delete"
                    : "would delete \(Plural.count(runs.count, "run")): \(list); add --yes to do it"
            )
            return
        }
        let report = try storeOption.openForWriting().delete(runs)
        try Printer.standard.print(report.spared.map(\.sentence))
        try Printer.standard.print(
            "deleted \(Plural.count(runs.count, "run")) and "
                + Plural.count(report.files.count, "file"))
    }
}
