/// One predicted image with its target, and what several metrics share of it.
public struct SegmentationCase: Sendable {
    /// Which class the published tables count as positive (methods sheet, section 6.2: it changes
    /// from data set to data set).
    public enum Polarity: String, Sendable, Hashable, Codable, CaseIterable {
        /// Lung, vertebra: value 1 of the mask.
        case foreground
        /// Everything else: value 0 of the mask.
        case background
    }

    /// The mask drawn by a person.
    public let target: BinaryMask
    /// The thresholded prediction, of the same size.
    public let prediction: BinaryMask
    /// The positive class of the published metrics; the standard ones always take the foreground.
    public let polarity: Polarity
    /// Pixel counts, foreground positive.
    public let counts: ConfusionCounts
    /// Distances between the two boundaries, in pixels.
    public let surfaces: SurfaceDistances

    /// Compares a prediction with its target. Both masks have the same size.
    public init(
        target: BinaryMask, prediction: BinaryMask, polarity: Polarity = .foreground
    ) {
        self.target = target
        self.prediction = prediction
        self.polarity = polarity
        self.counts = ConfusionCounts(target: target, prediction: prediction)
        self.surfaces = SurfaceDistances(target: target, prediction: prediction)
    }

    /// Pixel counts with the published tables' positive class.
    public var publishedCounts: ConfusionCounts {
        polarity == .foreground ? counts : counts.inverted
    }
}
