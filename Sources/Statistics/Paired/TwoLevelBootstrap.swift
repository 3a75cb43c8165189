/// A bootstrap over networks and images together (Owen 2007, "The pigeonhole bootstrap").
///
/// Each resample draws networks with replacement and, apart from them, images with replacement; an
/// image has the same weight for every network that was tested on it. The value of a resample is the
/// mean over its networks of the weighted mean over their test images. Networks with other test
/// images (folds, redrawn splits) fit in: what is drawn are the images of all of them together.
///
/// What remains between a network and an image is counted more than once, so the interval is cautious:
/// it holds the true mean more often than it says.
///
/// Percentiles of a few networks are too narrow: their spread is that of n − 1 and their tails are
/// those of a normal distribution. So the interval is mean ± t √(n / (n − 1)) × the standard
/// deviation of the resamples, t with n − 1 degrees of freedom (as bootstrap t intervals, Efron and
/// Tibshirani 1993, section 12). Where training sets overlap, Nadeau and Bengio's s² n_test / n_train
/// joins the variance (`PairedTTest`).
public enum TwoLevelBootstrap {
    /// Interval of the mean difference; nil for fewer than two networks, where one has no images, or
    /// where values are so large that they have no mean.
    ///
    /// - Parameters:
    ///   - networks: of each network, the difference on each test image, by the image's number.
    ///   - overlap: n_test / n_train where training sets overlap, else 0.
    ///   - level: coverage, 0 … 1.
    ///   - resamples: how many means are drawn.
    ///   - seed: start of the SplitMix64 stream: the same seed gives the same interval everywhere.
    public static func interval(
        _ networks: [[Int64: Double]], overlap: Double = 0, level: Double = 0.95,
        resamples: Int = 2000,
        seed: UInt64 = 1
    ) -> ClosedRange<Double>? {
        guard networks.count > 1, networks.allSatisfy({ !$0.isEmpty }), resamples > 1 else {
            return nil
        }
        let count = networks.count
        let images = Set(networks.flatMap(\.keys)).sorted()
        let place = Dictionary(uniqueKeysWithValues: zip(images, images.indices))
        // In the order of the images, so that sums round the same way every time.
        let values = networks.map { network in
            network.sorted { $0.key < $1.key }.map { (image: place[$0.key] ?? 0, value: $0.value) }
        }
        let own = values.map { $0.reduce(0.0) { $0 + $1.value } / Double($0.count) }
        let mean = own.reduce(0, +) / Double(count)
        var random = SplitMix64(state: seed)
        var means: [Double] = []
        means.reserveCapacity(resamples)
        var weights = [Double](repeating: 0, count: images.count)
        while means.count < resamples {
            for index in weights.indices { weights[index] = 0 }
            for _ in images { weights[random.next(below: images.count)] += 1 }
            let ofNetworks = values.map { weightedMean($0, weights) }
            var sum = 0.0
            var drawn = 0
            for _ in 0..<count {
                guard let value = ofNetworks[random.next(below: count)] else { continue }
                sum += value
                drawn += 1
            }
            if drawn > 0 { means.append(sum / Double(drawn)) }
        }
        guard let spread = Summary(means)?.sd, let sd = Summary(own)?.sd else { return nil }
        let variance =
            spread * spread * Double(count) / Double(count - 1) + sd * sd * overlap
        let half =
            StudentT.quantile(coverage: level, degrees: count - 1) * variance.squareRoot()
        return Summary.interval(from: mean - half, to: mean + half)
    }

    /// nil where none of the network's test images was drawn.
    private static func weightedMean(
        _ values: [(image: Int, value: Double)], _ weights: [Double]
    ) -> Double? {
        var (sum, total) = (0.0, 0.0)
        for (image, value) in values {
            sum += weights[image] * value
            total += weights[image]
        }
        return total > 0 ? sum / total : nil
    }
}
