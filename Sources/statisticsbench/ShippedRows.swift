import Domain
import Foundation
import RunStore
import Statistics

/// The rows of a store that the tests are tried on.
struct ShippedRows {
    /// Two settings of one data set, trained with the same seeds.
    struct Pair {
        let name: String
        /// Of each seed, the difference in Dice on each test image.
        let networks: [[Int64: Double]]
    }

    let store: RunStore

    init(_ path: String) throws {
        store = try RunStore(at: URL(fileURLWithPath: path), mode: .readOnly)
    }

    private func cells(_ runs: [ReportRun]) throws -> [(name: String, runs: [Int64: ReportRun])] {
        let settings = try store.reportVaryingSettings(of: runs.map(\.id))
        let byCell = Dictionary(grouping: runs) { run in
            ([run.dataset, run.procedure, run.model, run.loss, "\(run.labels)"]
                + settings.keys.sorted().map { settings[$0]?[run.id] ?? "" })
                .joined(separator: "/")
        }
        return byCell.sorted { $0.key < $1.key }.map { name, runs in
            (name, Dictionary(runs.map { ($0.seed, $0) }, uniquingKeysWith: { a, _ in a }))
        }
    }

    /// All pairs of settings of a data set and share of labels, of at least `seeds` shared seeds.
    func pairs(dataset: String, labels: Double, seeds: Int) throws -> [Pair] {
        var selection = ReportSelection()
        selection.datasets = [dataset]
        selection.labels = [labels]
        let runs = try store.reportRuns(selection).filter { $0.state == .completed }
        let values = try store.reportImageValues(
            of: "dice", runs: runs.map(\.id), weights: .best, split: .test)
        let cells = try cells(runs)
        var pairs: [Pair] = []
        for (index, cell) in cells.enumerated() {
            for other in cells[..<index] {
                let shared = cell.runs.keys.filter { other.runs[$0] != nil }.sorted()
                guard shared.count >= seeds else { continue }
                let networks = shared.map { seed -> [Int64: Double] in
                    var base: [Int64: Double] = [:]
                    for value in other.runs[seed].flatMap({ values[$0.id] }) ?? [] {
                        base[value.image] = value.value
                    }
                    var differences: [Int64: Double] = [:]
                    for value in cell.runs[seed].flatMap({ values[$0.id] }) ?? [] {
                        if let reference = base[value.image] {
                            differences[value.image] = value.value - reference
                        }
                    }
                    return differences
                }
                // Settings that a procedure does not use give the same networks.
                guard networks.allSatisfy({ $0.count > 1 }),
                    networks.contains(where: { $0.values.contains { $0 != 0 } })
                else { continue }
                pairs.append(Pair(name: "\(cell.name) - \(other.name)", networks: networks))
            }
        }
        return pairs
    }

    /// Probabilities of the second of two classes, with what the images are, by run.
    func scores() throws -> [(run: RunID, scores: [Double], positive: [Bool])] {
        let runs = try store.reportRuns(ReportSelection()).filter { $0.state == .completed }
        let classes = try store.reportClasses(of: Set(runs.compactMap(\.datasetID)).sorted())
        let predictions = try store.reportPredictions(
            of: runs.map(\.id), weights: .best, split: .test)
        return runs.compactMap { run in
            guard let names = run.datasetID.flatMap({ classes[$0] }), names.count == 2,
                let told = predictions[run.id]
            else { return nil }
            return (
                run.id,
                told.map { $0.predicted == names[1] ? $0.probability : 1 - $0.probability },
                told.map { $0.target == names[1] }
            )
        }
    }
}
