internal import NN
public import Settings
internal import TensorCore

/// Whether what is tested is the network as it was trained last, or the moving average of its
/// weights.
public struct AveragingSettings: SettingGroup {
    /// Decay of the moving average of weights (`MovingAverage`); 0 tests the weights themselves.
    public var decay = 0.0

    /// The defaults: no average, as in all older runs.
    public init() {}

    /// See `SettingGroup`.
    public static let fields: SettingFields<AveragingSettings> = [
        .number(
            "ema", \.decay, 0...0.99999,
            "decay of the average of weights that is tested; 0: none")
    ]
}

/// The teacher of procedures in which a network learns from the average of its own weights.
public struct TeacherSettings: SettingGroup {
    /// Decay of the teacher's weights (`MovingAverage`); 0 makes it the student after each step.
    public var decay = 0.99

    /// The decay that Tarvainen and Valpola take in training's first part, and BCP throughout.
    public init() {}

    /// See `SettingGroup`.
    public static let fields: SettingFields<TeacherSettings> = [
        .number(
            "teacher-ema", \.decay, 0...0.99999,
            "decay of the teacher's weights, which are tested too")
    ]
}

/// A segmentor that follows another one as the moving average of its weights.
///
/// It is never trained and never runs in training mode, so its running statistics are averages too.
/// All it depends on are its weights and the number of the step, so a checkpoint of its weights
/// continues it bit for bit.
struct WeightAverage {
    let network: any SegmentationNetwork
    private let average: MovingAverage

    /// A copy of the segmentor that the request makes.
    init(decay: Double, _ request: RunRequest, in context: ComputeContext) {
        network = request.makeSegmentor(in: context)
        average = MovingAverage(decay: decay)
    }

    /// Takes in what the step at `position` has made of the trained network.
    func update(
        with trained: any SegmentationNetwork, after position: StepPosition,
        in context: ComputeContext
    ) {
        average.update(network, with: trained, step: position.index + 1, in: context)
    }
}
