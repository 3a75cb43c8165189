public import Domain
public import Imaging

/// How an image becomes what a network sees: one rule for training, checks and predictions.
///
/// The whole image is reduced by area average, put where `resize` says, and what is then seen of it is
/// scaled by itself; padding is 0, after the scaling.
public struct ImagePreparation: Sendable, Hashable {
    /// The extents that networks see.
    public var shape: ImageShape
    /// What becomes of images of another shape.
    public var resize = Resize.stretch
    /// How gray values are scaled; red, green and blue together.
    public var normalisation: Normalisation

    /// A preparation.
    public init(
        shape: ImageShape, resize: Resize = .stretch, normalisation: Normalisation = .minMax
    ) {
        self.shape = shape
        self.resize = resize
        self.normalisation = normalisation
    }

    /// Where an image of that many columns and rows lies.
    public func placement(width: Int, height: Int) -> ImagePlacement {
        ImagePlacement(
            of: ImageSize(height: height, width: width), in: shape.size, by: resize)
    }

    /// What networks see of an image, `[H, W, C]`.
    ///
    /// - Parameter planes: as `ImageFile.planes` gives them; one of gray is that of every channel.
    public func callAsFunction(_ planes: [GrayImage]) -> [Float] {
        let placement = placement(width: planes[0].width, height: planes[0].height)
        return prepared(
            AreaAverage.reduce(
                planes, channels: shape.channels, width: placement.scaled.width,
                height: placement.scaled.height), placement)
    }

    /// The same of an image that is reduced to `placement.scaled` already: `[H, W, C]`.
    func prepared(_ values: [Float], _ placement: ImagePlacement) -> [Float] {
        var seen = placement.cut(scaled: values, channels: shape.channels)
        normalisation.apply(to: &seen)
        return placement.put(seen, channels: shape.channels, padding: 0)
    }

    /// A mask of an image that is reduced to `placement.scaled`, as networks learn it; padding is 0.
    func prepared(_ mask: [UInt8], _ placement: ImagePlacement) -> [UInt8] {
        placement.put(placement.cut(scaled: mask), padding: 0)
    }
}
