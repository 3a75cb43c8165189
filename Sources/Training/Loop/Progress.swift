/// Where a run stands; with the tensors of a checkpoint, all that its future depends on.
struct Progress: Codable, Equatable {
    struct Best: Codable, Equatable {
        /// From 1.
        var epoch: Int
        /// The selected validation figure; nil without validation images.
        var value: Double?
        var validation: [String: Double]
    }

    /// Finished epochs.
    var epoch = 0
    /// Finished steps of the current epoch.
    var step = 0
    /// Sums over the current epoch's images.
    var lossSum = 0.0
    var termSums: [String: Double] = [:]
    var epochImages = 0
    /// Seconds of the current epoch's steps.
    var epochSeconds = 0.0

    var best: Best?
    /// Images and seconds of all steps, and seconds of everything.
    var images = 0
    var stepSeconds = 0.0
    var seconds = 0.0

    /// Images a second over all steps so far. One step, or an epoch of a few, is short enough for
    /// whatever else the machine does to make it several times faster or slower.
    var imagesPerSecond: Double { Double(images) / max(stepSeconds, 1e-9) }

    mutating func add(_ result: StepResult, seconds: Double) {
        step += 1
        lossSum += result.loss * Double(result.images)
        for term in result.terms {
            termSums[term.name, default: 0] += term.value * Double(result.images)
        }
        epochImages += result.images
        epochSeconds += seconds
        images += result.images
        stepSeconds += seconds
    }

    mutating func finishEpoch() {
        epoch += 1
        step = 0
        lossSum = 0
        termSums = [:]
        epochImages = 0
        epochSeconds = 0
    }

    /// Whether figures are better than the best so far: the selected one, and the lower loss among
    /// equals. The first epoch is; without validation images, every epoch is.
    func isBetter(_ validation: [String: Double], by selection: String) -> Bool {
        guard let best, let old = best.value, let new = validation[selection] else { return true }
        if new != old { return new > old }
        guard let oldLoss = best.validation["loss"], let newLoss = validation["loss"] else {
            return false
        }
        return newLoss < oldLoss
    }
}
