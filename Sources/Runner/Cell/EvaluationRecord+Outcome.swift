import Datasets
import Domain
import Metrics
import RunStore
import Training

extension EvaluationRecord {
    /// What the store keeps of an evaluation that a run ended with.
    ///
    /// Figures of classes that were told from the drawn mask are kept as `oracle/…`, the best cut of
    /// validation images as `threshold`.
    init(_ evaluation: Evaluation, epoch: Int?) {
        let segmentation = evaluation.segmentation
        let images = segmentation?.images ?? []
        var values: [String: [Double]] = [:]
        for name in images.first?.values.keys.sorted() ?? [] {
            values[name] = images.map { $0.values[name] ?? .nan }
        }
        var pooled = segmentation?.pooled ?? [:]
        var classes: [String: [String: Double]] = [:]
        var predictions: [Prediction] = []
        if let classification = evaluation.classification {
            pooled.merge(classification.values) { _, new in new }
            for (index, name) in classification.classNames.enumerated() {
                classes[name] = classification.values(ofClass: index)
                // The published tables print the F1 of each class.
                pooled["class-f1/\(index)"] = classes[name]?["f1"]
            }
            predictions = classification.images.map { image in
                Prediction(
                    image: image.id, target: classification.classNames[image.target],
                    predicted: classification.classNames[image.prediction],
                    probability: image.probabilities[image.prediction])
            }
        }
        if let oracle = evaluation.oracleClassification {
            for (name, value) in oracle.values { pooled["oracle/\(name)"] = value }
        }
        let thresholds = evaluation.thresholds
        for (structure, value) in thresholds {
            let isOne = evaluation.segmentation?.structures.count == 1
            pooled[isOne ? Self.threshold : Self.threshold(of: structure)] = value
        }
        self.init(
            weights: evaluation.weights, split: evaluation.split, epoch: epoch,
            images: images.map(\.id), values: values, pooled: pooled, classes: classes,
            predictions: predictions)
    }
}
