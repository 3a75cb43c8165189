internal import Datasets
internal import Domain
internal import NN
public import Settings
internal import TensorCore

/// S4MCL: self-supervised, semi-supervised, multi-context learning (Imran et al. 2020).
///
/// A classifier C sees (image, mask) pairs and has K + T + 1 outputs: the K classes, T surrogate
/// classes (which transformation t the unlabelled image has gone through) and "predicted".
/// - S: L_seg(labelled) + c [adv(x_l, S(x_l)) + alpha adv(t(x_u), S(t(x_u)))].
/// - C: CE(z | x_l, y_l) and, by the setting `ce-on-prediction`, CE(z | x_l, S(x_l)) over the K
///   classes + alpha CE(tau | t(x_u), S(t(x_u))) over the T surrogates + c_C [real(x_l, y_l) +
///   fake(x_l, S(x_l)) + alpha fake(t(x_u), S(t(x_u)))].
///
/// The unlabelled image is transformed first, then both networks see it.
public struct S4MCL: LearnerProcedure {
    private let selfSupervised: Bool

    /// The procedure; without self-supervision it is S2MCL.
    public init(selfSupervised: Bool = true) {
        self.selfSupervised = selfSupervised
    }

    /// Refuses data without masks or classes, and a class without labelled images.
    public func check(_ request: RunRequest) throws {
        try request.requireMasks()
        try request.requireClasses(selfSupervised ? "s4mcl" : "s2mcl")
        if selfSupervised { try Surrogate.check(request.dataset.shape, for: "s4mcl") }
    }

    /// Trains segmentor and classifier, each with its own Adam.
    func makeLearner(_ request: RunRequest, context: ComputeContext) throws -> any Learner {
        let transforms = request.settings[SurrogateSettings.self].transforms
        let surrogates = selfSupervised ? Surrogate.classes(of: transforms) : []
        return try S4MCLLearner(request, surrogates: surrogates, context: context)
    }
}

extension ProcedureEntry {
    static let s4mcl = ProcedureEntry(
        "s4mcl", title: "S4MCL", citation: "Imran et al. 2020",
        results: [.masks, .classes], trains: [.segmentor, .classifier], network: "unet",
        settings: [
            AdversarialSettings.self, MultiContextSettings.self, SurrogateSettings.self,
        ], make: { S4MCL() })
}

/// The settings that S2MCL and S4MCL share.
public struct MultiContextSettings: SettingGroup {
    /// Weight alpha of the terms over unlabelled images.
    public var unlabelledWeight = 1.0
    /// Weight of the adversarial terms in the classifier's loss.
    public var classifierAdversarialWeight = 1.0
    /// Whether the classifier also learns classes from predicted masks of labelled images.
    public var ceOnPrediction = true

    /// The defaults of methods.md.
    public init() {}

    /// See `SettingGroup`.
    public static let fields: [SettingField<MultiContextSettings>] = [
        .number(
            "unlabelled-weight", \.unlabelledWeight, 0...1e3,
            "weight of the terms over unlabelled images"),
        .number(
            "classifier-adversarial-weight", \.classifierAdversarialWeight, 0...1e3,
            "weight of the adversarial terms of the classifier"),
        .flag(
            "ce-on-prediction", \.ceOnPrediction,
            "learn classes from predicted masks of labelled images too"),
    ]
}

/// The step of S4MCL, and of S2MCL where there are no surrogate classes.
final class S4MCLLearner: Learner {
    private let context: ComputeContext
    private let adversarial: AdversarialSettings
    private let settings: MultiContextSettings
    private let surrogates: [Surrogate]
    private let pair: AdversarialPair
    private let parts: SemiSupervisedBatches
    private let validation: [Int]
    private let classes: Int

    init(_ request: RunRequest, surrogates: [Surrogate], context: ComputeContext) throws {
        self.context = context
        classes = request.dataset.classNames.count
        adversarial = request.settings[AdversarialSettings.self]
        settings = request.settings[MultiContextSettings.self]
        self.surrogates = surrogates
        pair = try AdversarialPair(
            request, outputs: classes + surrogates.count + 1, in: context)
        parts = SemiSupervisedBatches(request)
        validation = request.split.validation
    }

    var networks: [(prefix: String, module: any Module)] { pair.networks }
    var optimisers: [(name: String, optimiser: any Optimizer)] { pair.optimisers }
    var selection: String { "dice" }
    var stepsPerEpoch: Int { parts.stepsPerEpoch }

    func step(at position: StepPosition) throws -> StepResult {
        let images = parts.images(at: position, from: pair.batches)
        var random = position.random("transform")
        let chosen =
            surrogates.isEmpty
            ? []
            : (0..<images.unlabelled.shape.batch).map { _ in
                random.integer(below: surrogates.count)
            }
        return try step(images, transforms: chosen, random: position.random)
    }

    /// One step on given images. `transforms` are indices into the surrogate classes, one an
    /// unlabelled image.
    func step(
        _ images: SemiSupervisedBatches.StepImages, transforms: [Int],
        random: (String) -> RandomSource
    ) throws -> StepResult {
        let (labelled, masks) = (images.labelled, images.masks)
        let transformed =
            surrogates.isEmpty
            ? images.unlabelled
            : Surrogate.apply(
                transforms.map { surrogates[$0] }, to: images.unlabelled, in: context)
        let tape = Tape(context: context, training: true, random: random("dropout"))
        let pass = pair.segment(labelled: labelled, unlabelled: transformed, on: tape)
        let known = 0..<labelled.shape.batch
        let unknown = known.upperBound..<pass.images.shape.batch
        let (alpha, c, critic) = (
            settings.unlabelledWeight, self.adversarial.weight,
            settings.classifierAdversarialWeight
        )

        let real = pair.criticPass(labelled, masks, random: random("dropout-real"))
        var terms: [(name: String, value: Double)] = [
            ("classifier/class", real.terms.crossEntropy(images.classes, over: 0..<classes)),
            ("classifier/real", real.terms.real(known, weight: critic)),
        ]
        let fake = pair.criticPass(
            pass.images.value, pass.mask.value, random: random("dropout-fake"))
        if settings.ceOnPrediction {
            terms.append(
                (
                    "classifier/class-predicted",
                    fake.terms.crossEntropy(images.classes, over: 0..<classes)
                ))
        }
        if !surrogates.isEmpty {
            let value = fake.terms.crossEntropy(
                transforms, over: classes..<classes + surrogates.count, from: known.upperBound,
                weight: alpha)
            terms.append(("classifier/surrogate", value))
        }
        terms.append(("classifier/predicted", fake.terms.fake(known, weight: critic)))
        terms.append(
            ("classifier/predicted-unlabelled", fake.terms.fake(unknown, weight: alpha * critic)))
        pair.stepCritic([real, fake])

        let segmentation = try pair.supervision(pass.prediction, target: masks, on: tape)
        var adversarial = (0.0, 0.0)
        let weighted = pair.stepSegmentor(pass, on: tape) { opinion in
            adversarial = (
                opinion.real(known, weight: c), opinion.real(unknown, weight: c * alpha)
            )
            return c * (adversarial.0 + alpha * adversarial.1)
        }
        terms += [
            ("segmentation", segmentation), ("adversarial", adversarial.0),
            ("adversarial-unlabelled", adversarial.1),
        ]
        return StepResult(
            images: pass.images.shape.batch, loss: segmentation + weighted, terms: terms)
    }

    func validate() -> [String: Double] { pair.evaluator.validate(validation) }

    func evaluate(_ weights: WeightsKind, split: SplitPart, indices: [Int]) -> Evaluation {
        pair.evaluator.evaluate(weights, split: split, indices: indices)
    }
}
