internal import Datasets
internal import Domain
internal import NN
public import Settings
internal import TensorCore

/// Mean Teacher (Tarvainen & Valpola 2017): a student S agrees with the moving average T of its own
/// weights on unlabelled images, however these look.
///
/// L = L_seg(x_l, y_l) + w r(t) d(S(v(x_u)), T(x_u)), where v varies gray values, r is 0 in the
/// warm-up and then rises to 1, and d is the mean squared difference of probabilities, as in the
/// paper, or one of Dice, in which small structures count as much as large ones. T is in evaluation
/// mode (the paper's is in training mode), gets no gradient, and is what is tested.
public struct MeanTeacher: LearnerProcedure {
    /// The procedure.
    public init() {}

    /// Refuses a split without labelled masks to train on or without masks to test with.
    public func check(_ request: RunRequest) throws { try request.requireMasks() }

    /// Trains the student on both parts of the training split.
    func makeLearner(_ request: RunRequest, context: ComputeContext) throws -> any Learner {
        try MeanTeacherLearner(request, context: context)
    }
}

/// The setting of its own.
public struct ConsistencySettings: SettingGroup {
    /// How the difference between student and teacher is measured.
    public var difference = Consistency.squares

    /// The paper's.
    public init() {}

    /// See `SettingGroup`.
    public static let fields: SettingFields<ConsistencySettings> = [
        .choice(
            "consistency", \.difference, "difference between student and teacher")
    ]
}

extension ProcedureEntry {
    static let meanTeacher = ProcedureEntry(
        "mean-teacher", title: "Mean Teacher", citation: "Tarvainen & Valpola 2017",
        results: .masks, trains: .segmentor,
        settings: [
            TeacherSettings.self, UnlabelledWeight.self, RampSettings.self,
            UnlabelledStatisticsSettings.self, StrongSettings.self, ConsistencySettings.self,
            UnlabelledSources.self,
        ], make: { MeanTeacher() })
}

/// Differences between the probabilities of a student and of a teacher, by names in experiment
/// files.
public enum Consistency: String, Sendable, CaseIterable {
    /// mean (p - q)^2
    case squares
    /// 1 - (2 sum p q + e) / (sum p^2 + sum q^2 + e), e = 1e-5
    case dice

    /// The mean over images and maps, without `weight`; its gradient with respect to `student` is
    /// seeded.
    ///
    /// - Parameters:
    ///   - student: probabilities p, `[N, H, W, K]`.
    ///   - teacher: probabilities q of the same shape, or `Tensor.uncounted`.
    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, weight: Double, on tape: Tape
    ) -> Double {
        tape.loss(student, target: teacher, weight: weight, perImage: true) { pixels, scale in
            switch self {
            case .squares: Self.squares(pixels, scale)
            case .dice: Self.dice(pixels, scale)
            }
        }
    }

    private static func squares(_ pixels: Pixels, _ scale: Double) -> Double {
        let share = 1 / Double(pixels.count)
        var sum = 0.0
        for index in 0..<pixels.count {
            let (p, q) = pixels[index]
            sum += (p - q) * (p - q)
            pixels.add(scale * share * 2 * (p - q), at: index)
        }
        return share * sum
    }

    private static func dice(_ pixels: Pixels, _ scale: Double) -> Double {
        let smooth = 1e-5
        var (both, squares) = (0.0, 0.0)
        for index in 0..<pixels.count {
            let (p, q) = pixels[index]
            both += p * q
            squares += p * p + q * q
        }
        let (above, below) = (2 * both + smooth, squares + smooth)
        for index in 0..<pixels.count {
            let (p, q) = pixels[index]
            pixels.add(
                -scale * (2 * q * below - above * 2 * p) / (below * below), at: index)
        }
        return 1 - above / below
    }
}

/// The step of Mean Teacher.
final class MeanTeacherLearner: SegmentorLearner {
    let training: SegmentorTraining
    private let unlabelled: UnlabelledPart
    private let strong: GrayVariation
    private let consistency: Consistency

    init(_ request: RunRequest, context: ComputeContext) throws {
        let settings = request.settings
        training = try SegmentorTraining(
            request, averaging: settings[TeacherSettings.self].decay, in: context)
        unlabelled = UnlabelledPart(request)
        strong = GrayVariation(settings[StrongSettings.self])
        consistency = settings[ConsistencySettings.self].difference
    }

    var stepsPerEpoch: Int { unlabelled.parts.stepsPerEpoch }

    func step(at position: StepPosition) throws -> StepResult {
        let images = unlabelled.parts.images(at: position, from: training.batches)
        var random = position.random("student")
        let weight = unlabelled.weight(at: position)
        let varied =
            weight > 0
            ? strong.varying(images.unlabelled, using: &random, in: training.context)
            : images.unlabelled
        return try step(images, varied: varied, weight: weight, at: position)
    }

    /// One step on given images; `varied` are the unlabelled ones as the student sees them.
    func step(
        _ images: SemiSupervisedBatches.StepImages, varied: Tensor, weight: Double,
        at position: StepPosition
    ) throws -> StepResult {
        let tape = training.tape(at: position)
        let drawn = training.segmentor(tape.constant(images.labelled), on: tape)
        let segmentation = try training.supervision(drawn, target: images.targets, on: tape)
        var difference = 0.0
        if weight > 0 {
            let taught = training.teach(images.unlabelled).counting(
                only: images.inside.unlabelled, in: training.context)
            let student = unlabelled.see(varied, with: training.segmentor, on: tape)
            difference = consistency(student.mask, taught, weight: weight, on: tape)
        }
        training.step(tape, at: position)
        return StepResult(
            images: images.labelled.shape.batch + images.unlabelled.shape.batch,
            loss: segmentation + weight * difference,
            terms: [
                ("segmentation", segmentation), ("consistency", difference),
                ("unlabelled-weight", weight),
            ])
    }
}
