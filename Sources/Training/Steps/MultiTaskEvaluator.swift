internal import Datasets
internal import Domain
internal import Foundation
internal import Metrics
internal import NN
internal import TensorCore

/// Masks from a segmentor and classes from a critic of (image, mask) pairs.
struct MultiTaskEvaluator {
    let segmentation: SegmentationEvaluator
    let segmentor: any SegmentationNetwork
    let critic: any ClassificationNetwork
    let input: CriticInput

    private var dataset: Dataset { segmentation.batches.dataset }

    /// Mean Dice and loss, the accuracy of the classes told from predicted masks, and what the critic
    /// says of masks.
    func validate(_ indices: [Int]) -> [String: Double] {
        var figures = segmentation.validate(segmentor, indices)
        figures["class-accuracy"] = classify(indices, oracle: false).values["class-accuracy"]
        return figures.merging(opinions(indices)) { $1 }
    }

    /// The mean probability that the critic gives to "predicted" where it is shown the true mask of
    /// an image, that of the next one, and an empty one: alike where it does not look at masks.
    private func opinions(_ indices: [Int]) -> [String: Double] {
        let masked = indices.filter { dataset.examples[$0].hasMask }
        guard !masked.isEmpty else { return [:] }
        let foreign = masked.dropFirst() + masked.prefix(1)
        var sums: [String: Double] = [:]
        let size = segmentation.batchSize
        let (batches, context) = (segmentation.batches, segmentation.batches.context)
        for (own, others) in zip(
            Batches.cut(masked, size: size), Batches.cut(Array(foreign), size: size))
        {
            let truth = batches.masks(own, shownOn: own)
            let shown = [
                ("critic-true", truth), ("critic-foreign", batches.masks(others, shownOn: own)),
                ("critic-empty", .zeros(truth.shape, in: context)),
            ]
            for (name, masks) in shown {
                let tape = Tape(inference: context)
                let images = tape.constant(batches.images(own))
                let logits = critic(input(images, tape.constant(masks), on: tape), on: tape).value
                let terms = LogitTerms(logits)
                for values in terms.probabilities(over: 0..<logits.shape.channels) {
                    sums[name, default: 0] += values.last ?? 0
                }
            }
        }
        return sums.mapValues { $0 / Double(masked.count) }
    }

    /// Says so where the critic hardly tells a true mask from an empty one or another image's: what
    /// the run achieves then says nothing about learning from a critic.
    static func warnings(on figures: [String: Double]) -> [String] {
        guard let own = figures["critic-true"], let foreign = figures["critic-foreign"],
            let empty = figures["critic-empty"], max(foreign, empty) - own < 0.1
        else { return [] }
        func text(_ value: Double) -> String { String(format: "%.2f", value) }
        return [
            "the critic does not look at masks: it calls true masks of validation images predicted "
                + "with a probability of \(text(own)), those of other images with \(text(foreign)) "
                + "and empty ones with \(text(empty))"
        ]
    }

    /// Every metric of every image.
    func evaluate(_ weights: WeightsKind, split: SplitPart, indices: [Int]) -> Evaluation {
        let masked = indices.filter { dataset.examples[$0].hasMask }
        return Evaluation(
            weights: weights, split: split,
            segmentation: segmentation.evaluate(segmentor, indices),
            classification: classify(indices, oracle: false),
            oracleClassification: classify(masked, oracle: true),
            areExclusive: segmentation.isExclusive)
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
                ? tape.constant(segmentation.batches.masks(batch, shownOn: batch))
                : tape.hidden(
                    segmentor(images, on: tape).mask,
                    outside: segmentation.batches.inside(batch))
            let logits = critic(input(images, mask, on: tape), on: tape).value
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
