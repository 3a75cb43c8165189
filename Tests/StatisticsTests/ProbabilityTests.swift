import Testing

@testable import Statistics

@Suite struct ProbabilityTests {
    @Test func aCurveNeedsBothClasses() {
        #expect(ROC(scores: [0.1, 0.2], positive: [true, true]) == nil)
        #expect(ROC(scores: [], positive: []) == nil)
        #expect(ROC(scores: [.nan, 0.2], positive: [true, false]) == nil)
        let one = ROC(scores: [0.1, 0.2], positive: [false, true])
        #expect(one?.area == 1)
        #expect(one?.interval() == nil)
    }

    @Test func tiesCountOneHalf() throws {
        let curve = try #require(
            ROC(scores: [0.5, 0.5, 0.5, 0.5], positive: [true, false, true, false]))
        #expect(curve.area == 0.5)
        #expect(curve.sensitivity(specificity: 0.9) == 0)
        #expect(curve.threshold(specificity: 0.9) == .infinity)
        #expect(curve.sensitivity(specificity: 0) == 1)
    }

    @Test func thresholdsKeepTheirSpecificity() throws {
        let scores = (0..<20).map { Double($0) / 20 }
        let curve = try #require(
            ROC(scores: scores, positive: (0..<20).map { $0 % 3 == 0 || $0 > 14 }))
        for specificity in [0.5, 0.8, 0.9, 1] {
            let threshold = curve.threshold(specificity: specificity)
            #expect(curve.specificity(threshold: threshold) >= specificity)
            // No lower score that occurs does.
            for lower in scores where lower < threshold {
                #expect(curve.specificity(threshold: lower) < specificity, "\(specificity)")
            }
        }
    }

    @Test func intervalsHoldTheArea() throws {
        let scores = (0..<60).map { Double(($0 * 37) % 60) / 60 }
        let curve = try #require(
            ROC(scores: scores, positive: (0..<60).map { ($0 * 37) % 60 + $0 % 25 > 40 }))
        let delong = try #require(curve.interval()), bootstrap = curve.bootstrapInterval()
        #expect(delong.contains(curve.area) && bootstrap.contains(curve.area))
        let widths = [delong, bootstrap].map { $0.upperBound - $0.lowerBound }
        #expect(abs(widths[0] / widths[1] - 1) < 0.2)
        #expect(curve.bootstrapInterval() == bootstrap)
    }

    @Test func binsAddUp() {
        var left = Reliability([0, 0.1, 0.15, 1, 0.95], hits: [false, false, true, true, true])
        #expect(left.bins[0].count == 2 && left.bins[1].count == 1 && left.bins[9].count == 2)
        let right = Reliability([0.55, .nan, 1.5], hits: [true, true, true])
        left += right
        #expect(left.count == 7)
        #expect(left.bins[5].frequency == 1 && left.bins[2].probability == nil)
        #expect(Reliability().expectedError == nil)
        // Right as often as it says: no error, whatever it says.
        let honest = Reliability([0.25, 0.25, 0.25, 0.25], hits: [true, false, false, false])
        #expect(honest.expectedError == 0)
        #expect(Reliability([0.75, 0.75], hits: [false, false]).expectedError == 0.75)
    }

    @Test func twoClassesAreOneEvent() {
        let p = [0.2, 0.9, 0.5]
        let hits = [false, true, true]
        #expect(
            BrierScore.of(p.map { [1 - $0, $0] }, targets: [0, 1, 1])
                == BrierScore.of(p, hits: hits))
        #expect(BrierScore.of([[0.5, 0.25, 0.25]], targets: [0]) == 0.375)
        #expect(BrierScore.of([], hits: []) == nil)
    }
}
