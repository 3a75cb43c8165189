internal import Datasets
internal import Domain
internal import NN
internal import TensorCore

/// CPS, cross pseudo supervision (Chen et al. 2021): two networks of different first weights, each
/// of which learns what the other draws.
///
/// L = L_seg(S1(x_l), y_l) + L_seg(S2(x_l), y_l) + w r(t) [L_seg(S1(x_u), [S2(x_u)]) +
/// L_seg(S2(x_u), [S1(x_u)])], where [·] draws the mask and passes no gradient. The paper has the
/// crossed terms over labelled images too, and no warm-up; here these learn from their masks alone.
/// S1 is what is tested, or the average of its weights with the setting `ema`.
public struct CrossPseudoSupervision: LearnerProcedure {
    /// The procedure.
    public init() {}

    /// Refuses a split without labelled masks to train on or without masks to test with.
    public func check(_ request: RunRequest) throws { try request.requireMasks() }

    /// Trains both networks on both parts of the training split.
    func makeLearner(_ request: RunRequest, context: ComputeContext) throws -> any Learner {
        try CrossLearner(request, context: context)
    }
}

extension ProcedureEntry {
    static let cps = ProcedureEntry(
        "cps", title: "CPS", citation: "Chen et al. 2021", results: .masks, trains: .segmentor,
        settings: [
            AveragingSettings.self, UnlabelledWeight.self, RampSettings.self,
            UnlabelledStatisticsSettings.self, UnlabelledSources.self,
        ], make: { CrossPseudoSupervision() })
}

/// The step of CPS.
final class CrossLearner: SegmentorLearner {
    let training: SegmentorTraining
    private let second: any SegmentationNetwork
    private let secondOptimiser: any Optimizer
    private let unlabelled: UnlabelledPart

    init(_ request: RunRequest, context: ComputeContext) throws {
        let decay = request.settings[AveragingSettings.self].decay
        training = try SegmentorTraining(
            request, averaging: decay > 0 ? decay : nil, in: context)
        second = request.makeSegmentor(in: context, stream: "init-second")
        secondOptimiser = request.makeOptimiser(second, in: context)
        unlabelled = UnlabelledPart(request)
    }

    var companions: [(prefix: String, module: any Module)] {
        training.companions + [("second/", second)]
    }

    var optimisers: [(name: String, optimiser: any Optimizer)] {
        training.optimisers + [("second", secondOptimiser)]
    }

    var stepsPerEpoch: Int { unlabelled.parts.stepsPerEpoch }

    func step(at position: StepPosition) throws -> StepResult {
        try step(
            unlabelled.parts.images(at: position, from: training.batches),
            weight: unlabelled.weight(at: position), at: position)
    }

    /// One step on given images.
    func step(
        _ images: SemiSupervisedBatches.StepImages, weight: Double, at position: StepPosition
    ) throws -> StepResult {
        let tape = training.tape(at: position)
        let networks = [training.segmentor, second]
        let supervised = try networks.map { network in
            let drawn = network(tape.constant(images.labelled), on: tape)
            return try training.supervision(drawn, target: images.targets, on: tape)
        }
        var crossed = [0.0, 0.0]
        if weight > 0 {
            let drawn = networks.map {
                unlabelled.see(images.unlabelled, with: $0, on: tape)
            }
            let targets = drawn.map {
                PseudoTargets.target(
                    of: $0.mask.value, areExclusive: training.request.settings.exclusive,
                    in: training.context
                ).counting(only: images.inside.unlabelled, in: training.context)
            }
            for (own, other) in [(0, 1), (1, 0)] {
                crossed[own] = try training.supervision(
                    drawn[own], target: targets[other], weight: weight, on: tape)
            }
        }
        second.clearGradients()
        training.step(tape, at: position)
        secondOptimiser.step()
        return StepResult(
            images: images.labelled.shape.batch + images.unlabelled.shape.batch,
            loss: supervised[0] + weight * crossed[0],
            terms: [
                ("segmentation", supervised[0]), ("segmentation-second", supervised[1]),
                ("crossed", crossed[0]), ("crossed-second", crossed[1]),
                ("unlabelled-weight", weight),
            ])
    }
}
