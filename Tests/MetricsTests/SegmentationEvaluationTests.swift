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
}
