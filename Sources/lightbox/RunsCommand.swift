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
        let shown = isForPeople ? result.forPeople : result
        var ranks = Self.ranks
        // Where every run has a name, it is what they are told apart by.
        if shown.values(of: "name").contains(.null) { ranks["name"] = 8 }
        try ResultPrinter(
            format: format, columns: page.columns, ranks: ranks,
            spared: Set(ranks.keys).subtracting([
                "state", "best", "val Dice", "test Dice", "best value", "seconds",
            ]), minor: ["code"]
        ).show(shown, page)
    }

    /// Programs get every column; people those that say something, unless they ask for all.
    private var isForPeople: Bool { [.table, .markdown].contains(format) && !page.wide }

    /// What a narrow terminal keeps, once the columns that are alike in all rows are gone: which run, how it is, what came out, then what tells runs apart.
    private static let ranks = [
        "run": 19, "state": 18, "name": 17, "test Dice": 16, "best value": 15, "model": 14,
        "dataset": 13, "loss": 12, "labels": 11, "seed": 10, "settings": 9, "val Dice": 7,
        "procedure": 6, "objective": 5, "epochs": 4, "best": 3, "seconds": 2, "code": 1,
    ]
}

extension QueryResult {
    /// The values of a column; none where it has no such column.
    fileprivate func values(of name: String) -> [QueryValue] {
        columns.firstIndex(of: name).map { column in rows.map { $0[column] } } ?? []
    }

    /// The list of runs without the columns that say nothing: those that are empty in every row, and
    /// what the runs are judged by where that is the best validation Dice, which has a column of its
    /// own. As it is where it has no rows.
    fileprivate var forPeople: QueryResult {
        let judged = values(of: "best value"), dice = values(of: "val Dice")
        let isDice = zip(judged, dice).allSatisfy { $0 == .null || $0 == $1 }
        let said: Set<String> = isDice ? ["objective", "best value"] : []
        let kept = columns.indices.filter { column in
            rows.isEmpty
                || !said.contains(columns[column]) && rows.contains { $0[column] != .null }
        }
        return QueryResult(
            columns: kept.map { columns[$0] }, rows: rows.map { row in kept.map { row[$0] } },
            isTruncated: isTruncated)
    }
}
