import ArgumentParser
import Console
import Foundation
import RunStore

/// `lightbox show RUN`
struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one run: settings, results, files, events.")

    @Argument(
        help: ArgumentHelp(
            "Number of the run, or the beginning of its digest.", valueName: "run"))
    var name: String

    @OptionGroup var page: PageOptions
    @OptionGroup var storeOption: StoreOption

    func run() throws {
        let store = try storeOption.openForReading()
        let id = try RunName(name).id(in: store)
        let parameters = ["run": QueryValue.integer(id)]
        let limits = QueryLimits(checksCells: true)
        let overview = try store.query(
            "SELECT * FROM run_overview WHERE run = :run", parameters: parameters,
            limits: limits)
        let printer = ResultPrinter(format: .table, columns: page.columns)
        let facts = zip(overview.columns, overview.rows.first ?? []).filter { $1 != .null }
        let split = try store.query(Self.split, parameters: parameters, limits: limits)
        var lines = printer.list(
            facts.map { ($0, ResultPrinter.shortText($1)) }
                + (split.rows.first.map { [("split", Self.text(ofSplit: $0))] } ?? []))
        for section in Self.sections {
            let result = try store.query(section.sql, parameters: parameters, limits: limits)
            guard !result.rows.isEmpty else { continue }
            lines += ["", section.title] + printer.table(result)
        }
        let events = try store.query(
            "SELECT time, level, message FROM event WHERE run = :run ORDER BY id",
            parameters: parameters, limits: limits)
        if !events.rows.isEmpty {
            lines += ["", "Events"]
            lines += events.rows.flatMap { row in
                let texts = row.map(ResultPrinter.shortText)
                let level = texts[1].padding(toLength: 7, withPad: " ", startingAt: 0)
                return WrappedText.lines("\(texts[0])  \(level)  ", texts[2], within: page.columns)
            }
        }
        try page.show(lines)
    }

    private static let split = """
        SELECT s.train, s.labelled, s.validation, s.test FROM run r JOIN split s ON s.id = r.split_id
        WHERE r.id = :run
        """

    /// "train 10 (2 labelled), validation 4, test 7" of the numbers of images.
    private static func text(ofSplit sizes: [QueryValue]) -> String {
        let counts = sizes.map { $0.integer ?? 0 }
        let part = counts[1] < counts[0] ? " (\(counts[1]) labelled)" : ""
        return "train \(counts[0])\(part), validation \(counts[2]), test \(counts[3])"
    }

    private static let sections: [(title: String, sql: String)] = [
        (
            "Settings",
            "SELECT name, value FROM param WHERE run = :run ORDER BY name"
        ),
        (
            "Test results (mean over images; pooled over all pixels)",
            """
            SELECT name, max(images) AS images,
                max(mean) FILTER (WHERE weights = 'best') AS best,
                max(sd) FILTER (WHERE weights = 'best') AS "best sd",
                max(pooled) FILTER (WHERE weights = 'best') AS "best pooled",
                max(mean) FILTER (WHERE weights = 'last') AS last,
                max(sd) FILTER (WHERE weights = 'last') AS "last sd",
                max(pooled) FILTER (WHERE weights = 'last') AS "last pooled"
            FROM result WHERE run = :run AND split = 'test' GROUP BY name ORDER BY name
            """
        ),
        (
            "Hardest test images",
            """
            SELECT image, value AS dice FROM image_metric WHERE run = :run AND name = 'dice'
                AND weights = 'best' AND split = 'test' ORDER BY value LIMIT 5
            """
        ),
        (
            "Files", "SELECT kind, path, bytes, digest FROM artifact WHERE run = :run ORDER BY kind"
        ),
    ]
}
