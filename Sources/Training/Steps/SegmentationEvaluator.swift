internal import Datasets
internal import Domain
internal import Metrics
internal import NN
internal import TensorCore

/// Runs a segmentor over the images of a split, in evaluation mode and without recording.
struct SegmentationEvaluator {
    let batches: Batches
    let supervision: DeepSupervision
    let batchSize: Int
    /// Whether a pixel shows one structure at most.
    let isExclusive: Bool
    /// Whether evaluations have the predicted masks.
    let keepsMasks: Bool

    private var context: ComputeContext { batches.context }
    private var dataset: Dataset { batches.dataset }

    /// Mean over images and structures of Dice and loss; empty without images that have a mask.
    func validate(_ network: any SegmentationNetwork, _ indices: [Int]) -> [String: Double] {
        var dice = 0.0
        var loss = 0.0
        let masked = indices.filter { dataset.examples[$0].hasMask }
        forEachBatch(network, masked) { batch, prediction, tape in
            // Side weights have been checked when the network was made.
            let value = try? supervision(prediction, target: batches.targets(batch), on: tape)
            loss += Double(batch.count) * (value ?? .nan)
            forEachMask(of: prediction.mask.value) { place, structure, mask, _ in
                let (target, prediction) = dataset.compared(batch[place], structure, with: mask)
                dice += ConfusionCounts(target: target, prediction: prediction).dice
            }
        }
        if masked.isEmpty { return [:] }
        return [
            ProcedureEntry.Figure.dice.name: dice / Double(masked.count * dataset.structures.count),
            "loss": loss / Double(masked.count),
        ]
    }

    /// Every metric of every structure of every image that has a mask.
    func evaluate(_ network: any SegmentationNetwork, _ indices: [Int]) -> SegmentationEvaluation {
        var evaluation = SegmentationEvaluation(
            structures: dataset.structures, keepsMasks: keepsMasks)
        forEachBatch(network, indices.filter { dataset.examples[$0].hasMask }) { batch, found, _ in
            forEachMask(of: found.mask.value) { place, structure, mask, map in
                evaluation.update(
                    dataset, batch[place], structure, prediction: mask, probabilities: map)
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

    /// Calls `body` with each image's place in the batch, each structure, the mask of both, and its
    /// probabilities, out of `[N, H, W, K]`.
    private func forEachMask(
        of probabilities: Tensor, _ body: (Int, Int, [UInt8], [Float]) -> Void
    ) {
        for image in 0..<probabilities.shape.batch {
            let maps = (0..<probabilities.shape.channels).map {
                probabilities.map($0, ofImage: image)
            }
            let masks = BinaryMask.foreground(maps, areExclusive: isExclusive)
            for (structure, mask) in masks.enumerated() {
                body(image, structure, mask, maps[structure])
            }
        }
    }
}
