internal import Datasets
internal import TensorCore

extension Batches {
    /// Images and masks of these examples, `[N, S, S, 1]` each, varied as the settings say: the
    /// same for the same seed, epoch and image.
    func training(
        _ indices: [Int], _ settings: TrainingSettings, at position: StepPosition
    ) -> (images: Tensor, masks: Tensor) {
        let (images, masks) = (images(indices), masks(indices))
        let augmentation = Augmentation(settings.augmentation)
        guard !augmentation.settings.isNone else { return (images, masks) }
        let pixels = dataset.side * dataset.side
        images.withUnsafeMutablePointer { images in
            masks.withUnsafeMutablePointer { masks in
                for (row, index) in indices.enumerated() {
                    let image = UnsafeMutableBufferPointer(
                        start: images + row * pixels, count: pixels)
                    var mask = Array(dataset.mask(index))
                    mask.withUnsafeMutableBufferPointer { mask in
                        augmentation.apply(
                            image: image, mask: mask, side: dataset.side, seed: position.seed,
                            epoch: position.epoch + 1, index: index)
                    }
                    for (offset, value) in mask.enumerated() {
                        masks[row * pixels + offset] = Float(value)
                    }
                }
            }
        }
        return (images, masks)
    }
}
