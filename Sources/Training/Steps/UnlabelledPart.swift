internal import Datasets
internal import NN
internal import TensorCore

/// The unlabelled images of procedures with a teacher: which ones, from when on, with what weight,
/// and how a network in training sees them.
struct UnlabelledPart {
    let parts: SemiSupervisedBatches
    private let ramp: RampSettings
    private let weight: Double
    private let statistics: NormalisationStatistics
    private let epochs: Int

    init(_ request: RunRequest) {
        parts = SemiSupervisedBatches(request)
        ramp = request.settings[RampSettings.self]
        weight = request.settings[UnlabelledWeight.self].weight
        statistics = request.settings[UnlabelledStatisticsSettings.self].statistics.statistics
        epochs = request.settings.epochs
    }

    /// The weight of the unlabelled terms in the step at `position`: 0 where there are no unlabelled
    /// images or they do not count yet.
    func weight(at position: StepPosition) -> Double {
        guard !parts.unlabelled.isEmpty else { return 0 }
        return weight * ramp.factor(step: position.index, of: epochs * position.stepsPerEpoch)
    }

    /// A pass of unlabelled images `[U, H, W, C]` alone, normalised by their own statistics.
    func see(_ images: Tensor, with network: any SegmentationNetwork, on tape: Tape) -> Prediction {
        tape.with(statistics) { network(tape.constant(images), on: tape) }
    }
}
