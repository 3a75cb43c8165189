internal import Datasets
internal import TensorCore

/// The labelled and unlabelled images of each step.
///
/// Both parts are cycled, each in shuffled passes of its own; an epoch is one pass over the larger
/// part, or as many steps as the setting `steps-per-epoch` says. A step takes `batch` images of each
/// part, or the whole part where it is smaller.
struct SemiSupervisedBatches {
    let labelled: [Int]
    /// Training images that are not labelled; neither their masks nor their classes are read.
    let unlabelled: [Int]
    private let batch: Int
    private let givenSteps: Int

    init(_ request: RunRequest) {
        labelled = request.maskedLabelled
        let known = Set(request.split.labelled)
        unlabelled = request.split.train.filter { !known.contains($0) }
        batch = request.settings.batch
        givenSteps = request.settings.stepsPerEpoch
    }

    /// Steps of an epoch.
    var stepsPerEpoch: Int {
        if givenSteps > 0 { return givenSteps }
        return [labelled, unlabelled].map { part in
            part.isEmpty ? 0 : (part.count + size(part) - 1) / size(part)
        }.max() ?? 0
    }

    /// The images of one step.
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

    private func size(_ part: [Int]) -> Int { min(batch, part.count) }
}
