import ArgumentParser
import Domain
import Foundation
import RunStore

/// How long it takes to unite many small stores.
struct Merge: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make many stores in a folder and merge them into one, twice.")

    @Option(help: "Folder for the stores.") var folder: String
    @Option(help: "Stores.") var shards = 1_000
    @Option(help: "Runs a store.") var runs = 10
    @Option(help: "Epochs a run, of ten metrics each.") var epochs = 300

    func run() throws {
        let folder = URL(fileURLWithPath: folder)
        let urls = (0..<shards).map { folder.appendingPathComponent("shards/\($0).db") }
        for (index, url) in urls.enumerated() { try fill(url, first: index * runs) }
        let all = try RunStore(at: folder.appendingPathComponent("all.db"))
        for round in ["first", "second"] {
            let start = ContinuousClock.now
            let before = Bench.processorSeconds
            let report = try all.merge(urls)
            print(
                "\(round) merge of \(report.stores) stores: \(report.added) runs,",
                "\(report.points) points added, \(report.kept) runs kept in",
                "\(Bench.text(Bench.seconds(since: start))) s",
                "(\(Bench.text(Bench.processorSeconds - before)) s of processor)")
        }
    }

    private func fill(_ url: URL, first: Int) throws {
        let store = try RunStore(at: url)
        let worker = Worker()
        for run in try store.plan((first..<first + runs).map { Bench.cell($0, epochs: epochs) }) {
            guard let lease = try store.claim(run.id, for: worker, environment: Bench.environment)
            else { continue }
            var points: [MetricPoint] = []
            for epoch in 1...epochs {
                for metric in 0..<10 {
                    let name = metric == 0 ? "dice" : "metric\(metric)"
                    let value = Double(epoch) / Double(metric + 4)
                    points.append(
                        MetricPoint(split: .validation, name: name, epoch: epoch, value: value))
                }
            }
            try lease.log(points)
            try lease.finish(RunSummary(seconds: 1))
        }
        try store.close()
    }
}
