import ArgumentParser
import Datasets

/// Options of the verbs that train.
struct WorkOptions: ParsableArguments {
    @Option(help: "Folder of the data sets (else the file's data:, LIGHTBOX_DATA, ./data).")
    var data: String?

    @Option(help: "Cells at once (default: from processors and size of the cells).")
    var jobs: Int?

    @Option(help: "Threads of each cell (default: the processors shared out).")
    var threads: Int?

    @Flag(help: "Try cells again that failed before.")
    var retryFailed = false

    @Flag(
        help: """
            Train cells again that other code made; their results stay until the new ones are whole.
            """)
    var retrain = false

    @Flag(help: "Show failures and warnings only.")
    var quiet = false

    func validate() throws { try Self.check(jobs: jobs, threads: threads) }

    /// Refuses numbers of jobs or threads below 1.
    static func check(jobs: Int?, threads: Int?) throws {
        for case (let name, let value?) in [("jobs", jobs), ("threads", threads)] where value < 1 {
            throw ValidationError("--\(name) is \(value); expected a whole number from 1.")
        }
    }
}
