import ArgumentParser
import Datasets
import Experiments
import Foundation
import RunStore

/// `lightbox worker`, which `sweep` starts: trains what it is told on standard input.
struct WorkerProgram: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker", abstract: "Train cells for a sweep.", shouldDisplay: false)

    @Option var store: String
    @Option var data: String
    @Option var threads: Int
    @Option var revision: String?

    func run() throws {
        let store = try RunStore(at: URL(fileURLWithPath: store))
        let loop = WorkerLoop(
            store: store, root: DataRoot(option: data), threads: threads, version: Version.text,
            code: Version.code, revision: revision)
        if !loop.run() { throw CommandFailure(.inputOutput) }
        try store.close()
    }
}
