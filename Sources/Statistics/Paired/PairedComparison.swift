/// A comparison of two ways to train, with the network as the unit.
///
/// A unit is one network of each way that share what is drawn by chance: a seed, or a fold. Its
/// difference is the mean over test images that both were tested on. Whether units are independent
/// depends on what they were trained on, which the comparison is told.
public struct PairedComparison: Sendable {
    /// What the units' images have to do with each other.
    public enum Images: Sendable, Equatable {
        /// Every unit has the same test images and the same training images: only initial weights,
        /// the order of images and the like differ.
        case same
        /// The training images are drawn anew for each unit, out of the same images: they overlap,
        /// and so do units (Nadeau and Bengio 2003). The ratio is n_test / n_train.
        case redrawn(ratio: Double)
        /// No two units share a training image.
        case separate
    }

    /// Fewest units of which anything is claimed.
    public static let fewestUnits = 5
    /// p-value below which a claim is made.
    public static let level = 0.05
    /// Difference in Dice, or another ratio, that makes no difference.
    public static let standardMargin = 0.005

    /// The differences, one a unit.
    public let differences: [Double]
    /// What the units' images have to do with each other.
    public let images: Images
    /// Mean, interval, test and equivalence.
    public let test: PairedTTest
    /// p-value of the exact sign-flip test; nil for many units.
    public let signFlip: Double?

    /// Compares; nil for fewer than two units.
    public init?(differences: [Double], images: Images) {
        var overlap = 0.0
        if case .redrawn(let ratio) = images { overlap = ratio }
        guard let test = PairedTTest(differences, overlap: overlap) else { return nil }
        self.differences = differences
        self.images = images
        self.test = test
        signFlip = SignFlip.pValue(differences)
    }

    /// Whether there are enough units for a claim.
    public func isTested(fewest: Int = fewestUnits) -> Bool { test.n >= fewest }
}

extension PairedComparison {
    /// The p-values of all comparisons of a table after Holm's correction over those that test
    /// something; nil for those of too few units.
    public static func corrected(
        _ comparisons: [PairedComparison], fewest: Int = fewestUnits,
        pValue: (PairedTTest) -> Double
    ) -> [Double?] {
        let tested = comparisons.indices.filter { comparisons[$0].isTested(fewest: fewest) }
        let adjusted = Holm.adjust(tested.map { pValue(comparisons[$0].test) })
        var result = [Double?](repeating: nil, count: comparisons.count)
        for (index, value) in zip(tested, adjusted) { result[index] = value }
        return result
    }
}
