import ArgumentParser
import Foundation
import RunStore

/// How long a question takes, process start included in none of it.
struct Ask: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Open a store for reading and time a query, five times.")

    static let best = """
        SELECT model, loss, count(*), max(validation_dice) FROM run_overview GROUP BY model, loss
        """

    @Option(help: "Store.") var store: String
    @Option(help: "Query.") var sql = Ask.best
    @Flag(help: "Print the answer.") var show = false

    func run() throws {
        for round in 0..<5 {
            var start = ContinuousClock.now
            let store = try RunStore(at: URL(fileURLWithPath: store), mode: .readOnly)
            let opened = Bench.seconds(since: start) * 1000
            start = ContinuousClock.now
            let answer = try store.query(sql)
            let asked = Bench.seconds(since: start) * 1000
            print(
                "opened in \(Bench.text(opened)) ms; \(answer.rows.count) rows in",
                "\(Bench.text(asked)) ms")
            if show, round == 4 { answer.rows.forEach { print($0) } }
        }
    }
}
