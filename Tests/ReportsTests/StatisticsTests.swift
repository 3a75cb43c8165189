import Domain
import Foundation
import Testing

@testable import Reports

/// SciPy's answers, made by `Fixtures/make_statistics.py`.
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

@Suite struct StatisticsTests {
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

    @Test func boldNeedsRunsAndALead() throws {
        let rule = BoldRule()
        func summary(_ values: Double...) -> Summary? { Summary(values) }
        let high = summary(0.95, 0.951, 0.952), low = summary(0.90, 0.901, 0.902)
        #expect(rule.winner([low, high], direction: .higherIsBetter) == 1)
        #expect(rule.winner([low, high], direction: .lowerIsBetter) == 0)
        #expect(rule.winner([nil, low, high], direction: .higherIsBetter) == 2)
        // Nothing to compare with, too few runs anywhere, no lead, or a lead within the noise.
        #expect(rule.winner([high], direction: .higherIsBetter) == nil)
        #expect(rule.winner([low, summary(0.95, 0.951)], direction: .higherIsBetter) == nil)
        #expect(rule.winner([summary(0.9, 0.9), high], direction: .higherIsBetter) == nil)
        #expect(rule.winner([high, high], direction: .higherIsBetter) == nil)
        #expect(
            rule.winner(
                [summary(0.90, 0.95, 1.0), summary(0.91, 0.94, 0.97)], direction: .higherIsBetter)
                == nil)
    }
}
