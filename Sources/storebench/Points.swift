import ArgumentParser
import Domain
import Foundation
import RunStore

/// How many points a second one process logs, and what they take on disk.
struct Points: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Log points of one run after the other, and weigh the file.")

    @Option(help: "Store to make.") var store: String
    @Option(help: "Runs.") var runs = 10
    @Option(help: "Epochs a run.") var epochs = 5_000
    @Option(help: "Metrics an epoch.") var metrics = 20
    @Option(help: "Epochs a transaction.") var batch = 1_000

    func run() throws {
        let store = try RunStore(at: URL(fileURLWithPath: store))
        let worker = Worker()
        let names = (0..<metrics).map { $0 == 0 ? "dice" : "metric\($0)" }
        let planned = try store.plan((0..<runs).map { Bench.cell($0, epochs: epochs) })
        let start = ContinuousClock.now
        let before = Bench.processorSeconds
        for run in planned {
            guard let lease = try store.claim(run.id, for: worker, environment: Bench.environment)
            else { continue }
            var points: [MetricPoint] = []
            points.reserveCapacity(batch * metrics)
            for epoch in 1...epochs {
                for (index, name) in names.enumerated() {
                    points.append(
                        MetricPoint(
                            split: .validation, name: name, epoch: epoch,
                            value: Double(epoch * (index + 1)) / 7))
                }
                if epoch % batch == 0 || epoch == epochs {
                    try lease.log(points)
                    points.removeAll(keepingCapacity: true)
                }
            }
            try lease.finish(RunSummary(seconds: 1))
        }
        let seconds = Bench.seconds(since: start)
        let processor = Bench.processorSeconds - before
        let count = runs * epochs * metrics
        try store.close()
        let size =
            try FileManager.default.attributesOfItem(atPath: self.store)[.size] as? Int ?? 0
        print(
            "\(count) points in \(Bench.text(seconds)) s:",
            "\(Int(Double(count) / seconds)) points/s",
            "(\(Bench.text(processor)) s of processor),",
            "\(Bench.text(Double(size) / Double(count))) bytes a point")
    }
}
