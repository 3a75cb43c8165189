internal import Datasets
internal import Domain
internal import Metrics
internal import NN
internal import TensorCore

/// Masks from a segmentor and classes from a critic of (image, mask) pairs.
struct MultiTaskEvaluator {
    let segmentation: SegmentationEvaluator
    let segmentor: any SegmentationNetwork
    let critic: any ClassificationNetwork

    private var dataset: Dataset { segmentation.batches.dataset }

    /// Mean Dice and loss, and the accuracy of the classes told from predicted masks.
    func validate(_ indices: [Int]) -> [String: Double] {
        var figures = segmentation.validate(segmentor, indices)
        figures["class-accuracy"] = classify(indices, oracle: false).values["class-accuracy"]
        return figures
    }

    /// Every metric of every image.
    func evaluate(_ weights: WeightsKind, split: SplitPart, indices: [Int]) -> Evaluation {
        let masked = indices.filter { dataset.examples[$0].hasMask }
        return Evaluation(
            weights: weights, split: split,
            segmentation: segmentation.evaluate(segmentor, indices),
            classification: classify(indices, oracle: false),
            oracleClassification: classify(masked, oracle: true))
    }

    /// Classes of the images that have one: from the predicted mask, or from the drawn one.
    private func classify(_ indices: [Int], oracle: Bool) -> ClassificationEvaluation {
        let classes = dataset.classNames.count
        var evaluation = ClassificationEvaluation(classNames: dataset.classNames)
        let known = indices.filter { dataset.examples[$0].classIndex != nil }
        for batch in Batches.cut(known, size: segmentation.batchSize) {
            let tape = Tape(inference: segmentation.batches.context)
            let images = tape.constant(segmentation.batches.images(batch))
            let mask =
                oracle
                ? tape.constant(segmentation.batches.masks(batch))
                : segmentor(images, on: tape).mask
            let logits = critic([images, mask], on: tape).value
            let probabilities = LogitTerms(logits).probabilities(over: 0..<classes)
            for (index, values) in zip(batch, probabilities) {
                let example = dataset.examples[index]
                guard let target = example.classIndex else { continue }
                evaluation.update(target: target, probabilities: values, id: example.id)
            }
        }
        return evaluation
    }
}
