public import Domain

/// The probability from which a pixel should count as foreground, so that the mean Dice of the images is
/// highest.
///
/// Looked for among 0.01, 0.02 … 0.99; of equally good cuts the one nearest to 0.5, and of two of these
/// the lower. Chosen on validation images: on test images it would be an answer known before.
public struct DiceCut: Sendable {
    /// How many cuts there are, and one more.
    private static let steps = 100

    /// Sum over images of the Dice at each cut.
    private var sums = [Double](repeating: 0, count: steps)
    private var images = 0

    /// No images yet.
    public init() {}

    /// Adds one image: its target, and the probability of foreground of each pixel in row order.
    public mutating func add(target: BinaryMask, probabilities: [Float]) {
        precondition(probabilities.count == target.pixels.count)
        // How many pixels have this cut as the highest that they reach, and how many of the target do.
        var reached = [Int](repeating: 0, count: Self.steps)
        var hits = reached
        var targets = 0
        for (pixel, probability) in probabilities.enumerated() {
            let cut = Self.highest(below: probability)
            let isTarget = Int(target.pixels[pixel])
            reached[cut] += 1
            hits[cut] += isTarget
            targets += isTarget
        }
        images += 1
        var (predicted, both) = (0, 0)
        for cut in stride(from: Self.steps - 1, through: 1, by: -1) {
            predicted += reached[cut]
            both += hits[cut]
            let counts = ConfusionCounts(
                truePositives: both, falsePositives: predicted - both,
                falseNegatives: targets - both,
                trueNegatives: 0)
            sums[cut] += counts.dice
        }
    }

    /// The best cut, 0.01 to 0.99; nil without images.
    public var best: Double? {
        guard images > 0 else { return nil }
        var best = Self.steps / 2
        for distance in 1..<(Self.steps / 2) {
            for cut in [Self.steps / 2 - distance, Self.steps / 2 + distance]
            where sums[cut] > sums[best] {
                best = cut
            }
        }
        return Double(best) / Double(Self.steps)
    }

    /// The highest cut that a probability reaches, in hundredths; 0 for none, and for NaN.
    private static func highest(below probability: Float) -> Int {
        guard probability >= value(1) else { return 0 }
        var cut = min(Int(probability * Float(steps)), steps - 1)
        if cut < steps - 1, probability >= value(cut + 1) { cut += 1 }
        if probability < value(cut) { cut -= 1 }
        return cut
    }

    /// The cut as pixels are compared with it.
    private static func value(_ cut: Int) -> Float { Float(Double(cut) / Double(steps)) }
}
