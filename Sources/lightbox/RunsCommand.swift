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
        let condition = try condition.map { try QueryCondition($0) }
        var conditions = condition.map { ["(\($0.text))"] } ?? []
        if experiment != nil {
            conditions.append(
                """
                run IN (SELECT x.run FROM experiment_run x JOIN experiment e
                    ON e.id = x.experiment_id WHERE e.name = :experiment)
                """)
        }
        let filter = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        let store = try storeOption.openForReading()
        if let experiment { try store.requireExperiment(experiment) }
        if let condition { try store.check(condition) }
        // A store of cells alone shows what it always did.
        let logged = try store.hasLoggedRuns() ? Self.logged : ""
        let result = try store.query(
            """
            SELECT run, state\(logged), dataset, model, procedure, loss, labels, seed, epochs,
                best_epoch AS best, validation_dice AS "val Dice", test_dice AS "test Dice",
                round(seconds, 1) AS seconds, substr(code, 1, 10) AS code
            FROM any_run \(filter) ORDER BY run DESC
            """,
            parameters: experiment.map { ["experiment": .text($0)] } ?? [:],
            limits: takes.limits(rows: limit, checksCells: true)
        )
        .with(varyingSettingsOf: store)
        try ResultPrinter(
            format: format, columns: page.columns, ranks: Self.ranks,
            spared: Set(Self.ranks.keys).subtracting([
                "best", "val Dice", "test Dice", "best value", "seconds",
            ])
        ).show(result, page)
    }

    /// What the list says of runs of other programs.
    private static let logged = ", name, objective, objective_value AS \"best value\""

    /// What a narrow terminal keeps, once the columns that are alike in all rows are gone: which run, how it is, what came out, then what tells runs apart.
    private static let ranks = [
        "run": 14, "state": 13, "test Dice": 12, "model": 11, "loss": 10, "dataset": 9,
        "settings": 8, "labels": 7, "seed": 6, "procedure": 5, "val Dice": 4, "epochs": 3,
        "best": 2, "seconds": 1, "code": 0, "name": 12, "best value": 12, "objective": 8,
    ]
}
