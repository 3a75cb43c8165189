import ArgumentParser
import Domain
import Foundation
import RunStore

/// Claims and finishes every run that is free, as a sweep's worker does.
struct Race: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Claim what is free of the first cells; prints the runs that it got.")

    @Option(help: "Store.") var store: String
    @Option(help: "Cells.") var cells = 100

    func run() throws {
        let store = try RunStore(at: URL(fileURLWithPath: store))
        let worker = Worker()
        let planned = try store.plan((0..<cells).map { Bench.cell($0, epochs: 1) })
        for run in planned.shuffled() {
            guard
                let lease = try store.claim(run.id, for: worker, environment: Bench.environment)
            else { continue }
            try lease.log([MetricPoint(split: .validation, name: "dice", epoch: 1, value: 0.5)])
            try lease.finish(RunSummary(seconds: 0))
            print(run.id)
        }
        try store.close()
    }
}
