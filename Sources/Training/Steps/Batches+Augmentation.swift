internal import Datasets
internal import Domain
internal import TensorCore

extension Batches {
    /// Images and masks of these examples, `[N, H, W, C]` and `[N, H, W, K]`, varied as the settings say: the
    /// same for the same seed, visit and image.
    ///
    /// - Parameter visit: tells the times apart that an image is trained with, from 1.
    func training(
        _ indices: [Int], _ settings: TrainingSettings, seed: UInt64, visit: Int
    ) -> (images: Tensor, masks: Tensor) {
        let (images, masks) = (images(indices), masks(indices))
        vary(indices, images, masks, settings, seed: seed, visit: visit)
        return (images, masks)
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
        _ indices: [Int], _ images: Tensor, _ masks: Tensor?, _ settings: TrainingSettings,
        seed: UInt64, visit: Int
    ) {
        let augmentation = Augmentation(settings.augmentation)
        guard !augmentation.settings.isNone else { return }
        for (row, index) in indices.enumerated() {
            var sample = dataset.sample(index, withMask: masks != nil)
            augmentation.apply(to: &sample, seed: seed, visit: visit, index: index)
            images.replaceRow(row, with: sample.image)
            masks?.replaceRow(row, with: sample.mask.map(Float.init))
        }
    }
}
