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
        let store = try storeOption.openForReading()
        if schema {
            print(try SchemaText(store).text, terminator: "")
            return
        }
        var text = sql ?? ""
        if text == "-" {
            let input = FileHandle.standardInput.readDataToEndOfFile()
            text = String(decoding: input, as: UTF8.self)
        }
        let result = try store.query(text, limits: QueryLimits(rows: limit))
        print(ResultPrinter(format: format).text(result), terminator: "")
        if result.isTruncated {
            FileHandle.standardError.write(
                Data("lightbox: more rows follow; --limit stopped at \(result.rows.count)\n".utf8))
        }
    }
}

extension ResultPrinter.Format: ExpressibleByArgument {}
