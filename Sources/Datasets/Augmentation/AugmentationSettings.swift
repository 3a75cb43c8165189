/// How strongly training images are varied; the default varies nothing.
public struct AugmentationSettings: Sendable, Hashable, Codable {
    /// Probability of exchanging left and right, 0...1.
    public var flip: Double
    /// Largest rotation to either side, degrees, 0...180.
    public var rotate: Double
    /// Largest shift in x and in y, as a fraction of the side, 0...0.5.
    public var shift: Double
    /// Largest change of size: factors between `1 - scale` and `1 + scale`, 0...0.9.
    public var scale: Double
    /// Largest change of contrast and brightness, as a fraction of the image's range, 0...1.
    public var intensity: Double
    /// Standard deviation of an elastic deformation, pixels, 0...32 (Simard et al. 2003).
    public var elastic: Double

    /// Settings; zero leaves a variation out.
    public init(
        flip: Double = 0, rotate: Double = 0, shift: Double = 0, scale: Double = 0,
        intensity: Double = 0, elastic: Double = 0
    ) {
        self.flip = flip
        self.rotate = rotate
        self.shift = shift
        self.scale = scale
        self.intensity = intensity
        self.elastic = elastic
    }

    /// True when images stay as they are.
    public var isNone: Bool { self == AugmentationSettings() }

    /// True when pixels move.
    var isGeometric: Bool { flip > 0 || rotate > 0 || shift > 0 || scale > 0 || elastic > 0 }
}
