import Foundation
import Statistics

/// How the difference in Dice between two networks of different settings varies, as a store's rows
/// have it: difference of network s on image i = true difference + network effect + residual.
///
/// Network effects are normal; a network's residuals are drawn, with replacement and one random sign,
/// from those of one network of the rows, so that their heavy tails stay.
struct TwoLevelModel {
    /// Standard deviation of the network effect of a difference.
    let networkSD: Double
    /// Standard deviation of the residuals of a difference.
    let imageSD: Double
    /// Residuals of the networks of the rows.
    private let residuals: [[Double]]

    /// Fits the model: of each pair of settings the variance of the networks' means and of the images
    /// within a network; the network variance is what the images do not explain, averaged over pairs.
    init(_ pairs: [ShippedRows.Pair]) {
        var (between, within) = ([Double](), [Double]())
        var residuals: [[Double]] = []
        for pair in pairs {
            let networks = pair.networks.map { $0.sorted { $0.key < $1.key }.map(\.value) }
            let summaries = networks.compactMap { Summary($0) }
            let spread = Summary(summaries.map(\.mean))?.sd ?? 0
            let ofImages =
                summaries.reduce(0) { $0 + ($1.sd ?? 0) * ($1.sd ?? 0) } / Double(summaries.count)
            let ofMean = ofImages / Double(networks[0].count)
            between.append(spread * spread - ofMean)
            within.append(ofImages)
            for (values, summary) in zip(networks, summaries) {
                residuals.append(values.map { $0 - summary.mean })
            }
        }
        networkSD = max(0, between.reduce(0, +) / Double(between.count)).squareRoot()
        imageSD = (within.reduce(0, +) / Double(within.count)).squareRoot()
        self.residuals = residuals
    }

    /// How seeds and images belong together.
    enum Design {
        /// One split for all seeds.
        case oneSplit
        /// Each seed draws its test images from all.
        case redrawn
        /// As `redrawn`, and the true difference is another one for each training set: a part of the
        /// network effect is shared, as much as Nadeau and Bengio assume.
        case dependent
    }

    static let allImages = 138, testImages = 35, trainImages = 92
    /// n_test / n_train.
    static var ratio: Double { Double(testImages) / Double(trainImages) }

    /// One comparison of `seeds` networks each.
    func draw(
        _ design: Design, seeds: Int, difference: Double, using random: inout RandomStream
    ) -> [[Int64: Double]] {
        let share = design == .dependent ? Self.ratio / (1 + Self.ratio) : 0
        // The variance of a network's mean, so that a share of all of it is common.
        let whole =
            (networkSD * networkSD + imageSD * imageSD / Double(Self.testImages)).squareRoot()
        let common = share.squareRoot() * whole * random.normal()
        return (0..<seeds).map { _ in
            var images = Array(0..<Int64(Self.allImages))
            if design != .oneSplit { random.shuffle(&images) }
            let effect = networkSD * random.normal()
            let rest = residuals[random.below(residuals.count)]
            let sign: Double = random.below(2) == 0 ? 1 : -1
            var result: [Int64: Double] = [:]
            for place in 0..<Self.testImages {
                let own = effect + sign * rest[random.below(rest.count)]
                result[images[place]] = difference + common + (1 - share).squareRoot() * own
            }
            return result
        }
    }
}

/// Random numbers of a fixed seed.
struct RandomStream {
    private var random = SplitMix64(state: 20_261_128)
    private var spare: Double?

    mutating func below(_ bound: Int) -> Int { random.next(below: bound) }

    mutating func shuffle<Element>(_ values: inout [Element]) {
        for index in values.indices.dropFirst().reversed() {
            values.swapAt(index, below(index + 1))
        }
    }

    /// A standard normal number (Box and Muller 1958).
    mutating func normal() -> Double {
        if let value = spare {
            spare = nil
            return value
        }
        let scale = 0x1p-53
        let radius = (-2 * log((Double(random.next() >> 11) + 0.5) * scale)).squareRoot()
        let angle = 2 * Double.pi * Double(random.next() >> 11) * scale
        spare = radius * sin(angle)
        return radius * cos(angle)
    }
}
