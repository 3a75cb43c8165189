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
/// The unlabelled image is transformed first, then both networks see it. With the setting
/// `transform-labelled` so are labelled images and their masks; with `critic-negatives`, C has a term
/// c_C fake(x_l, y') with y' a wrong mask.
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
            AdversarialSettings.self, MultiContextSettings.self, UnlabelledWeight.self,
            SurrogateSettings.self, UnlabelledSources.self,
        ], make: { S4MCL() })
}

/// The settings that S2MCL and S4MCL share.
public struct MultiContextSettings: SettingGroup {
    /// Weight of the adversarial terms in the classifier's loss.
    public var classifierAdversarialWeight = 1.0
    /// Whether the classifier also learns classes from predicted masks of labelled images.
    public var ceOnPrediction = true

    /// The defaults of methods.md.
    public init() {}

    /// See `SettingGroup`.
    public static let fields: SettingFields<MultiContextSettings> = [
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
    /// alpha
    private let unlabelledWeight: Double
    private let surrogates: [Surrogate]
    private let transformsLabelled: Bool
    private let pair: AdversarialPair
    private let parts: SemiSupervisedBatches
    private let validation: [Int]
    private let classes: Int

    init(_ request: RunRequest, surrogates: [Surrogate], context: ComputeContext) throws {
        self.context = context
        classes = request.dataset.classNames.count
        adversarial = request.settings[AdversarialSettings.self]
        settings = request.settings[MultiContextSettings.self]
        unlabelledWeight = request.settings[UnlabelledWeight.self].weight
        self.surrogates = surrogates
        transformsLabelled =
            !surrogates.isEmpty && request.settings[SurrogateSettings.self].transformsLabelled
        pair = try AdversarialPair(
            request, outputs: classes + surrogates.count + 1, in: context)
        parts = SemiSupervisedBatches(request)
        validation = request.split.validation
    }

    var networks: [(prefix: String, module: any Module)] { pair.networks }
    var optimisers: [(name: String, optimiser: any Optimizer)] { pair.optimisers }
    var selection: String { ProcedureEntry.Figure.dice.name }
    var stepsPerEpoch: Int { parts.stepsPerEpoch }

    func step(at position: StepPosition) throws -> StepResult {
        let images = parts.images(at: position, from: pair.batches)
        func chosen(_ count: Int, _ stream: String) -> [Int] {
            var random = position.random(stream)
            return surrogates.isEmpty
                ? [] : (0..<count).map { _ in random.integer(below: surrogates.count) }
        }
        return try step(
            transformsLabelled
                ? transformed(images, chosen(images.labelled.shape.batch, "transform-labelled"))
                : images,
            transforms: chosen(images.unlabelled.shape.batch, "transform"),
            random: position.random)
    }

    /// The labelled images and their masks under transformations; the unlabelled ones as they are.
    private func transformed(
        _ images: SemiSupervisedBatches.StepImages, _ transforms: [Int]
    ) -> SemiSupervisedBatches.StepImages {
        SemiSupervisedBatches.StepImages(
            labelled: turned(images.labelled, transforms),
            targets: turned(images.targets, transforms),
            classes: images.classes, unlabelled: images.unlabelled,
            inside: (
                images.inside.labelled.map { turned($0, transforms) }, images.inside.unlabelled
            ))
    }

    /// Each image or mask under its transformation.
    private func turned(_ maps: Tensor, _ transforms: [Int]) -> Tensor {
        Surrogate.apply(transforms.map { surrogates[$0] }, to: maps, in: context)
    }

    /// One step on given images. `transforms` are indices into the surrogate classes, one an
    /// unlabelled image.
    func step(
        _ images: SemiSupervisedBatches.StepImages, transforms: [Int],
        random: (String) -> RandomSource
    ) throws -> StepResult {
        let seenImages =
            surrogates.isEmpty
            ? images
            : SemiSupervisedBatches.StepImages(
                labelled: images.labelled, targets: images.targets, classes: images.classes,
                unlabelled: turned(images.unlabelled, transforms),
                inside: (
                    images.inside.labelled, images.inside.unlabelled.map { turned($0, transforms) }
                ))
        let tape = pair.tape(random: random)
        let pass = pair.segment(seenImages, on: tape)
        let known = 0..<images.labelled.shape.batch
        let unknown = known.upperBound..<pass.images.shape.batch
        let (alpha, c, critic) = (
            unlabelledWeight, adversarial.weight,
            settings.classifierAdversarialWeight
        )

        let seen = pair.opinions(seenImages, pass, random: random)
        var terms: [(name: String, value: Double)] = [
            ("classifier/class", seen.real.crossEntropy(images.classes, over: 0..<classes)),
            ("classifier/real", seen.real.real(known, weight: critic)),
        ]
        if settings.ceOnPrediction {
            terms.append(
                (
                    "classifier/class-predicted",
                    seen.fake.crossEntropy(images.classes, over: 0..<classes)
                ))
        }
        if !surrogates.isEmpty {
            let value = seen.fake.crossEntropy(
                transforms, over: classes..<classes + surrogates.count, from: known.upperBound,
                weight: alpha)
            terms.append(("classifier/surrogate", value))
        }
        terms.append(("classifier/predicted", seen.fake.fake(known, weight: critic)))
        if adversarial.showsUnlabelled {
            terms.append(
                (
                    "classifier/predicted-unlabelled",
                    seen.fake.fake(unknown, weight: alpha * critic)
                ))
        }
        if let wrong = seen.wrong {
            terms.append(("classifier/wrong", wrong.fake(known, weight: critic)))
        }
        pair.stepCritic(seen)

        let segmentation = try pair.supervision(pass.prediction, target: images.targets, on: tape)
        var adverse = (0.0, 0.0)
        let weighted = pair.stepSegmentor(pass, on: tape) { opinion in
            adverse = (
                opinion.real(known, weight: c), opinion.real(unknown, weight: c * alpha)
            )
            return c * (adverse.0 + alpha * adverse.1)
        }
        terms += [
            ("segmentation", segmentation), ("adversarial", adverse.0),
            ("adversarial-unlabelled", adverse.1),
        ]
        return StepResult(
            images: pass.images.shape.batch, loss: segmentation + weighted, terms: terms)
    }

    func validate() -> [String: Double] { pair.evaluator.validate(validation) }

    func warnings(on validation: [String: Double]) -> [String] {
        MultiTaskEvaluator.warnings(on: validation)
    }

    func evaluate(_ weights: WeightsKind, split: SplitPart, indices: [Int]) -> Evaluation {
        pair.evaluator.evaluate(weights, split: split, indices: indices)
    }
}
