import ArgumentParser
import Foundation
import Statistics

/// `statisticsbench figures`: rows of a store with what our functions make of them, as JSON.
///
/// `scripts/statistics/check.py` works the same out with SciPy, statsmodels and scikit-learn.
struct FiguresCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "figures", abstract: "Rows and what is made of them, as JSON.")

    @Option(help: "The store.")
    var store = "results/shipped/results.db"

    private struct Figures: Encodable {
        var vectors: [Vector] = []
        var holm: [Correction] = []
        var twoLevel: [TwoLevel] = []
        var scores: [Scores] = []
        var power: [Power] = []
    }

    private struct Vector: Encodable {
        let name: String, differences: [Double], overlap: Double
        let mean: Double, low: Double, high: Double, p: Double, same: Double
        let signs: Double?, wilcoxon: Double?
    }

    private struct Correction: Encodable {
        let p: [Double], adjusted: [Double]
    }

    private struct TwoLevel: Encodable {
        let networks: [[String: Double]], low: Double, high: Double
    }

    private struct Scores: Encodable {
        let run: Int64, scores: [Double], positive: [Bool]
        let area: Double, low: Double, high: Double, bootstrapLow: Double, bootstrapHigh: Double
        let sensitivity90: Double, brier: Double, error: Double, bins: [[Double]]
    }

    private struct Power: Encodable {
        let difference: Double, sd: Double, n: Int, overlap: Double, power: Double
    }

    func run() throws {
        let rows = try ShippedRows(store)
        var figures = Figures()
        let pairs =
            try rows.pairs(dataset: "mcx", labels: 100, seeds: 3)
            + rows.pairs(dataset: "scx", labels: 100, seeds: 3)
            + rows.pairs(dataset: "mcx", labels: 10, seeds: 3)
        for pair in pairs {
            let means = pair.networks.map { network in
                network.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value }
                    / Double(network.count)
            }
            let images = pair.networks[0].sorted { $0.key < $1.key }.map(\.value)
            for (name, values, overlap) in [
                ("networks", means, 0.0), ("networks, overlapping", means, 35.0 / 92),
                ("ten images", Array(images.prefix(10)), 0.0), ("images", images, 0.0),
            ] {
                guard let test = PairedTTest(values, overlap: overlap) else { continue }
                let interval = test.interval()
                figures.vectors.append(
                    Vector(
                        name: "\(pair.name), \(name)", differences: values, overlap: overlap,
                        mean: test.mean, low: interval.lowerBound, high: interval.upperBound,
                        p: test.pValue, same: test.equivalence(margin: 0.005),
                        signs: SignFlip.pValue(values),
                        wilcoxon: WilcoxonSignedRank(values)?.pValue))
            }
        }
        let pValues = figures.vectors.map(\.p)
        for size in [2, 7, 30, pValues.count] {
            let some = Array(pValues.prefix(size))
            figures.holm.append(Correction(p: some, adjusted: Holm.adjust(some)))
        }
        for pair in pairs.prefix(3) {
            guard let interval = TwoLevelBootstrap.interval(pair.networks, resamples: 300) else {
                continue
            }
            figures.twoLevel.append(
                TwoLevel(
                    networks: pair.networks.map { network in
                        Dictionary(
                            uniqueKeysWithValues: network.map { (String($0.key), $0.value) })
                    }, low: interval.lowerBound, high: interval.upperBound))
        }
        for (run, scores, positive) in try rows.scores() {
            guard let curve = ROC(scores: scores, positive: positive),
                let interval = curve.interval(),
                let brier = BrierScore.of(scores, hits: positive)
            else { continue }
            let bootstrap = curve.bootstrapInterval(resamples: 200)
            let bins = Reliability(scores, hits: positive)
            figures.scores.append(
                Scores(
                    run: run, scores: scores, positive: positive, area: curve.area,
                    low: interval.lowerBound, high: interval.upperBound,
                    bootstrapLow: bootstrap.lowerBound, bootstrapHigh: bootstrap.upperBound,
                    sensitivity90: curve.sensitivity(specificity: 0.9), brier: brier,
                    error: bins.expectedError ?? .nan,
                    bins: bins.bins.map { [Double($0.count), Double($0.hits), $0.sum] }))
        }
        for n in [2, 3, 5, 6, 11, 40] {
            for (difference, overlap) in [(0.0, 0.0), (0.002, 0), (0.005, 0), (0.005, 0.38)] {
                figures.power.append(
                    Power(
                        difference: difference, sd: 0.005, n: n, overlap: overlap,
                        power: TTestPower.power(
                            difference: difference, sd: 0.005, n: n, overlap: overlap)))
            }
        }
        print(String(decoding: try JSONEncoder().encode(figures), as: UTF8.self))
    }
}
