internal import Datasets
internal import Domain
internal import TensorCore

extension Batches {
    /// Images and targets of these examples, `[N, H, W, C]` and `[N, H, W, K]`, varied as the settings say:
    /// the same for the same seed, visit and image. An image is varied without the padding around it,
    /// which stays where it is.
    ///
    /// - Parameter visit: tells the times apart that an image is trained with, from 1.
    func training(
        _ indices: [Int], _ settings: TrainingSettings, seed: UInt64, visit: Int
    ) -> (images: Tensor, targets: Tensor) {
        let (images, targets) = (images(indices), targets(indices))
        vary(indices, images, targets, settings, seed: seed, visit: visit)
        return (images, targets)
    }

    /// Images alone, varied likewise; their masks are not read.
    func trainingImages(
        _ indices: [Int], _ settings: TrainingSettings, seed: UInt64, visit: Int
    ) -> Tensor {
        let images = images(indices)
        vary(indices, images, nil, settings, seed: seed, visit: visit)
        return images
    }

    private func vary(
        _ indices: [Int], _ images: Tensor, _ targets: Tensor?, _ settings: TrainingSettings,
        seed: UInt64, visit: Int
    ) {
        let augmentation = Augmentation(settings.augmentation)
        guard !augmentation.settings.isNone else { return }
        for (row, index) in indices.enumerated() {
            let placement = dataset.placement(index)
            var sample = dataset.sample(index, withMask: targets != nil)
            augmentation.apply(to: &sample, seed: seed, visit: visit, index: index)
            images.replaceRow(
                row,
                with: placement.put(sample.image, channels: dataset.shape.channels, padding: 0))
            targets?.replaceRow(
                row,
                with: placement.put(
                    sample.mask.map(Float.init), channels: dataset.structures.count,
                    padding: Tensor.uncounted))
        }
    }
}
