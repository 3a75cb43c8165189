internal import Datasets
internal import Domain
internal import Metrics
internal import NN
internal import TensorCore

/// Supervised segmentation: the loss over the labelled training images, and nothing else.
public struct Supervised: LearnerProcedure {
    /// The procedure.
    public init() {}

    /// Refuses a split without labelled masks to train on or without masks to test with.
    public func check(_ request: RunRequest) throws {
        try request.requireMasks()
    }

    /// Trains the segmentor with Adam on the labelled part of the training split.
    func makeLearner(_ request: RunRequest, context: ComputeContext) throws -> any Learner {
        try SupervisedLearner(request, context: context)
    }
}

extension ProcedureEntry {
    static let supervised = ProcedureEntry(
        "supervised", title: "Supervised", citation: "Ronneberger 2015",
        results: .masks, trains: .segmentor, make: { Supervised() })
}

/// The step and evaluation of supervised segmentation.
private final class SupervisedLearner: Learner {
    private let request: RunRequest
    private let context: ComputeContext
    private let segmentor: any SegmentationNetwork
    private let optimiser: any Optimizer
    private let batches: Batches
    private let supervision: DeepSupervision
    private let evaluator: SegmentationEvaluator
    private let labelled: LabelledBatches

    init(_ request: RunRequest, context: ComputeContext) throws {
        self.request = request
        self.context = context
        segmentor = request.makeSegmentor(in: context)
        optimiser = request.makeOptimiser(segmentor, in: context)
        batches = Batches(dataset: request.dataset, context: context)
        supervision = try request.deepSupervision(for: segmentor, in: context)
        evaluator = SegmentationEvaluator(
            batches: batches, supervision: supervision, batchSize: request.settings.batch,
            isExclusive: request.settings.exclusive)
        labelled = LabelledBatches(request.maskedLabelled, request.settings)
    }

    var networks: [(prefix: String, module: any Module)] { [("", segmentor)] }
    var optimisers: [(name: String, optimiser: any Optimizer)] { [("segmentor", optimiser)] }
    var selection: String { "dice" }
    var stepsPerEpoch: Int { labelled.stepsPerEpoch }

    func step(at position: StepPosition) throws -> StepResult {
        let batch = labelled.indices(at: position)
        let tape = Tape(context: context, training: true, random: position.random("dropout"))
        let (images, masks) = batches.training(
            batch, request.settings, seed: position.seed, visit: labelled.visit(at: position))
        let prediction = segmentor(tape.constant(images), on: tape)
        let loss = try supervision(prediction, target: masks, on: tape)
        segmentor.clearGradients()
        tape.backward()
        optimiser.step()
        return StepResult(images: batch.count, loss: loss, terms: [])
    }

    func validate() -> [String: Double] {
        evaluator.validate(segmentor, request.split.validation)
    }

    func evaluate(_ weights: WeightsKind, split: SplitPart, indices: [Int]) -> Evaluation {
        Evaluation(
            weights: weights, split: split, segmentation: evaluator.evaluate(segmentor, indices),
            classification: nil, oracleClassification: nil)
    }
}
