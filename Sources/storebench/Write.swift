import ArgumentParser
import Domain
import Foundation
import RunStore

/// Trains one run as far as the store can tell: logs an epoch a transaction.
struct Write: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Log one run, an epoch a transaction; says 'epoch N' after each commit.")

    @Option(help: "Store.") var store: String
    @Option(help: "Number of the cell.") var cell: Int
    @Option(help: "Epochs.") var epochs = 1_000
    @Option(help: "Metrics an epoch.") var metrics = 10
    @Option(help: "Milliseconds of rest after an epoch.") var rest: UInt32 = 0
    @Flag(help: "Say nothing.") var quiet = false

    func run() throws {
        let store = try RunStore(at: URL(fileURLWithPath: store))
        guard let planned = try store.plan([Bench.cell(cell, epochs: epochs)]).first,
            let lease = try store.claim(
                planned.id, for: Worker(), environment: Bench.environment)
        else { throw ValidationError("cell \(cell) is not free") }
        let last = try store.curve(of: planned.id, .validation, "metric0").last?.epoch ?? 0
        if last < epochs {
            for epoch in (last + 1)...epochs {
                try lease.log(
                    (0..<metrics).map {
                        MetricPoint(
                            split: .validation, name: "metric\($0)", epoch: epoch,
                            value: Double(epoch) / Double($0 + 1))
                    })
                if !quiet {
                    print("epoch \(epoch)")
                    fflush(nil)
                }
                usleep(rest * 1000)
            }
        }
        try lease.finish(RunSummary(seconds: 1))
        try store.close()
    }
}
