internal import Datasets
internal import Domain
internal import NN
internal import TensorCore

/// A segmentor and a critic of (image, mask) pairs with their optimisers, and the two halves of a
/// step that adversarial procedures share.
final class AdversarialPair {
    let segmentor: any SegmentationNetwork
    let critic: any ClassificationNetwork
    let batches: Batches
    let supervision: DeepSupervision
    let evaluator: MultiTaskEvaluator
    private let settings: AdversarialSettings
    private let segmentorOptimiser: any Optimizer
    private let criticOptimiser: any Optimizer
    private let context: ComputeContext
    private let recomputes: Bool

    /// `outputs` logits of the critic.
    init(_ request: RunRequest, outputs: Int, in context: ComputeContext) throws {
        self.context = context
        settings = request.settings[AdversarialSettings.self]
        recomputes = request.settings.recomputes
        segmentor = request.makeSegmentor(in: context)
        critic = request.makeClassifier(
            inputChannels: settings.input.channels(
                image: request.dataset.shape.channels,
                structures: request.dataset.structures.count),
            outputs: outputs, in: context)
        segmentorOptimiser = request.makeOptimiser(segmentor, in: context)
        criticOptimiser = request.makeOptimiser(
            critic, learningRate: settings.learningRate, in: context)
        batches = Batches(dataset: request.dataset, context: context)
        supervision = try request.deepSupervision(for: segmentor, in: context)
        evaluator = MultiTaskEvaluator(
            segmentation: SegmentationEvaluator(
                batches: batches, supervision: supervision, batchSize: request.settings.batch,
                isExclusive: request.settings.exclusive,
                keepsMasks: request.settings.keepMasks == .test),
            segmentor: segmentor, critic: critic, input: settings.input)
    }

    var networks: [(prefix: String, module: any Module)] {
        [("", segmentor), ("critic/", critic)]
    }

    var optimisers: [(name: String, optimiser: any Optimizer)] {
        [("segmentor", segmentorOptimiser), ("critic", criticOptimiser)]
    }

    /// The tape of a step of the segmentor.
    func tape(random: (String) -> RandomSource) -> Tape {
        Tape(
            context: context, training: true, random: random("dropout"), recomputes: recomputes)
    }

    /// A forward pass of the segmentor over the images of a step.
    struct SegmentorPass {
        /// All images, the labelled ones first.
        let images: Variable
        /// The outputs that are supervised; the labelled images come first.
        let prediction: Prediction
        /// The masks of all images, 0 in padding: what a critic sees.
        let mask: Variable
    }

    /// Runs the segmentor over labelled and unlabelled images, in one batch or in two by the setting
    /// `unlabelled-pass`.
    func segment(_ step: SemiSupervisedBatches.StepImages, on tape: Tape) -> SegmentorPass {
        let (labelled, unlabelled) = (step.labelled, step.unlabelled)
        let images = tape.constant(labelled.joined(with: unlabelled, in: context))
        let inside = step.inside.labelled.map { labelled in
            step.inside.unlabelled.map { labelled.joined(with: $0, in: context) } ?? labelled
        }
        guard unlabelled.count > 0, let statistics = settings.unlabelledPass.statistics else {
            let prediction = segmentor(images, on: tape)
            return SegmentorPass(
                images: images, prediction: prediction,
                mask: tape.hidden(prediction.mask, outside: inside))
        }
        let prediction = segmentor(tape.constant(labelled), on: tape)
        let free = tape.with(statistics) {
            segmentor(tape.constant(unlabelled), on: tape)
        }
        return SegmentorPass(
            images: images, prediction: prediction,
            mask: tape.hidden(
                tape.concatenateBatches(prediction.mask, free.mask), outside: inside))
    }

    /// The critic's opinions of pairs of a step.
    struct Opinions {
        /// Of labelled images with their true masks.
        let real: CriticPass
        /// Of all images with the masks that the segmentor has drawn.
        let fake: CriticPass
        /// Of labelled images with wrong masks made from their true ones; nil without the setting
        /// `critic-negatives`.
        let wrong: CriticPass?
    }

    /// Runs the critic over the pairs of a step.
    func opinions(
        _ step: SemiSupervisedBatches.StepImages, _ drawn: SegmentorPass,
        random: (String) -> RandomSource
    ) -> Opinions {
        var draws = random("negatives")
        let (labelled, masks) = (step.labelled, step.masks(in: context))
        let wrong = settings.negatives.wrong(masks, using: &draws, in: context).map { wrong in
            // Moved masks end where their images do.
            step.inside.labelled.map { wrong.multiplied(by: $0, in: context) } ?? wrong
        }
        let pairs =
            [
                CriticPass.Pairs(images: labelled, masks: masks, stream: "dropout-real"),
                CriticPass.Pairs(
                    images: drawn.images.value, masks: drawn.mask.value, stream: "dropout-fake"),
            ]
            + (wrong.map {
                [CriticPass.Pairs(images: labelled, masks: $0, stream: "dropout-negatives")]
            } ?? [])
        let passes = CriticPass.passes(of: pairs, critic, settings, random: random, in: context)
        return Opinions(
            real: passes[0], fake: passes[1], wrong: passes.count > 2 ? passes[2] : nil)
    }

    /// One step of the critic on the sum of all terms of its opinions.
    func stepCritic(_ opinions: Opinions) {
        critic.clearGradients()
        CriticPass.backward(
            [opinions.real, opinions.fake] + (opinions.wrong.map { [$0] } ?? []), in: context)
        criticOptimiser.step()
    }

    /// One step of the segmentor on what its tape has been seeded with and on terms of the critic's
    /// opinion of its masks; the critic's weights do not move. Returns what `adversarial` does.
    func stepSegmentor(
        _ pass: SegmentorPass, on tape: Tape, adversarial: (inout LogitTerms) -> Double
    ) -> Double {
        critic.setTrainable(false)
        defer { critic.setTrainable(true) }
        let input = settings.input(pass.images, pass.mask, on: tape)
        let logits =
            settings.batches == .joint
            ? tape.with(.running) { critic(input, on: tape) } : critic(input, on: tape)
        var terms = LogitTerms(logits.value)
        let value = adversarial(&terms)
        tape.seed(logits, gradient: terms.gradient(in: context))
        segmentor.clearGradients()
        tape.backward()
        segmentorOptimiser.step()
        return value
    }
}

extension UnlabelledPass {
    /// What normalises the unlabelled images' own pass; nil where they have none.
    fileprivate var statistics: NormalisationStatistics? {
        switch self {
        case .joint: nil
        case .separate: .batchAlone
        case .running: .running
        }
    }
}
