import Domain
import Testing

@testable import Metrics

struct SegmentationMetricTests {
    /// A metric's value on the pair of masks of `NumericFixture`, worked out elsewhere.
    static let fixture: [(String, Double)] = [
        ("dice", 0.915092337), ("jaccard", 0.843474858), ("f1", 0.915092337),
        ("sensitivity", 0.926299957), ("recall", 0.926299957), ("specificity", 0.961040068),
        ("precision", 0.904152685), ("accuracy", 0.951171875), ("hausdorff", 5.0),
        ("hausdorff95", 4.242640687), ("assd", 2.050563757), ("ssim", 0.819505290),
        ("published/js", 0.951171875), ("published/ds", 0.974974975),
        ("published/hd", 3.605551275), ("published/hd-reverse", 4.898979486),
        ("published/hd-symmetric", 4.898979486), ("published/sn", 0.926299957),
        ("published/sp", 0.961040068), ("published/pr", 0.904152685),
        ("published/ssim", 0.819505290),
    ]

    /// A new metric's value is one row of `fixture`.
    @Test func everyMetricHasAValueFromElsewhere() throws {
        let known = try Golden.load().segmentation.flatMap(\.values.keys) + Self.fixture.map(\.0)
        #expect(Set(MetricRegistry.names).subtracting(known) == [])
    }

    @Test("values of the numeric fixture", arguments: fixture)
    func numericFixture(name: String, expected: Double) throws {
        let metric = try #require(MetricRegistry.find(name))
        let example = SegmentationCase(
            target: NumericFixture.target, prediction: NumericFixture.prediction)
        #expect(abs(metric.measure(example) - expected) < 1e-6)
    }

    @Test func countsOfTheFixture() {
        let counts = ConfusionCounts(
            target: NumericFixture.target, prediction: NumericFixture.prediction)
        #expect(
            counts
                == ConfusionCounts(
                    truePositives: 4311, falsePositives: 457, falseNegatives: 343,
                    trueNegatives: 11273))
    }

    @Test func backgroundPolarityExchangesTheClasses() throws {
        let foreground = SegmentationCase(
            target: NumericFixture.target, prediction: NumericFixture.prediction)
        let background = SegmentationCase(
            target: NumericFixture.target, prediction: NumericFixture.prediction,
            polarity: .background)
        #expect(
            MetricEntry.publishedSensitivity.measure(background)
                == MetricEntry.publishedSpecificity.measure(foreground))
        #expect(
            MetricEntry.publishedJaccard.measure(background)
                == MetricEntry.publishedJaccard.measure(foreground))
        #expect(MetricEntry.sensitivity.measure(background) == foreground.counts.sensitivity)
    }

    @Test("values of scikit-image, SciPy and scikit-learn")
    func golden() throws {
        for (index, golden) in try Golden.load().segmentation.enumerated() {
            let example = SegmentationCase(
                target: golden.mask(golden.target), prediction: golden.mask(golden.prediction),
                polarity: try #require(.init(rawValue: golden.polarity)))
            for (name, expected) in golden.values {
                let value = try #require(MetricRegistry.find(name)).measure(example)
                #expect(abs(value - expected) < 1e-9, "\(name), case \(index)")
            }
        }
    }

    @Test(
        "every metric: perfect prediction is the optimum", arguments: MetricRegistry.names
    )
    func perfectIsBest(name: String) throws {
        let metric = try #require(MetricRegistry.find(name))
        let target = NumericFixture.target
        let perfect = metric.measure(SegmentationCase(target: target, prediction: target))
        let actual = metric.measure(
            SegmentationCase(target: target, prediction: NumericFixture.prediction))
        #expect(abs(perfect - (metric.higherIsBetter ? 1 : 0)) < 1e-12)
        #expect(metric.higherIsBetter ? actual < perfect : actual > perfect)
    }

    @Test("every metric answers empty masks", arguments: MetricRegistry.names)
    func emptyMasks(name: String) throws {
        let metric = try #require(MetricRegistry.find(name))
        let empty = BinaryMask([UInt8](repeating: 0, count: 128 * 128), height: 128, width: 128)
        let both = metric.measure(SegmentationCase(target: empty, prediction: empty))
        #expect(abs(both - (metric.higherIsBetter ? 1 : 0)) < 1e-12)
        for (target, prediction) in [
            (empty, NumericFixture.prediction), (NumericFixture.target, empty),
        ] {
            let one = metric.measure(SegmentationCase(target: target, prediction: prediction))
            #expect(one.isFinite)
            if ["dice", "jaccard", "f1", "precision", "recall", "sensitivity"].contains(name) {
                #expect(one == 0)
            }
            if ["hausdorff", "hausdorff95", "assd"].contains(name) {
                #expect(abs(one - 127 * 2.0.squareRoot()) < 1e-9)
            }
        }
    }

    @Test func diceFollowsFromJaccard() {
        let example = SegmentationCase(
            target: NumericFixture.target, prediction: NumericFixture.prediction)
        let jaccard = MetricEntry.jaccard.measure(example)
        #expect(abs(MetricEntry.dice.measure(example) - 2 * jaccard / (1 + jaccard)) < 1e-12)
    }

    @Test func thresholdIsInclusiveAndNaNIsBackground() {
        let mask = BinaryMask(thresholding: [0.5, 0.499, .nan, 1], height: 2, width: 2)
        #expect(mask.pixels == [1, 0, 0, 1])
    }
}
