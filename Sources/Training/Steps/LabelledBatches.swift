/// The labelled images of each step of a supervised procedure.
///
/// An epoch is one shuffled pass whose last batch may be smaller. With the setting `steps-per-epoch`
/// it is so many steps of `batch` images (of all images, where they are fewer), cycled in shuffled
/// passes, as the semi-supervised procedures take them: so that procedures that see few labels can
/// be compared after the same number of steps.
struct LabelledBatches {
    private let images: [Int]
    private let batch: Int
    private let givenSteps: Int

    init(_ images: [Int], _ settings: TrainingSettings) {
        self.images = images
        batch = settings.batch
        givenSteps = settings.stepsPerEpoch
    }

    /// Steps of an epoch.
    var stepsPerEpoch: Int { givenSteps > 0 ? givenSteps : (images.count + batch - 1) / batch }

    /// Tells the times apart that a step's images are trained with: the epoch where that is one
    /// pass, else the step.
    func visit(at position: StepPosition) -> Int {
        givenSteps > 0 ? position.index + 1 : position.epoch + 1
    }

    /// The images of one step.
    func indices(at position: StepPosition) -> [Int] {
        if givenSteps > 0 {
            let size = min(batch, images.count)
            return Batches.cycled(
                images, from: position.index * size, count: size, seed: position.seed,
                stream: "shuffle")
        }
        let order = Batches.shuffled(
            images, seed: position.seed, stream: "shuffle", pass: position.epoch)
        return Batches.cut(order, size: batch)[position.step]
    }
}
