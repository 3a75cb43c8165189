public import Domain

/// One predicted image with its target, and what several metrics share of it.
public struct SegmentationCase: Sendable {
    /// The mask drawn by a person.
    public let target: BinaryMask
    /// The thresholded prediction, of the same size.
    public let prediction: BinaryMask
    /// The positive class of the published metrics, which changes from data set to data set (methods
    /// sheet, section 6.2); the standard ones always take the foreground.
    public let polarity: MaskSide
    /// Pixel counts, foreground positive.
    public let counts: ConfusionCounts
    /// Distances between the two boundaries: in pixels, or in millimetres where a spacing was given.
    public let surfaces: SurfaceDistances

    /// Compares a prediction with its target. Both masks have the same size.
    ///
    /// - Parameter spacing: the distance between pixels; nil measures in pixels.
    public init(
        target: BinaryMask, prediction: BinaryMask, polarity: MaskSide = .foreground,
        spacing: PixelSpacing? = nil
    ) {
        self.target = target
        self.prediction = prediction
        self.polarity = polarity
        self.counts = ConfusionCounts(target: target, prediction: prediction)
        self.surfaces = SurfaceDistances(
            target: target, prediction: prediction, spacing: spacing)
    }

    /// Pixel counts with the published tables' positive class.
    public var publishedCounts: ConfusionCounts {
        polarity == .foreground ? counts : counts.inverted
    }
}
