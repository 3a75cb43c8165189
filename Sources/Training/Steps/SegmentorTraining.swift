internal import Datasets
internal import Domain
internal import NN
internal import TensorCore

/// A segmentor with its optimiser, and the average of its weights where a procedure keeps one: what
/// procedures without a critic share.
final class SegmentorTraining {
    let request: RunRequest
    let context: ComputeContext
    /// The network whose weights the optimiser moves.
    let segmentor: any SegmentationNetwork
    let batches: Batches
    let supervision: DeepSupervision
    private let optimiser: any Optimizer
    private let average: WeightAverage?
    private let evaluator: SegmentationEvaluator

    /// - Parameter averaging: the decay of the average; nil keeps none.
    init(_ request: RunRequest, averaging decay: Double?, in context: ComputeContext) throws {
        self.request = request
        self.context = context
        segmentor = request.makeSegmentor(in: context)
        optimiser = request.makeOptimiser(segmentor, in: context)
        average = decay.map { WeightAverage(decay: $0, request, in: context) }
        batches = Batches(dataset: request.dataset, context: context)
        supervision = try request.deepSupervision(for: segmentor, in: context)
        evaluator = SegmentationEvaluator(
            batches: batches, supervision: supervision, batchSize: request.settings.batch,
            isExclusive: request.settings.exclusive,
            keepsMasks: request.settings.keepMasks == .test)
    }

    /// The network that validates, is tested and teaches: the average where there is one.
    var shown: any SegmentationNetwork { average?.network ?? segmentor }

    /// A tape for the step at `position`.
    func tape(at position: StepPosition) -> Tape {
        Tape(
            context: context, training: true, random: position.random("dropout"),
            recomputes: request.settings.recomputes)
    }

    /// Moves the weights along the gradients that the tape has been seeded with.
    func step(_ tape: Tape, at position: StepPosition) {
        segmentor.clearGradients()
        tape.backward()
        optimiser.step()
        average?.update(with: segmentor, after: position, in: context)
    }

    /// Probabilities of the shown network, in evaluation mode and without a gradient.
    func teach(_ images: Tensor) -> Tensor {
        let tape = Tape(inference: context)
        return shown(tape.constant(images), on: tape).mask.value
    }
}

/// A learner whose masks are those of a `SegmentorTraining`.
protocol SegmentorLearner: Learner {
    var training: SegmentorTraining { get }
}

extension SegmentorLearner {
    var networks: [(prefix: String, module: any Module)] { [("", training.shown)] }
    var companions: [(prefix: String, module: any Module)] { training.companions }
    var optimisers: [(name: String, optimiser: any Optimizer)] { training.optimisers }
    var selection: String { ProcedureEntry.Figure.dice.name }

    func validate() -> [String: Double] { training.validate() }

    func evaluate(_ weights: WeightsKind, split: SplitPart, indices: [Int]) -> Evaluation {
        training.evaluate(weights, split: split, indices: indices)
    }
}

extension SegmentorTraining {
    var companions: [(prefix: String, module: any Module)] {
        average == nil ? [] : [("trained/", segmentor)]
    }

    var optimisers: [(name: String, optimiser: any Optimizer)] { [("segmentor", optimiser)] }

    func validate() -> [String: Double] {
        evaluator.validate(shown, request.split.validation)
    }

    func evaluate(_ weights: WeightsKind, split: SplitPart, indices: [Int]) -> Evaluation {
        Evaluation(
            weights: weights, split: split, segmentation: evaluator.evaluate(shown, indices),
            classification: nil, oracleClassification: nil, areExclusive: evaluator.isExclusive)
    }
}
