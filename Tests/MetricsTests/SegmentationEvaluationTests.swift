import Domain
import Testing

@testable import Metrics

struct SegmentationEvaluationTests {
    private func mask(_ pixels: [UInt8]) -> BinaryMask { BinaryMask(pixels, height: 2, width: 2) }

    @Test func meansAndPooledValuesDiffer() throws {
        var evaluation = SegmentationEvaluation()
        #expect(evaluation.means.isEmpty && evaluation.pooled.isEmpty)
        evaluation.update(
            SegmentationCase(target: mask([1, 1, 1, 0]), prediction: mask([1, 1, 0, 0])), id: "a")
        evaluation.update(
            SegmentationCase(target: mask([1, 0, 0, 0]), prediction: mask([0, 1, 0, 0])), id: "b")
        #expect(evaluation.images.map(\.id) == ["a", "b"])
        #expect(evaluation.images[0].values["dice"] == 0.8)
        #expect(evaluation.means["dice"] == 0.4)
        let pooled = try #require(evaluation.pooled["dice"])
        #expect(abs(pooled - 4.0 / 7) < 1e-12)
        #expect(evaluation.pooled["hausdorff"] == evaluation.means["hausdorff"])
        #expect(evaluation.pooled["published/js"] == 0.625)
    }

    /// Predictions are kept where that is asked for, a mask a structure.
    @Test func masksAreKeptWhereAsked() throws {
        let target = mask([1, 1, 1, 0])
        for keeps in [false, true] {
            var evaluation = SegmentationEvaluation(
                structures: ["lungs", "heart"], keepsMasks: keeps)
            for (id, pixels) in [("a", [1, 1, 0, 0]), ("b", [0, 0, 0, 1])] as [(String, [UInt8])] {
                for structure in 0..<2 {
                    evaluation.update(
                        SegmentationCase(
                            target: target,
                            prediction: structure == 0 ? mask(pixels) : mask(pixels).inverted),
                        id: id, structure: structure)
                }
            }
            guard keeps else {
                #expect(evaluation.masks == nil)
                continue
            }
            let masks = try #require(evaluation.masks)
            #expect(masks.map(\.id) == ["a", "b"])
            #expect(
                masks.map { $0.runs.map(\.pixels) } == [
                    [[1, 1, 0, 0], [0, 0, 1, 1]], [[0, 0, 0, 1], [1, 1, 1, 0]],
                ])
        }
    }

    @Test func polarityIsPerImage() throws {
        var evaluation = SegmentationEvaluation()
        evaluation.update(
            SegmentationCase(target: mask([1, 1, 0, 0]), prediction: mask([1, 0, 0, 0])), id: "a")
        evaluation.update(
            SegmentationCase(
                target: mask([1, 1, 0, 0]), prediction: mask([1, 0, 0, 0]), polarity: .background),
            id: "b")
        // Positives found: 1 of 2 in the first, 2 of 2 in the second.
        #expect(evaluation.pooled["published/sn"] == 0.75)
        #expect(evaluation.pooled["sensitivity"] == 0.5)
    }

    /// Only pixels around the target's outline count, and all images together.
    @Test func probabilitiesAtBoundaries() throws {
        // A column of foreground at the left of 1 × 8 pixels: the outline is the first pixel.
        let target = BinaryMask([1, 0, 0, 0, 0, 0, 0, 0], height: 1, width: 8)
        let example = SegmentationCase(target: target, prediction: target)
        var evaluation = SegmentationEvaluation()
        evaluation.update(example, id: "a")
        #expect(evaluation.pooled["boundary-ece"] == nil)
        evaluation.update(
            example, id: "b", probabilities: [0.75, 0.25, 0.25, 0.25, 1, 1, 1, 1])
        // One pixel of 0.75 that is foreground, three of 0.25 that are not.
        #expect(evaluation.pooled["boundary-ece"] == 0.25)
        #expect(evaluation.pooled["boundary-brier"] == 0.0625)
        evaluation.update(
            example, id: "c", probabilities: [1, 0, 0, 0, 0.5, 0.5, 0.5, .nan])
        #expect(evaluation.pooled["boundary-ece"] == 0.125)
        let nothing = BinaryMask([0, 0, 0, 0, 0, 0, 0, 0], height: 1, width: 8)
        evaluation.update(
            SegmentationCase(target: nothing, prediction: target), id: "d",
            probabilities: Array(repeating: 0.9, count: 8))
        #expect(evaluation.pooled["boundary-ece"] == 0.125)
        // They are figures of the split, not of images.
        #expect(evaluation.images.allSatisfy { $0.values["boundary-ece"] == nil })
    }
}

/// Several structures of an image.
struct StructureEvaluationTests {
    private func mask(_ pixels: [UInt8]) -> BinaryMask { BinaryMask(pixels, height: 2, width: 2) }

    @Test func eachStructureHasItsValuesAndAllHaveTheMean() throws {
        var evaluation = SegmentationEvaluation(structures: ["lungs", "heart"])
        let lungs = SegmentationCase(
            target: mask([1, 1, 1, 0]), prediction: mask([1, 1, 0, 0]), polarity: .background)
        let heart = SegmentationCase(target: mask([1, 0, 0, 0]), prediction: mask([0, 1, 0, 0]))
        evaluation.update(lungs, id: "a", structure: 0)
        evaluation.update(heart, id: "a", structure: 1)
        #expect(evaluation.images.map(\.id) == ["a"])
        let values = evaluation.images[0].values
        #expect(values["dice/lungs"] == 0.8 && values["dice/heart"] == 0)
        #expect(values["dice"] == 0.4)
        #expect(evaluation.means["dice"] == 0.4 && evaluation.pooled["dice/lungs"] == 0.8)
        // What was published is about lungs, and has their value alone.
        var alone = SegmentationEvaluation(structures: ["lungs"])
        alone.update(lungs, id: "a")
        for metric in MetricRegistry.published {
            #expect(values[metric.name] == alone.images[0].values[metric.name])
            #expect(values["\(metric.name)/heart"] == nil)
        }
        #expect(
            values.keys.filter { $0.hasPrefix("published/") }.count
                == MetricRegistry.published.count)
    }

    @Test func withoutLungsNothingPublishedIsMeasured() {
        var evaluation = SegmentationEvaluation(structures: ["heart", "clavicles"])
        let any = SegmentationCase(target: mask([1, 1, 1, 0]), prediction: mask([1, 1, 0, 0]))
        for structure in 0..<2 { evaluation.update(any, id: "a", structure: structure) }
        #expect(!evaluation.images[0].values.keys.contains { $0.hasPrefix("published/") })
        #expect(evaluation.images[0].values["dice"] == 0.8)
    }
}
