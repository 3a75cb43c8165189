internal import Datasets
internal import Domain
internal import NN
public import Settings
internal import TensorCore

/// BCP, bidirectional copy-paste (Bai et al. 2023): a student learns on images of which a box is
/// labelled and the rest is not, and the reverse, so that both kinds share their surroundings.
///
/// With a box B, drawn anew for each pair: x_in is x_l with x_u in B, x_out is x_u with x_l in B, and
/// their targets are y_l and ŷ_u composed alike, where the teacher T draws ŷ_u and keeps as many of
/// the largest parts of a structure as labelled masks have at most (the paper: the largest).
/// L = L_seg over labelled pixels + w r(t) / 2 L_seg over unlabelled ones, of both images: at w = 1
/// the paper's alpha = 0.5. In the warm-up labelled images are pasted into labelled ones, the paper's
/// pre-training. T is the average of the student's weights, in evaluation mode, and is what is tested.
public struct BidirectionalCopyPaste: LearnerProcedure {
    /// The procedure.
    public init() {}

    /// Refuses a split without labelled masks to train on or without masks to test with.
    public func check(_ request: RunRequest) throws { try request.requireMasks() }

    /// Trains the student on both parts of the training split.
    func makeLearner(_ request: RunRequest, context: ComputeContext) throws -> any Learner {
        try CopyPasteLearner(request, context: context)
    }
}

/// The settings of its own.
public struct PasteSettings: SettingGroup {
    /// Sides of a box, as a share of the image's.
    public var side = 0.67
    /// Whether pseudo-labels keep their largest parts alone.
    public var keepsLargestParts = true

    /// The paper's two thirds.
    public init() {}

    /// See `SettingGroup`.
    public static let fields: SettingFields<PasteSettings> = [
        .number("paste-side", \.side, 0...1, "side of a pasted box, as a share of the image's"),
        .flag(
            "largest-parts", \.keepsLargestParts,
            "pseudo-labels have as many parts as labelled masks"),
    ]

    /// A box for each of `count` pairs of images.
    func boxes(_ count: Int, in shape: ImageShape, using random: inout RandomSource) -> [PixelBox] {
        func length(_ extent: Int) -> Int { max(1, Int((Double(extent) * side).rounded())) }
        return (0..<count).map { _ in
            .random(
                height: length(shape.height), width: length(shape.width), rows: shape.height,
                columns: shape.width, using: &random)
        }
    }
}

extension ProcedureEntry {
    static let bcp = ProcedureEntry(
        "bcp", title: "BCP", citation: "Bai et al. 2023", results: .masks, trains: .segmentor,
        settings: [
            TeacherSettings.self, UnlabelledWeight.self, RampSettings.self, PasteSettings.self,
            UnlabelledSources.self,
        ], make: { BidirectionalCopyPaste() })
}

/// The step of BCP.
final class CopyPasteLearner: SegmentorLearner {
    let training: SegmentorTraining
    private let unlabelled: UnlabelledPart
    private let paste: PasteSettings
    /// The most parts that a labelled mask of each structure has; nil where all are kept.
    private let parts: [Int]?
    private var context: ComputeContext { training.context }

    init(_ request: RunRequest, context: ComputeContext) throws {
        let settings = request.settings
        training = try SegmentorTraining(
            request, averaging: settings[TeacherSettings.self].decay, in: context)
        unlabelled = UnlabelledPart(request)
        paste = settings[PasteSettings.self]
        let labelled = request.maskedLabelled
        parts =
            paste.keepsLargestParts
            ? request.dataset.structures.indices.map { structure in
                labelled.map {
                    request.dataset.mask($0, of: structure).components.count
                }.max() ?? 0
            } : nil
    }

    var stepsPerEpoch: Int { unlabelled.parts.stepsPerEpoch }

    func step(at position: StepPosition) throws -> StepResult {
        let images = unlabelled.parts.images(at: position, from: training.batches)
        let weight = unlabelled.weight(at: position)
        var random = position.random("paste")
        let part = weight > 0 ? images.unlabelled : images.labelled
        let boxes = paste.boxes(
            part.shape.batch, in: training.request.dataset.shape, using: &random)
        return try step(images, boxes, weight: weight, at: position)
    }

    /// One step on given images, with a box for each unlabelled one, or for each labelled one where
    /// unlabelled ones do not count.
    func step(
        _ images: SemiSupervisedBatches.StepImages, _ boxes: [PixelBox], weight: Double,
        at position: StepPosition
    ) throws -> StepResult {
        let tape = training.tape(at: position)
        let (segmentation, pseudo) =
            try weight > 0
            ? paste(images, boxes, weight: weight / 2, on: tape)
            : (pasteLabelled(images, boxes, on: tape), 0)
        training.step(tape, at: position)
        return StepResult(
            images: images.labelled.shape.batch + images.unlabelled.shape.batch,
            loss: segmentation + weight / 2 * pseudo,
            terms: [
                ("segmentation", segmentation), ("pseudo", pseudo),
                ("unlabelled-weight", weight),
            ])
    }

    /// The loss of labelled images with a box of the next one of the batch.
    private func pasteLabelled(
        _ images: SemiSupervisedBatches.StepImages, _ boxes: [PixelBox], on tape: Tape
    ) throws -> Double {
        let count = images.labelled.shape.batch
        let others = (0..<count).map { ($0 + 1) % count }
        func mixed(_ maps: Tensor) -> Tensor {
            maps.pasting(maps.picking(others, in: context), into: boxes, in: context)
        }
        let drawn = training.segmentor(tape.constant(mixed(images.labelled)), on: tape)
        return try training.supervision(drawn, target: mixed(images.targets), on: tape)
    }

    /// The losses over labelled and over unlabelled pixels of images pasted both ways.
    private func paste(
        _ images: SemiSupervisedBatches.StepImages, _ boxes: [PixelBox], weight: Double,
        on tape: Tape
    ) throws -> (segmentation: Double, pseudo: Double) {
        let order = (0..<images.unlabelled.shape.batch).map { $0 % images.labelled.shape.batch }
        /// `a` with `b` in the boxes, then `b` with `a` in them.
        func both(_ a: Tensor, _ b: Tensor) -> Tensor {
            a.pasting(b, into: boxes, in: context).joined(
                with: b.pasting(a, into: boxes, in: context), in: context)
        }
        let guessed = guess(images.unlabelled).counting(
            only: images.inside.unlabelled, in: context)
        let known = Tensor.filled(guessed.shape, with: 1, in: context)
        let unknown = Tensor.zeros(guessed.shape, in: context)
        let target = both(images.targets.picking(order, in: context), guessed)
        let drawn = training.segmentor(
            tape.constant(both(images.labelled.picking(order, in: context), images.unlabelled)),
            on: tape)
        return (
            try training.supervision(
                drawn, target: target, counted: both(known, unknown), on: tape),
            try training.supervision(
                drawn, target: target, counted: both(unknown, known), weight: weight, on: tape)
        )
    }

    /// What the teacher draws, without small parts.
    private func guess(_ images: Tensor) -> Tensor {
        let target = PseudoTargets.target(
            of: training.teach(images), areExclusive: training.request.settings.exclusive,
            in: context)
        guard let parts else { return target }
        let shape = target.shape
        for image in 0..<shape.batch {
            let maps = (0..<shape.channels).map { structure in
                BinaryMask(
                    BinaryMask.foreground(target.map(structure, ofImage: image)),
                    height: shape.height, width: shape.width
                ).keepingLargest(parts[structure]).pixels
            }
            let pixels = shape.height * shape.width
            target.replaceRow(
                image, with: (0..<pixels).flatMap { pixel in maps.map { Float($0[pixel]) } })
        }
        return target
    }
}
