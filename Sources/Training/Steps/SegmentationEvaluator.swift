internal import Datasets
internal import Metrics
internal import NN
internal import TensorCore

/// Runs a segmentor over the images of a split, in evaluation mode and without recording.
struct SegmentationEvaluator {
    let batches: Batches
    let supervision: DeepSupervision
    let batchSize: Int

    private var context: ComputeContext { batches.context }
    private var dataset: Dataset { batches.dataset }

    /// Mean over images of Dice and loss; empty without images that have a mask.
    func validate(_ network: any SegmentationNetwork, _ indices: [Int]) -> [String: Double] {
        var dice = 0.0
        var loss = 0.0
        let masked = indices.filter { dataset.examples[$0].hasMask }
        forEachBatch(network, masked) { batch, prediction, tape in
            let target = batches.masks(batch)
            // Side weights have been checked when the network was made.
            let value = try? supervision(prediction, target: target, on: tape)
            loss += Double(batch.count) * (value ?? .nan)
            for (index, mask) in zip(batch, masks(of: prediction.mask.value)) {
                dice += ConfusionCounts(target: self.target(index), prediction: mask).dice
            }
        }
        if masked.isEmpty { return [:] }
        return ["dice": dice / Double(masked.count), "loss": loss / Double(masked.count)]
    }

    /// Every metric of every image that has a mask.
    func evaluate(_ network: any SegmentationNetwork, _ indices: [Int]) -> SegmentationEvaluation {
        var evaluation = SegmentationEvaluation()
        forEachBatch(network, indices.filter { dataset.examples[$0].hasMask }) { batch, found, _ in
            for (index, mask) in zip(batch, masks(of: found.mask.value)) {
                let example = dataset.examples[index]
                evaluation.update(
                    SegmentationCase(
                        target: target(index), prediction: mask,
                        polarity: .published(example.publishedPositive)),
                    id: example.id)
            }
        }
        return evaluation
    }

    /// Calls `body` with the indices, the prediction and the tape of each batch.
    func forEachBatch(
        _ network: any SegmentationNetwork, _ indices: [Int],
        _ body: ([Int], Prediction, Tape) -> Void
    ) {
        for batch in Batches.cut(indices, size: batchSize) {
            let tape = Tape(inference: context)
            body(batch, network(tape.constant(batches.images(batch)), on: tape), tape)
        }
    }

    /// The drawn mask of an example.
    private func target(_ index: Int) -> BinaryMask {
        BinaryMask(Array(dataset.mask(index)), height: dataset.side, width: dataset.side)
    }

    /// Thresholded masks of `[N, S, S, 1]`.
    private func masks(of probabilities: Tensor) -> [BinaryMask] {
        (0..<probabilities.shape.batch).map { image in
            BinaryMask(
                thresholding: probabilities.map(0, ofImage: image), height: dataset.side,
                width: dataset.side)
        }
    }
}

extension SegmentationCase.Polarity {
    /// The positive class of P1's tables, which the example's data set states: the lung in
    /// Montgomery images, the background in Shenzhen and JSRT ones (methods sheet, section 6.2).
    static func published(_ side: MaskSide) -> Self {
        switch side {
        case .foreground: .foreground
        case .background: .background
        }
    }
}
