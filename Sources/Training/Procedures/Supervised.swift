internal import Datasets
internal import Domain
internal import Metrics
internal import NN
internal import TensorCore

/// Supervised segmentation: the loss over the labelled training images, and nothing else.
///
/// With the setting `ema` what is validated and tested is the moving average of the weights, which
/// explains part of what is often credited to unlabelled images: the yardstick of procedures whose
/// teacher is such an average.
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
        results: .masks, trains: .segmentor, settings: [AveragingSettings.self],
        make: { Supervised() })
}

/// The step of supervised segmentation.
private final class SupervisedLearner: SegmentorLearner {
    let training: SegmentorTraining
    private let labelled: LabelledBatches

    init(_ request: RunRequest, context: ComputeContext) throws {
        let decay = request.settings[AveragingSettings.self].decay
        training = try SegmentorTraining(
            request, averaging: decay > 0 ? decay : nil, in: context)
        labelled = LabelledBatches(request.maskedLabelled, request.settings)
    }

    var stepsPerEpoch: Int { labelled.stepsPerEpoch }

    func step(at position: StepPosition) throws -> StepResult {
        let batch = labelled.indices(at: position)
        let tape = training.tape(at: position)
        let (images, targets) = training.batches.training(
            batch, training.request.settings, seed: position.seed,
            visit: labelled.visit(at: position))
        let prediction = training.segmentor(tape.constant(images), on: tape)
        let loss = try training.supervision(prediction, target: targets, on: tape)
        training.step(tape, at: position)
        return StepResult(images: batch.count, loss: loss, terms: [])
    }
}
