import Foundation
import Specification
import TensorCore
import Testing

@testable import Search

private let space = SearchSpace([
    .init(name: "learning-rate", range: .logUniform(1e-5...1e-1)),
    .init(name: "width", range: .integer(4...64)),
    .init(name: "loss", range: .choice(["tv", "xetv", "kltv"])),
])

/// Runs a search of `trials` trials and returns the best loss.
private func search(
    _ sampler: any Sampler, trials: Int, in space: SearchSpace, of function: ([Double]) -> Double
) -> Double {
    var observations: [Observation] = []
    for trial in 0..<trials {
        let point = sampler.suggest(trial: trial, after: observations, in: space)
        observations.append(Observation(point: point, loss: function(point)))
    }
    return observations.map(\.loss).min() ?? .infinity
}

@Suite struct SearchTests {
    @Test(arguments: [0, 1, 2])
    func pointsLieInTheirRangesAndSurviveTheirText(kind: Int) throws {
        let samplers: [any Sampler] = [
            RandomSampler(seed: 7), HaltonSampler(seed: 7), TPESampler(seed: 7),
        ]
        var observations: [Observation] = []
        for trial in 0..<40 {
            let point = samplers[kind].suggest(trial: trial, after: observations, in: space)
            for (parameter, value) in zip(space.parameters, point) {
                let text = parameter.range.text(of: value)
                let again = try #require(parameter.range.point(of: text), "\(text)")
                #expect(abs(again - value) < 1e-5)
            }
            observations.append(Observation(point: point, loss: point[1]))
        }
    }

    @Test func aSearchRepeatsAndAnotherSeedDiffers() {
        let history = (0..<20).map { index in
            Observation(
                point: [Double(index % 3), -8 + 0.3 * Double(index), 10], loss: Double(index))
        }
        let first = TPESampler(seed: 3).suggest(trial: 20, after: history, in: space)
        #expect(first == TPESampler(seed: 3).suggest(trial: 20, after: history, in: space))
        #expect(first != TPESampler(seed: 4).suggest(trial: 20, after: history, in: space))
    }

    @Test func haltonCoversEveryCellOfAGridEvenly() {
        let square = SearchSpace([
            .init(name: "a", range: .uniform(0...1)), .init(name: "b", range: .uniform(0...1)),
        ])
        var counts = [Int](repeating: 0, count: 36)
        for trial in 0..<360 {
            let point = HaltonSampler(seed: 1).suggest(trial: trial, after: [], in: square)
            counts[min(5, Int(point[0] * 6)) * 6 + min(5, Int(point[1] * 6))] += 1
        }
        // Ten points a cell on average; independent draws would leave cells with 2 or 20.
        #expect((counts.min() ?? 0) >= 7)
        #expect((counts.max() ?? 0) <= 13)
    }

    @Test func tpeBeatsRandomDrawsInTheMedian() {
        let cube = SearchSpace(
            (0..<4).map { .init(name: "x\($0)", range: .uniform(-5...5)) })
        func sphere(_ x: [Double]) -> Double { x.reduce(0) { $0 + ($1 - 1) * ($1 - 1) } }
        let tpe = (0..<9).map {
            search(TPESampler(seed: $0), trials: 60, in: cube, of: sphere)
        }.sorted()
        let random = (0..<9).map {
            search(RandomSampler(seed: $0), trials: 60, in: cube, of: sphere)
        }.sorted()
        #expect(tpe[4] < random[4] / 2, "TPE \(tpe[4]), random \(random[4])")
    }

    @Test func densitiesIntegrateToOne() {
        let line = SearchSpace([.init(name: "x", range: .uniform(-2...3))])
        let density = ParzenEstimator([[-1.5], [0.2], [0.3], [2.9]], in: line)
        let steps = 20_000
        let mass = (0..<steps).reduce(0.0) { sum, index in
            let x = -2 + 5 * (Double(index) + 0.5) / Double(steps)
            return sum + exp(density.logDensity(at: [x])) * 5 / Double(steps)
        }
        #expect(abs(mass - 1) < 1e-4)
        let whole = SearchSpace([.init(name: "n", range: .integer(1...6))])
        let counts = ParzenEstimator([[2], [2], [5]], in: whole)
        let total = (1...6).reduce(0.0) { $0 + exp(counts.logDensity(at: [Double($1)])) }
        #expect(abs(total - 1) < 1e-9)
    }
}

@Suite struct SuccessiveHalvingTests {
    private let halving = SuccessiveHalving(minimum: 1, maximum: 9, factor: 3)

    @Test func rungsGrowByTheFactorUpToTheMaximum() {
        #expect(halving.rungs == [1, 3, 9])
        #expect(SuccessiveHalving(minimum: 2, maximum: 9, factor: 2).rungs == [2, 4, 8, 9])
        #expect(SuccessiveHalving(minimum: 9, maximum: 9, factor: 2).rungs == [9])
    }

    @Test func onlyTheBestThirdGoesOn() {
        func trial(_ number: Int, _ losses: [Double], running: Bool = false)
            -> SuccessiveHalving.Trial
        {
            .init(number: number, losses: losses, isRunning: running)
        }
        #expect(halving.promotion(among: [trial(0, [0.5]), trial(1, [0.4])]) == nil)
        let three = [trial(0, [0.5]), trial(1, [0.4]), trial(2, [0.6])]
        #expect(halving.promotion(among: three) == 1)
        #expect(
            halving.promotion(among: [three[0], trial(1, [0.4], running: true), three[2]]) == nil)
        #expect(halving.promotion(among: [three[0], trial(1, [0.4, 0.3]), three[2]]) == nil)
        // A loss that is no number never goes on.
        #expect(
            halving.promotion(among: [trial(0, [.nan]), trial(1, [.nan]), trial(2, [0.6])]) == nil)
    }
}
