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
            "SELECT * FROM \(try store.kind(of: id) == .cell ? "run_overview" : "any_run") "
                + "WHERE run = :run", parameters: parameters, limits: limits)
        let printer = ResultPrinter(format: .table, columns: page.columns)
        let facts = zip(overview.columns, overview.rows.first ?? []).filter { $1 != .null }
        let split = try store.query(Self.split, parameters: parameters, limits: limits)
        var lines = printer.list(
            facts.map { ($0, ResultPrinter.shortText($1) + Self.unit(of: $0, $1)) }
                + (split.rows.first.map { [("split", Self.text(ofSplit: $0))] } ?? []))
        let classes =
            try store.query(
                "SELECT d.classes FROM run r JOIN dataset d ON d.id = r.dataset_id WHERE r.id = :run",
                parameters: parameters, limits: limits
            ).rows.first?.first.map(Self.names) ?? []
        for section in Self.sections {
            let result = try store.query(section.sql, parameters: parameters, limits: limits)
            guard !result.rows.isEmpty else { continue }
            lines += ["", section.title]
            lines += printer.table(section.namesClasses ? result.naming(classes) : result)
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

    /// The unit behind a number of the run; empty where it has none.
    private static func unit(of name: String, _ value: QueryValue) -> String {
        switch (name, value) {
        case ("seconds", _): " s"
        case ("labels", _): " %"
        case ("images_per_second", _): " images/s"
        case ("peak_memory", .integer(let bytes)):
            " bytes (\(ResultNumber.short(Double(bytes) / 1_000_000)) MB)"
        default: ""
        }
    }

    /// Names of classes from the store's JSON list.
    private static func names(_ list: QueryValue) -> [String] {
        guard case .text(let text) = list else { return [] }
        return (try? JSONDecoder().decode([String].self, from: Data(text.utf8))) ?? []
    }

    private static let sections: [(title: String, sql: String, namesClasses: Bool)] = [
        (
            "Settings",
            "SELECT name, value FROM param WHERE run = :run ORDER BY name", false
        ),
        (
            "Tags",
            "SELECT name, value FROM tag WHERE run = :run ORDER BY name", false
        ),
        (
            "Curves",
            """
            SELECT s.split, s.name, s.axis, m.points, m.last_epoch AS "last at",
                m.last_value AS last, m.min_value AS lowest, m.max_value AS highest
            FROM run r JOIN metric_summary m ON m.run = r.id JOIN series s ON s.id = m.series_id
            WHERE r.id = :run AND r.run_kind = 'logged' ORDER BY s.split, s.name, s.axis
            """, false
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
            """, true
        ),
        (
            "Hardest test images",
            """
            SELECT image, value AS dice FROM image_metric WHERE run = :run AND name = 'dice'
                AND weights = 'best' AND split = 'test' ORDER BY value LIMIT 5
            """, false
        ),
        (
            "On other data sets (Dice or accuracy, mean over images; pooled over all pixels)",
            """
            SELECT tested_on AS "tested on", weights, name, images, mean, sd, pooled
            FROM external_result WHERE run = :run AND (name GLOB 'dice*' OR name = 'class-accuracy')
            ORDER BY tested_on, weights, name
            """, false
        ),
        (
            "Files",
            "SELECT kind, path, bytes, digest FROM artifact WHERE run = :run ORDER BY kind",
            false
        ),
        (
            "Notes",
            "SELECT time, text FROM note WHERE run = :run ORDER BY id", false
        ),
    ]
}

extension QueryResult {
    /// Says `class-f1 of normal` for the store's `class-f1/0`, in the first column.
    fileprivate func naming(_ classes: [String]) -> QueryResult {
        let named = rows.map { row in
            guard case .text(let name) = row.first, name.hasPrefix("class-"),
                let slash = name.lastIndex(of: "/"),
                let number = Int(name[name.index(after: slash)...]),
                classes.indices.contains(number)
            else { return row }
            return [.text("\(name[..<slash]) of \(classes[number])")] + row.dropFirst()
        }
        return QueryResult(columns: columns, rows: named, isTruncated: isTruncated)
    }
}
