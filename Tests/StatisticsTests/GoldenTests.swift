import Foundation
import Testing

@testable import Statistics

/// SciPy's, statsmodels' and scikit-learn's answers, made by `Fixtures/make_statistics.py`.
struct StatisticsGolden: Decodable {
    struct Test: Decodable {
        let name: String, d: [Double], n: Int, p: Double
    }
    struct Interval: Decodable {
        let values: [Double], level: Double, resamples: Int, seed: UInt64, interval: [Double]
    }
    struct Correction: Decodable {
        let p: [Double], adjusted: [Double]
    }
    struct Moments: Decodable {
        let values: [Double], mean: Double, sd: Double, median: Double, p90: Double
    }
    struct Paired: Decodable {
        let name: String, d: [Double], overlap: Double, low: Double, high: Double, p: Double
        let same: Double, signs: Double?
    }
    struct Power: Decodable {
        let n: Int, difference: Double, sd: Double, overlap: Double, power: Double
    }
    struct Scores: Decodable {
        let p: [Double], y: [Bool], area: Double, low: Double, high: Double
        let sensitivity90: Double, brier: Double, ece: Double
        let frequency: [Double], probability: [Double]
    }
    let paired: [Paired]
    let power: [Power]
    let scores: [Scores]
    let wilcoxon: [Test]
    let bootstrap: [Interval]
    let scipyBootstrap: [Double]
    let holm: Correction
    let summary: Moments

    static func load() throws -> StatisticsGolden {
        let url = Fixtures.url("statistics.json")
        return try JSONDecoder().decode(Self.self, from: Data(contentsOf: url))
    }
}

/// Files beside the tests.
enum Fixtures {
    static func url(_ name: String, file: String = #filePath) -> URL {
        URL(fileURLWithPath: file).deletingLastPathComponent()
            .appendingPathComponent("Fixtures").appendingPathComponent(name)
    }
}

@Suite struct GoldenTests {
    @Test func wilcoxonAgreesWithSciPy() throws {
        let golden = try StatisticsGolden.load()
        #expect(golden.wilcoxon.count == 13)
        for test in golden.wilcoxon {
            let result = try #require(WilcoxonSignedRank(test.d), "\(test.name)")
            #expect(result.n == test.n, "\(test.name)")
            #expect(
                abs(result.pValue - test.p) < 1e-10, "\(test.name): \(result.pValue) \(test.p)")
            #expect((result.method == .exact) == (test.n <= 50), "\(test.name)")
        }
    }

    @Test func pairedTestsAgreeWithSciPyAndStatsmodels() throws {
        for row in try StatisticsGolden.load().paired {
            let test = try #require(PairedTTest(row.d, overlap: row.overlap), "\(row.name)")
            let interval = test.interval()
            #expect(abs(test.pValue - row.p) < 1e-9, "\(row.name)")
            #expect(abs(interval.lowerBound - row.low) < 1e-9, "\(row.name)")
            #expect(abs(interval.upperBound - row.high) < 1e-9, "\(row.name)")
            #expect(abs(test.equivalence(margin: 0.005) - row.same) < 1e-9, "\(row.name)")
            let signs = SignFlip.pValue(row.d)
            #expect((signs == nil) == (row.signs == nil), "\(row.name)")
            if let signs, let expected = row.signs {
                #expect(abs(signs - expected) < 1e-12, "\(row.name)")
            }
        }
    }

    @Test func powerAgreesWithStatsmodels() throws {
        for row in try StatisticsGolden.load().power {
            let power = TTestPower.power(
                difference: row.difference, sd: row.sd, n: row.n, overlap: row.overlap)
            #expect(abs(power - row.power) < 1e-9, "n = \(row.n)")
        }
    }

    @Test func probabilitiesAgreeWithScikitLearn() throws {
        for row in try StatisticsGolden.load().scores {
            let curve = try #require(ROC(scores: row.p, positive: row.y))
            let interval = try #require(curve.interval())
            #expect(abs(curve.area - row.area) < 1e-12)
            #expect(abs(interval.lowerBound - row.low) < 1e-9)
            #expect(abs(interval.upperBound - row.high) < 1e-9)
            #expect(abs(curve.sensitivity(specificity: 0.9) - row.sensitivity90) < 1e-12)
            let brier = try #require(BrierScore.of(row.p, hits: row.y))
            #expect(abs(brier - row.brier) < 1e-12)
            let reliability = Reliability(row.p, hits: row.y)
            #expect(abs(try #require(reliability.expectedError) - row.ece) < 1e-12)
            let bins = reliability.bins.filter { $0.count > 0 }
            #expect(bins.count == row.frequency.count)
            for (bin, expected) in zip(bins, zip(row.frequency, row.probability)) {
                #expect(abs((bin.frequency ?? -1) - expected.0) < 1e-12)
                #expect(abs((bin.probability ?? -1) - expected.1) < 1e-12)
            }
        }
    }

    @Test func wilcoxonIgnoresSignAndOrder() throws {
        let differences = [0.3, -0.1, 0.25, 0.7, -0.05, 0.4]
        let p = try #require(WilcoxonSignedRank(differences)).pValue
        #expect(WilcoxonSignedRank(differences.map { -$0 })?.pValue == p)
        #expect(WilcoxonSignedRank(differences.reversed())?.pValue == p)
        #expect(WilcoxonSignedRank([0, 0, .nan]) == nil)
        #expect(WilcoxonSignedRank([1, 2, 3, 4])?.pValue == 0.125)
    }

    @Test func bootstrapFollowsItsStream() throws {
        let golden = try StatisticsGolden.load()
        for test in golden.bootstrap {
            let interval = try #require(
                Bootstrap.meanInterval(
                    test.values, level: test.level, resamples: test.resamples, seed: test.seed))
            #expect(abs(interval.lowerBound - test.interval[0]) < 1e-12)
            #expect(abs(interval.upperBound - test.interval[1]) < 1e-12)
        }
        let ours = try #require(
            Bootstrap.meanInterval(golden.bootstrap[0].values, resamples: 20_000))
        let width = golden.scipyBootstrap[1] - golden.scipyBootstrap[0]
        #expect(abs(ours.lowerBound - golden.scipyBootstrap[0]) < 0.04 * width)
        #expect(abs(ours.upperBound - golden.scipyBootstrap[1]) < 0.04 * width)
        #expect(Bootstrap.meanInterval([1]) == nil)
        #expect(Bootstrap.meanInterval([2, 2, 2]) == 2...2)
    }

    @Test func holmAndMoments() throws {
        let golden = try StatisticsGolden.load()
        for (ours, theirs) in zip(Holm.adjust(golden.holm.p), golden.holm.adjusted) {
            #expect(abs(ours - theirs) < 1e-15)
        }
        #expect(Holm.adjust([]).isEmpty)
        let moments = golden.summary
        let summary = try #require(Summary(moments.values))
        #expect(abs(summary.mean - moments.mean) < 1e-14)
        #expect(abs((summary.sd ?? 0) - moments.sd) < 1e-14)
        #expect(abs((Summary.median(moments.values) ?? 0) - moments.median) < 1e-14)
        #expect(abs((Summary.quantile(moments.values, 0.9) ?? 0) - moments.p90) < 1e-14)
        #expect(Summary([]) == nil)
        #expect(Summary([3])?.sd == nil)
    }
}
