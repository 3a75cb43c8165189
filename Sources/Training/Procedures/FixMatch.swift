internal import Datasets
internal import Domain
internal import NN
public import Settings
internal import TensorCore

/// FixMatch (Sohn et al. 2020) with the two strong views and CutMix of UniMatch (Yang et al. 2023,
/// without its dropped features): what is drawn with confidence on an image as it is, is the target
/// on the same image strongly varied.
///
/// L = L_seg(x_l, y_l) + w r(t) mean_v L_seg(S(A_v(x_u)) m, ŷ m): ŷ and the confident pixels m come
/// from the teacher in evaluation mode, and A_v varies gray values and pastes a box of another
/// unlabelled image, whose ŷ and m come with it. L_seg is the run's own loss over confident pixels,
/// where UniMatch has Dice. The teacher is the average of the student's weights; with
/// `teacher-ema: 0` it is the student itself, as in both papers.
public struct FixMatch: LearnerProcedure {
    /// The procedure.
    public init() {}

    /// Refuses a split without labelled masks to train on or without masks to test with.
    public func check(_ request: RunRequest) throws { try request.requireMasks() }

    /// Trains the segmentor on both parts of the training split.
    func makeLearner(_ request: RunRequest, context: ComputeContext) throws -> any Learner {
        try FixMatchLearner(request, context: context)
    }
}

/// The setting of its own.
public struct ViewSettings: SettingGroup {
    /// How many strongly varied views of each unlabelled image a step has.
    public var count = 2

    /// UniMatch's.
    public init() {}

    /// See `SettingGroup`.
    public static let fields: SettingFields<ViewSettings> = [
        .integer("strong-views", \.count, 1...8, "strong views of an unlabelled image a step")
    ]
}

extension ProcedureEntry {
    static let fixMatch = ProcedureEntry(
        "fixmatch", title: "FixMatch", citation: "Sohn et al. 2020; Yang et al. 2023",
        results: .masks, trains: .segmentor,
        settings: [
            TeacherSettings.self, UnlabelledWeight.self, RampSettings.self,
            UnlabelledStatisticsSettings.self, StrongSettings.self, CutMixSettings.self,
            ConfidenceSettings.self, ViewSettings.self, UnlabelledSources.self,
        ], make: { FixMatch() })
}

/// The step of FixMatch.
final class FixMatchLearner: SegmentorLearner {
    let training: SegmentorTraining
    private let unlabelled: UnlabelledPart
    private let settings: TrainingSettings

    init(_ request: RunRequest, context: ComputeContext) throws {
        settings = request.settings
        training = try SegmentorTraining(
            request, averaging: settings[TeacherSettings.self].decay, in: context)
        unlabelled = UnlabelledPart(request)
    }

    var stepsPerEpoch: Int { unlabelled.parts.stepsPerEpoch }

    /// How a step changes its unlabelled images.
    struct Changes {
        /// All views one after the other: image `order[i]` of the batch is seen in view i.
        let order: [Int]
        /// Image whose pixels are pasted, and where, in each view.
        let partners: [Int]
        let boxes: [PixelBox]
    }

    func step(at position: StepPosition) throws -> StepResult {
        let images = unlabelled.parts.images(at: position, from: training.batches)
        let weight = unlabelled.weight(at: position)
        var random = position.random("student")
        let count = weight > 0 ? images.unlabelled.shape.batch : 0
        var (order, partners): ([Int], [Int]) = ([], [])
        for _ in 0..<settings[ViewSettings.self].count {
            // Nobody is its own partner where there is another one.
            let step = count > 1 ? 1 + random.integer(below: count - 1) : 0
            order += 0..<count
            partners += (0..<count).map { ($0 + step) % count }
        }
        let boxes = settings[CutMixSettings.self].boxes(
            order.count, in: training.request.dataset.shape, using: &random)
        let changes = Changes(order: order, partners: partners, boxes: boxes)
        let strong = GrayVariation(settings[StrongSettings.self])
        return try step(images, changes, weight: weight, at: position) { views in
            strong.varying(views, using: &random, in: self.training.context)
        }
    }

    /// One step on given images.
    func step(
        _ images: SemiSupervisedBatches.StepImages, _ changes: Changes, weight: Double,
        at position: StepPosition, varying: (Tensor) -> Tensor
    ) throws -> StepResult {
        let tape = training.tape(at: position)
        let drawn = training.segmentor(tape.constant(images.labelled), on: tape)
        let segmentation = try training.supervision(drawn, target: images.targets, on: tape)
        var pseudo = 0.0
        var share = (all: 0.0, foreground: 0.0)
        if weight > 0 {
            let targets = PseudoTargets(
                training.teach(images.unlabelled), inside: images.inside.unlabelled,
                areExclusive: settings.exclusive, settings[ConfidenceSettings.self],
                in: training.context)
            share = targets.share
            let views = varying(mixed(images.unlabelled, changes))
            let student = unlabelled.see(views, with: training.segmentor, on: tape)
            pseudo = try training.supervision(
                student, target: mixed(targets.target, changes),
                counted: mixed(targets.counted, changes), weight: weight, on: tape)
        }
        training.step(tape, at: position)
        return StepResult(
            images: images.labelled.shape.batch + images.unlabelled.shape.batch,
            loss: segmentation + weight * pseudo,
            terms: [
                ("segmentation", segmentation), ("pseudo", pseudo),
                ("confident", share.all), ("confident-foreground", share.foreground),
                ("unlabelled-weight", weight),
            ])
    }

    /// `[U, H, W, C]` as all views see it.
    private func mixed(_ maps: Tensor, _ changes: Changes) -> Tensor {
        maps.picking(changes.order, in: training.context).pasting(
            maps.picking(changes.partners, in: training.context), into: changes.boxes,
            in: training.context)
    }
}
