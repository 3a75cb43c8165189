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

    func validate() throws {
        if let jobs, jobs < 1 {
            throw ValidationError("--jobs is \(jobs); expected a whole number from 1.")
        }
        if let threads, threads < 1 {
            throw ValidationError("--threads is \(threads); expected a whole number from 1.")
        }
    }
}
