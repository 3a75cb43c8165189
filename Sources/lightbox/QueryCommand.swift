import ArgumentParser
import Foundation
import RunStore

/// `lightbox query 'SELECT …'`
struct QueryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query", abstract: "Answer a SELECT over all runs.",
        discussion: """
            The store is opened for reading; SQLite itself refuses anything that writes. Besides \
            SQLite's functions there are median(x), stddev(x) and percentile(x, p).
            """)

    @Argument(help: "One SELECT statement; '-' reads it from standard input.")
    var sql: String?

    @OptionGroup var storeOption: StoreOption

    @Option(help: "table, csv, json or markdown.")
    var format = ResultPrinter.Format.table

    @Option(help: "Rows at most.")
    var limit: Int?

    @Option(
        name: .customLong("param"),
        help: ArgumentHelp("Value of :name in the statement.", valueName: "name=value"))
    var parameters: [String] = []

    @Option(help: "Seconds after which the query is stopped.")
    var timeout: Double?

    @Flag(help: "Print the tables and views and their columns.")
    var schema = false

    func validate() throws {
        if sql == nil, !schema {
            throw ValidationError("expected a SELECT statement, or --schema.")
        }
        if let limit, limit < 0 {
            throw ValidationError("--limit is \(limit); expected a whole number from 0.")
        }
    }

    func run() throws {
        if schema {
            print(try RunStore.schemaText())
            return
        }
        let store = try storeOption.openForReading()
        var text = sql ?? ""
        if text == "-" {
            let input = FileHandle.standardInput.readDataToEndOfFile()
            text = String(decoding: input, as: UTF8.self)
        }
        var values: [String: QueryValue] = [:]
        for parameter in parameters {
            let parts = parameter.split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                throw CommandFailure(
                    .usage, "--param is '\(parameter)'; expected name=value such as model=unet")
            }
            values[String(parts[0])] = QueryValue(parsing: String(parts[1]))
        }
        let result = try store.query(
            text, parameters: values, limits: QueryLimits(rows: limit, seconds: timeout))
        print(ResultPrinter(format: format).text(result), terminator: "")
        if result.isTruncated {
            FileHandle.standardError.write(
                Data("lightbox: more rows follow; --limit stopped at \(result.rows.count)\n".utf8))
        }
    }
}

extension ResultPrinter.Format: ExpressibleByArgument {}
