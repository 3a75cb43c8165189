internal import Datasets
internal import Domain
internal import NN
internal import TensorCore

/// APPAU-Net: semi-supervised, adversarial, multi-task (Imran & Terzopoulos 2019, Eq. 1 to 8).
///
/// A discriminator D sees (image, mask) pairs and has K + 1 outputs: the K classes, and "predicted".
/// - D: L_sup + L_label + L_pred: the class of (x, y) among the K real outputs, (x, y) as real, and
///   (x, S(x)) as predicted. Pairs (x, y) exist for labelled images only. With the setting
///   `critic-negatives`, + L_wrong: (x, y') as predicted, y' a wrong mask of a labelled image.
/// - S: sum_i w_i L_seg over the labelled images + c L_adv, L_adv = -mean log(1 - p(K | x, S(x)))
///   over all images.
///
/// A step runs S over labelled and unlabelled images, together or apart by the setting
/// `unlabelled-pass`, then makes D's step with those masks detached, then S's step through the new D
/// with its weights held. At test time the class is D's opinion of (x, S(x)).
public struct AppauNet: LearnerProcedure {
    /// The procedure.
    public init() {}

    /// Refuses data without masks or classes, and a class without labelled images.
    public func check(_ request: RunRequest) throws {
        try request.requireMasks()
        try request.requireClasses("appau-net")
    }

    /// Trains segmentor and discriminator, each with its own Adam.
    func makeLearner(_ request: RunRequest, context: ComputeContext) throws -> any Learner {
        try AppauLearner(request, context: context)
    }
}

extension ProcedureEntry {
    static let appauNet = ProcedureEntry(
        "appau-net", title: "APPAU-Net", citation: "Imran & Terzopoulos 2019",
        results: [.masks, .classes], trains: [.segmentor, .classifier], network: "ppau-net",
        settings: [AdversarialSettings.self, UnlabelledSources.self], make: { AppauNet() })
}

/// The step of APPAU-Net.
final class AppauLearner: Learner {
    private let settings: AdversarialSettings
    private let pair: AdversarialPair
    private let parts: SemiSupervisedBatches
    private let validation: [Int]
    private let classes: Int

    init(_ request: RunRequest, context: ComputeContext) throws {
        classes = request.dataset.classNames.count
        settings = request.settings[AdversarialSettings.self]
        pair = try AdversarialPair(request, outputs: classes + 1, in: context)
        parts = SemiSupervisedBatches(request)
        validation = request.split.validation
    }

    var networks: [(prefix: String, module: any Module)] { pair.networks }
    var optimisers: [(name: String, optimiser: any Optimizer)] { pair.optimisers }
    var selection: String { ProcedureEntry.Figure.dice.name }
    var stepsPerEpoch: Int { parts.stepsPerEpoch }

    func step(at position: StepPosition) throws -> StepResult {
        try step(parts.images(at: position, from: pair.batches), random: position.random)
    }

    /// One step on given images.
    func step(
        _ images: SemiSupervisedBatches.StepImages, random: (String) -> RandomSource
    ) throws -> StepResult {
        let count = images.labelled.shape.batch
        let tape = pair.tape(random: random)
        let pass = pair.segment(images, on: tape)
        let all = 0..<pass.images.shape.batch

        let opinions = pair.opinions(images, pass, random: random)
        let sup = opinions.real.crossEntropy(images.classes, over: 0..<classes)
        let label = opinions.real.real(0..<count)
        let pred = opinions.fake.fake(settings.showsUnlabelled ? all : 0..<count)
        let wrong = opinions.wrong.map { ("discriminator/wrong", $0.fake(0..<count)) }
        pair.stepCritic(opinions)

        let segmentation = try pair.supervision(pass.prediction, target: images.targets, on: tape)
        let adversarial = pair.stepSegmentor(pass, on: tape) { terms in
            terms.real(all, weight: self.settings.weight)
        }
        return StepResult(
            images: all.count, loss: segmentation + settings.weight * adversarial,
            terms: [
                ("segmentation", segmentation), ("adversarial", adversarial),
                ("discriminator/class", sup), ("discriminator/real", label),
                ("discriminator/predicted", pred),
            ] + [wrong].compactMap(\.self))
    }

    func validate() -> [String: Double] { pair.evaluator.validate(validation) }

    func warnings(on validation: [String: Double]) -> [String] {
        MultiTaskEvaluator.warnings(on: validation)
    }

    func evaluate(_ weights: WeightsKind, split: SplitPart, indices: [Int]) -> Evaluation {
        pair.evaluator.evaluate(weights, split: split, indices: indices)
    }
}
