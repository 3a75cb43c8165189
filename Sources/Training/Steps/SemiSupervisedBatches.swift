internal import Datasets
internal import Domain
internal import TensorCore

/// The labelled and unlabelled images of each step.
///
/// Both parts are cycled, each in shuffled passes of its own; an epoch is one pass over the larger
/// part, or as many steps as the setting `steps-per-epoch` says. A step takes `batch` images of each
/// part, or the whole part where it is smaller.
struct SemiSupervisedBatches {
    let labelled: [Int]
    /// Training images that are not labelled, other data sets' among them; neither their masks nor
    /// their classes are read.
    let unlabelled: [Int]
    private let settings: TrainingSettings

    init(_ request: RunRequest) {
        labelled = request.maskedLabelled
        let known = Set(request.split.labelled)
        unlabelled = request.split.train.filter { !known.contains($0) }
        settings = request.settings
    }

    /// Steps of an epoch.
    var stepsPerEpoch: Int {
        if settings.stepsPerEpoch > 0 { return settings.stepsPerEpoch }
        return [labelled, unlabelled].map { part in
            part.isEmpty ? 0 : (part.count + size(part) - 1) / size(part)
        }.max() ?? 0
    }

    /// What a step sees.
    struct StepImages {
        /// Labelled images `[M, H, W, C]`.
        let labelled: Tensor
        /// Their masks as targets, `[M, H, W, K]`.
        let targets: Tensor
        /// Their classes; nil for an image that has none.
        let classes: [Int?]
        /// Unlabelled images `[U, H, W, C]`; U may be 0.
        let unlabelled: Tensor
        /// Where labelled and unlabelled images are not padding, as `Batches.inside` says; nil where
        /// nothing is padded.
        var inside: (labelled: Tensor?, unlabelled: Tensor?) = (nil, nil)

        /// The masks without what only targets have: 0 in padding.
        func masks(in context: ComputeContext) -> Tensor {
            inside.labelled.map { targets.multiplied(by: $0, in: context) } ?? targets
        }
    }

    /// The images of one step out of `batches`, varied as the settings say.
    func images(at position: StepPosition, from batches: Batches) -> StepImages {
        let (labelled, unlabelled) = indices(at: position)
        let visit = position.index + 1
        let (images, targets) = batches.training(
            labelled, settings, seed: position.seed, visit: visit)
        return StepImages(
            labelled: images, targets: targets,
            classes: labelled.map { batches.dataset.examples[$0].classIndex },
            unlabelled: batches.trainingImages(
                unlabelled, settings, seed: position.seed, visit: visit),
            inside: batches.inside(labelled: labelled, unlabelled: unlabelled))
    }

    /// The indices of the images of one step.
    func indices(at position: StepPosition) -> (labelled: [Int], unlabelled: [Int]) {
        func take(_ part: [Int], _ stream: String) -> [Int] {
            part.isEmpty
                ? []
                : Batches.cycled(
                    part, from: position.index * size(part), count: size(part),
                    seed: position.seed, stream: stream)
        }
        return (take(labelled, "shuffle"), take(unlabelled, "shuffle-unlabelled"))
    }

    private func size(_ part: [Int]) -> Int { min(settings.batch, part.count) }
}
