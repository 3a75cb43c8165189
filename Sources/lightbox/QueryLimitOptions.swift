import ArgumentParser
import RunStore

/// What a condition or statement of the user's may take.
struct QueryLimitOptions: ParsableArguments {
    @Option(help: "Seconds after which the query is stopped; 0 for no end.")
    var timeout = 60.0

    @Option(
        help: ArgumentHelp(
            "Megabytes that the query may take; one value at most a 64th of it.",
            valueName: "megabytes"))
    var memory = 1024

    func validate() throws {
        guard timeout >= 0, timeout.isFinite else {
            throw ValidationError("--timeout is \(timeout); expected seconds, or 0 for no end.")
        }
        guard (16...1_000_000).contains(memory) else {
            throw ValidationError("--memory is \(memory); expected megabytes from 16 to 1000000.")
        }
    }

    /// The limits, which hold from here on.
    func limits(rows: Int? = nil, checksCells: Bool = false) -> QueryLimits {
        RunStore.limitQueryMemory(to: memory * 1_000_000)
        return QueryLimits(
            rows: rows, seconds: timeout == 0 ? nil : timeout, checksCells: checksCells
        ) {
            // The main thread is deep in SQLite, which only reads: ending the process is safe.
            Ending.end(CommandFailure(.badData, QueryProblem.timeIsUp.description))
        }
    }

    /// Refuses a number of rows that is none.
    static func check(rows limit: Int?) throws {
        if let limit, limit < 0 {
            throw ValidationError("--limit is \(limit); expected a whole number from 0.")
        }
    }
}
