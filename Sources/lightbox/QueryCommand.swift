import ArgumentParser
import Console
import Foundation
import RunStore
import Wording

/// `lightbox query 'SELECT …'`
struct QueryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query", abstract: "Answer a SELECT over all runs.",
        discussion: """
            The store is opened for reading; SQLite itself refuses anything that writes. Besides \
            SQLite's functions there are median(x), stddev(x) and percentile(x, p). A long answer \
            on a terminal goes through $PAGER (else less). Rows are printed as they come; a table of \
            more than 10,000 rows in parts, each with its head.
            """)

    @Argument(help: "One SELECT statement; '-' reads it from standard input.")
    var sql: String?

    @Option(help: ArgumentHelp("Text file with the statement.", valueName: "path"))
    var file: String?

    @OptionGroup var storeOption: StoreOption

    @Option(help: "table, csv, json, jsonl (one object a line) or markdown.")
    var format = ResultPrinter.Format.table

    @Option(help: "Rows at most.")
    var limit: Int?

    @Option(
        name: .customLong("param"),
        help: ArgumentHelp("Value of :name in the statement.", valueName: "name=value"))
    var parameters: [String] = []

    @OptionGroup var takes: QueryLimitOptions

    @OptionGroup var page: PageOptions

    @Flag(help: "Print the tables and views and their columns.")
    var schema = false

    func validate() throws {
        if sql == nil, file == nil, !schema {
            throw ValidationError("expected a SELECT statement, --file or --schema.")
        }
        if sql != nil, file != nil {
            throw ValidationError("expected a statement or --file, found both.")
        }
        try QueryLimitOptions.check(rows: limit)
    }

    func run() throws {
        if schema {
            try page.show(
                VisibleText.lines(RunStore.schemaText()).flatMap {
                    WrappedText.sentence($0, within: page.columns)
                })
            return
        }
        let store = try storeOption.openForReading()
        let text = try statement()
        var values: [String: QueryValue] = [:]
        for parameter in parameters {
            let parts = parameter.split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                throw CommandFailure(
                    .usage, "--param is '\(parameter)'; expected name=value such as model=unet")
            }
            let name = String(parts[0])
            guard values.updateValue(QueryValue(parsing: String(parts[1])), forKey: name) == nil
            else {
                throw CommandFailure(
                    .usage, "--param names '\(name)' twice; expected each name once")
            }
        }
        try answer(text, values, from: store)
    }

    private func answer(
        _ text: String, _ values: [String: QueryValue], from store: RunStore
    ) throws {
        let limits = takes.limits()
        let paged = PagedOutput(isPaged: page.paging.pager)
        let printer = ResultPrinter(
            format: format, columns: page.columns, ranks: Self.ranks, spared: nil)
        var stream = AnswerStream(printer, to: paged)
        var count = 0
        var isCut = false
        try store.query(text, parameters: values, limits: limits) {
            stream.begin($0)
        } onRow: { row in
            isCut = limit.map { count >= $0 } ?? false
            guard !isCut, paged.isRead else { return false }
            count += 1
            try stream.add(row)
            return true
        }
        try stream.end()
        try paged.finish()
        if isCut {
            Printer.errors.say("lightbox: more rows follow; --limit stopped at \(count)")
        }
    }

    /// What a narrow terminal keeps of the views of runs: which run, what came out, what it trained.
    /// Other columns go by their place.
    private static let ranks = [
        "run": 8, "test_dice": 7, "validation_dice": 6, "dataset": 5, "model": 4, "loss": 3,
        "labels": 2, "seed": 1,
    ]

    /// The statement from the argument, the file or standard input.
    private func statement() throws -> String {
        if let file {
            // A pipe too, such as a shell's <(...).
            guard let handle = FileHandle(forReadingAtPath: file),
                let data = try? handle.readToEnd() ?? Data()
            else {
                throw CommandFailure(.noInput, "cannot read the statement's file '\(file)'")
            }
            return String(decoding: data, as: UTF8.self)
        }
        guard sql == "-" else { return sql ?? "" }
        return String(
            decoding: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self)
    }
}

extension ResultPrinter.Format: ExpressibleByArgument {}
