internal import Datasets
internal import Domain
internal import Metrics
internal import NN
internal import TensorCore

/// Supervised classification of images: cross-entropy over the labelled training images ("CNN" of
/// P1 and P2).
public struct SupervisedClassification: LearnerProcedure {
    /// The procedure.
    public init() {}

    /// Refuses a data set without classes and a split in which a class has no labelled image.
    public func check(_ request: RunRequest) throws {
        try request.requireClasses("classification")
    }

    /// Trains the classifier with Adam on the labelled part of the training split.
    func makeLearner(_ request: RunRequest, context: ComputeContext) throws -> any Learner {
        ClassificationLearner(request, context: context)
    }
}

extension ProcedureEntry {
    static let classification = ProcedureEntry(
        "classification", title: "CNN", citation: "Imran & Terzopoulos 2019, CNN baseline",
        results: .classes, trains: .classifier, make: { SupervisedClassification() })
}

/// The step and evaluation of supervised classification.
private final class ClassificationLearner: Learner {
    private let request: RunRequest
    private let context: ComputeContext
    private let classifier: any ClassificationNetwork
    private let optimiser: any Optimizer
    private let batches: Batches
    private let labelled: LabelledBatches
    private var classes: Int { request.dataset.classNames.count }

    init(_ request: RunRequest, context: ComputeContext) {
        self.request = request
        self.context = context
        classifier = request.makeClassifier(
            inputChannels: request.dataset.shape.channels,
            outputs: request.dataset.classNames.count, in: context)
        optimiser = request.makeOptimiser(classifier, in: context)
        batches = Batches(dataset: request.dataset, context: context)
        labelled = LabelledBatches(
            request.split.labelled.filter { request.classOf($0) != nil }, request.settings)
    }

    var networks: [(prefix: String, module: any Module)] { [("", classifier)] }
    var optimisers: [(name: String, optimiser: any Optimizer)] { [("classifier", optimiser)] }
    var selection: String { "class-accuracy" }
    var stepsPerEpoch: Int { labelled.stepsPerEpoch }

    func step(at position: StepPosition) throws -> StepResult {
        let batch = labelled.indices(at: position)
        let tape = Tape(context: context, training: true, random: position.random("dropout"))
        let (images, _) = batches.training(
            batch, request.settings, seed: position.seed, visit: labelled.visit(at: position))
        let logits = classifier([tape.constant(images)], on: tape)
        var terms = LogitTerms(logits.value)
        let loss = terms.crossEntropy(batch.map(request.classOf), over: 0..<classes)
        tape.seed(logits, gradient: terms.gradient(in: context))
        classifier.clearGradients()
        tape.backward()
        optimiser.step()
        return StepResult(images: batch.count, loss: loss, terms: [])
    }

    func validate() -> [String: Double] {
        let (evaluation, loss) = classify(request.split.validation)
        guard !evaluation.images.isEmpty else { return [:] }
        return evaluation.values.merging(["loss": loss]) { $1 }
    }

    func evaluate(_ weights: WeightsKind, split: SplitPart, indices: [Int]) -> Evaluation {
        Evaluation(
            weights: weights, split: split, segmentation: nil,
            classification: classify(indices).evaluation, oracleClassification: nil)
    }

    private func classify(_ indices: [Int]) -> (evaluation: ClassificationEvaluation, loss: Double)
    {
        var evaluation = ClassificationEvaluation(classNames: request.dataset.classNames)
        var loss = 0.0
        let known = indices.filter { request.classOf($0) != nil }
        for batch in Batches.cut(known, size: request.settings.batch) {
            let tape = Tape(inference: context)
            let logits = classifier([tape.constant(batches.images(batch))], on: tape).value
            var terms = LogitTerms(logits)
            let targets = batch.map(request.classOf)
            loss += Double(batch.count) * terms.crossEntropy(targets, over: 0..<classes)
            for (index, values) in zip(batch, terms.probabilities(over: 0..<classes)) {
                guard let target = request.classOf(index) else { continue }
                evaluation.update(
                    target: target, probabilities: values, id: request.dataset.examples[index].id)
            }
        }
        return (evaluation, loss / Double(max(1, known.count)))
    }
}
