import Testing

@testable import Statistics

@Suite struct PairedComparisonTests {
    @Test func degenerateDifferences() throws {
        #expect(PairedTTest([1]) == nil)
        #expect(PairedTTest([1, .nan, 2]) == nil)
        let none = try #require(PairedTTest([0, 0, 0, 0, 0]))
        #expect(none.pValue == 1)
        #expect(none.equivalence(margin: 0.005) == 0)
        let all = try #require(PairedTTest([0.25, 0.25, 0.25]))
        #expect(all.pValue == 0)
        #expect(all.interval() == 0.25...0.25)
        #expect(all.equivalence(margin: 0.005) == 1)
    }

    /// Overlapping training sets make the same differences worth less.
    @Test func overlapWidens() throws {
        let differences = [0.004, 0.006, 0.003, 0.007, 0.005]
        let own = try #require(PairedComparison(differences: differences, images: .same))
        let separate = try #require(PairedComparison(differences: differences, images: .separate))
        let drawn = try #require(
            PairedComparison(differences: differences, images: .redrawn(ratio: 35.0 / 92)))
        #expect(own.test == separate.test)
        #expect(own.test.pValue < 0.01)
        #expect(drawn.test.pValue > own.test.pValue)
        // √(1/5 + 35/92) over √(1/5)
        #expect(
            abs(
                drawn.test.standardError / own.test.standardError - (1 + 5 * 35.0 / 92).squareRoot()
            )
                < 1e-12)
        #expect(drawn.test.interval().lowerBound < own.test.interval().lowerBound)
    }

    /// Fewer than five pairs take no part in the correction and are never significant.
    @Test func holmIsOverWhatIsTested() throws {
        let few = try #require(
            PairedComparison(differences: [0.01, 0.011, 0.0105], images: .same))
        let five = try #require(
            PairedComparison(differences: [0.01, 0.02, 0.015, 0.005, 0.012], images: .same))
        #expect(few.test.pValue < 0.05)
        let adjusted = PairedComparison.corrected([few, five, few]) { $0.pValue }
        #expect(adjusted == [nil, five.test.pValue, nil])
        #expect(PairedComparison.corrected([five, five]) { $0.pValue }[0] == 2 * five.test.pValue)
        #expect(PairedComparison.corrected([five], fewest: 6) { $0.pValue } == [nil])
    }

    @Test func signsOfFiveCannotReachTheLevel() {
        #expect(SignFlip.pValue([1, 2, 3, 4, 5]) == 0.0625)
        #expect(SignFlip.pValue([1, 2, 3, 4, 5, 6]) == 0.03125)
        #expect(SignFlip.pValue([1, -1]) == 1)
        #expect(SignFlip.pValue([0.1, 0.2, -0.3]) == 1)
        #expect(SignFlip.pValue([]) == nil)
        #expect(SignFlip.pValue(Array(repeating: 1, count: 17)) == nil)
    }

    @Test func equivalenceIsTheIntervalWithinTheMargin() throws {
        for scale in [0.1, 0.5, 0.9, 1.1, 2] {
            let test = try #require(
                PairedTTest([0.003, -0.002, 0.001, 0.004, -0.001].map { $0 * scale }))
            let interval = test.interval(level: 0.9)
            let isWithin = interval.lowerBound > -0.003 && interval.upperBound < 0.003
            #expect((test.equivalence(margin: 0.003) < 0.05) == isWithin, "\(scale)")
        }
    }

    @Test func twoLevelsHoldWhatEachLevelHas() throws {
        func networks(_ means: [Double], spread: Double) -> [[Int64: Double]] {
            means.map { mean in
                Dictionary(
                    uniqueKeysWithValues: (0..<30).map { image in
                        (Int64(image), mean + (image % 2 == 0 ? spread : -spread))
                    })
            }
        }
        func width(_ networks: [[Int64: Double]]) throws -> Double {
            let interval = try #require(TwoLevelBootstrap.interval(networks))
            return interval.upperBound - interval.lowerBound
        }
        let means = [0.01, 0.02, 0.03, 0.04, 0.05]
        #expect(try width(networks([0.01, 0.01, 0.01], spread: 0)) < 1e-12)
        let ofNetworks = try width(networks(means, spread: 0))
        let ofImages = try width(networks(Array(repeating: 0.03, count: 5), spread: 0.1))
        let both = try width(networks(means, spread: 0.1))
        #expect(both > ofNetworks && both > ofImages)
        // Without spread between images it is the t interval, but for the resamples' own chance.
        let t = try #require(PairedTTest(means)).interval()
        #expect(abs(ofNetworks / (t.upperBound - t.lowerBound) - 1) < 0.05)
        #expect(TwoLevelBootstrap.interval(networks([1], spread: 0)) == nil)
        #expect(TwoLevelBootstrap.interval([[1: 1], [:]]) == nil)
        // Overlapping training sets widen it as they do the t interval.
        let overlapping = try #require(
            TwoLevelBootstrap.interval(networks(means, spread: 0), overlap: 0.4))
        let corrected = try #require(PairedTTest(means, overlap: 0.4)).interval()
        let widths = [overlapping, corrected].map { $0.upperBound - $0.lowerBound }
        #expect(abs(widths[0] / widths[1] - 1) < 0.05)
        let again = networks(means, spread: 0.1)
        #expect(TwoLevelBootstrap.interval(again) == TwoLevelBootstrap.interval(again))
    }

    @Test func pairsForADifference() throws {
        let n = try #require(TTestPower.pairs(difference: 0.005, sd: 0.005))
        #expect(n == 10)
        #expect(TTestPower.power(difference: 0.005, sd: 0.005, n: n) >= 0.8)
        #expect(TTestPower.power(difference: 0.005, sd: 0.005, n: n - 1) < 0.8)
        #expect(TTestPower.pairs(difference: 0.05, sd: 0.005) == 5)
        // Overlapping training sets put an end to what more seeds can tell.
        #expect(TTestPower.pairs(difference: 0.005, sd: 0.005, overlap: 35.0 / 92) == nil)
        #expect(TTestPower.pairs(difference: 0.01, sd: 0.005, overlap: 35.0 / 92) != nil)
    }

    /// The level is kept where the null hypothesis holds: 4,000 samples of five.
    @Test func theLevelIsKept() {
        var random = SplitMix64(state: 7)
        func normal() -> Double {
            (0..<12).reduce(-6.0) { sum, _ in sum + Double(random.next() >> 11) * 0x1p-53 }
        }
        let rejected = (0..<4000).count { _ in
            (PairedTTest((0..<5).map { _ in normal() })?.pValue ?? 1) < 0.05
        }
        #expect((160...240).contains(rejected), "\(rejected)")
    }

    /// A store may hold any number: what has no mean has no interval, and is no reason to end.
    @Test(arguments: [Double.infinity, 1e308, -1e308])
    func valuesThatOverflow(value: Double) {
        let networks: [[Int64: Double]] = (0..<5).map { [1: value, 2: $0 == 2 ? -value : value] }
        #expect(TwoLevelBootstrap.interval(networks, resamples: 50) == nil)
        #expect(Bootstrap.meanInterval([value, value, -value, value, value, 0]) == nil)
        #expect(PairedTTest([value, value, -value, value, value]) == nil)
    }
}
