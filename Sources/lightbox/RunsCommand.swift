import ArgumentParser
import RunStore

/// `lightbox runs`
struct RunsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs", abstract: "List runs, the latest first.")

    @Option(
        name: .customLong("where"),
        help: ArgumentHelp(
            "Condition over the columns of any_run: \"state = 'failed'\".",
            valueName: "condition"))
    var condition: String?

    @Option(help: "Only runs of this experiment.")
    var experiment: String?

    @Option(help: "Runs at most.")
    var limit = 50

    @Option(help: "table, csv, json, jsonl or markdown.")
    var format = ResultPrinter.Format.table

    @OptionGroup var takes: QueryLimitOptions
    @OptionGroup var page: PageOptions
    @OptionGroup var storeOption: StoreOption

    func validate() throws { try QueryLimitOptions.check(rows: limit) }

    func run() throws {
        var request = RunList.Request()
        request.condition = try condition.map { try QueryCondition($0) }
        request.experiment = experiment
        let store = try storeOption.openForReading()
        if let experiment { try store.requireExperiment(experiment) }
        let result = try store.runTable(
            request, forPeople: isForPeople,
            limits: takes.limits(rows: limit, checksCells: true)
        )
        .with(varyingSettingsOf: store)
        try ResultPrinter(
            format: format, columns: page.columns, ranks: Self.ranks,
            spared: Set(Self.ranks.keys).subtracting([
                "best", "val Dice", "test Dice", "best value", "seconds",
            ])
        ).show(isForPeople ? result.withoutEmptyColumns : result, page)
    }

    /// Programs get every column; people those that say something, unless they ask for all.
    private var isForPeople: Bool { [.table, .markdown].contains(format) && !page.wide }

    /// What a narrow terminal keeps, once the columns that are alike in all rows are gone: which run, how it is, what came out, then what tells runs apart.
    private static let ranks = [
        "run": 14, "state": 13, "test Dice": 12, "model": 11, "loss": 10, "dataset": 9,
        "settings": 8, "labels": 7, "seed": 6, "procedure": 5, "val Dice": 4, "epochs": 3,
        "best": 2, "seconds": 1, "code": 0, "name": 12, "best value": 12, "objective": 8,
    ]
}

extension QueryResult {
    /// The same without the columns that are empty in every row; as it is where it has no rows.
    var withoutEmptyColumns: QueryResult {
        let kept = columns.indices.filter { column in
            rows.isEmpty || rows.contains { $0[column] != .null }
        }
        return QueryResult(
            columns: kept.map { columns[$0] }, rows: rows.map { row in kept.map { row[$0] } },
            isTruncated: isTruncated)
    }
}
