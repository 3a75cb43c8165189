public import Domain
internal import TensorCore

/// Random variation of training images, a function of seed, visit and image alone: the same with
/// any number of threads and after a resume.
///
/// Image and mask move together: images are sampled bilinearly, masks too and then thresholded at
/// one half. Beyond the border the nearest pixel is repeated in the image; in the mask there is
/// nothing.
public struct Augmentation: Sendable {
    /// What is varied and how strongly.
    public let settings: AugmentationSettings

    /// An augmentation of that strength.
    public init(_ settings: AugmentationSettings) { self.settings = settings }

    /// Varies one image and its masks.
    /// - Parameters:
    ///   - seed: the run's seed.
    ///   - visit: tells the times apart that the image is trained with, such as the epoch; from 1.
    ///   - index: the image's index in its data set.
    public func apply(to sample: inout Sample, seed: UInt64, visit: Int, index: Int) {
        guard !settings.isNone, sample.shape.count > 0 else { return }
        var random = RandomSource(seed: seed, stream: "augment/\(visit)/\(index)")
        let warp = ImageWarp(settings, sample.shape, using: &random)
        if settings.isGeometric {
            warp.apply(to: &sample.image)
            warp.apply(to: &sample.mask)
        }
        if settings.intensity > 0 {
            GrayVariation.varyIntensity(&sample.image, by: settings.intensity, using: &random)
        }
    }
}
