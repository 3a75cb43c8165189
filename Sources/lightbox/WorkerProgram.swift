import ArgumentParser
import Assembly
import Datasets
import Foundation
import RunStore
import Runner

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
        let runner = CellRunner(
            shelf: DatasetShelf(root: DataRoot(option: data)), store: store, stop: StopSignal(),
            environment: .here(
                version: Version.text, code: Version.code, revision: revision, threads: threads))
        if !WorkerLoop(runner).run() { throw CommandFailure(.inputOutput) }
        try store.close()
    }
}
