import Foundation
import Settings

@testable import Losses

/// A loss's formula, written out in float64.
struct LossOracle: Sendable {
    /// The loss's name.
    let name: String
    /// The value of the pixels of one map of one image.
    let value: @Sendable (OraclePixels, SettingValues) -> Double

    init(_ name: String, _ value: @escaping @Sendable (OraclePixels, SettingValues) -> Double) {
        self.name = name
        self.value = value
    }

    /// Every loss's; a new one is one line here.
    static let all: [LossOracle] = [
        .tversky, .crossEntropy, .xeTversky, .klTversky, .focalTversky, .dice, .generalisedDice,
    ]
}

/// Probabilities and targets of the pixels of a map.
struct OraclePixels {
    let p: [Double], y: [Double]

    var count: Double { Double(p.count) }

    /// The sum of a term over all pixels.
    func sum(_ term: (_ p: Double, _ y: Double) -> Double) -> Double {
        zip(p, y).reduce(0) { $0 + term($1.0, $1.1) }
    }

    var truePositives: Double { sum { $0 * $1 } }

    func tversky(_ values: SettingValues) -> Double {
        let smooth = values[SmoothingSettings.self].smooth
        let weights = values[TverskySettings.self]
        let (fp, fn) = (sum { $0 * (1 - $1) }, sum { (1 - $0) * $1 })
        return 1 - (truePositives + smooth)
            / (truePositives + weights.alpha * fp + weights.beta * fn + smooth)
    }

    var crossEntropy: Double { sum { -($1 * log($0) + (1 - $1) * log(1 - $0)) } / count }
}

extension LossOracle {
    static let tversky = LossOracle("tv") { $0.tversky($1) }
    static let crossEntropy = LossOracle("xe") { pixels, _ in pixels.crossEntropy }
    static let xeTversky = LossOracle("xetv") { pixels, values in
        let weights = values[CombinationSettings.self]
        return weights.a * pixels.crossEntropy + weights.b * pixels.tversky(values)
    }
    static let klTversky = LossOracle("kltv") { pixels, values in
        let clip = values[KLSettings.self].clip
        let weights = values[CombinationSettings.self]
        let kl =
            pixels.sum { p, y in
                let y = min(max(y, clip), 1 - clip)
                return abs((y - p) * log(y / p))
            } / pixels.count
        return weights.a * kl + weights.b * pixels.tversky(values)
    }
    static let focalTversky = LossOracle("focal-tversky") {
        pow($0.tversky($1), $1[FocalSettings.self].gamma)
    }
    static let dice = LossOracle("dice") { pixels, values in
        let smooth = values[SmoothingSettings.self].smooth
        return 1 - (2 * pixels.truePositives + smooth) / (pixels.sum { $0 + $1 } + smooth)
    }
    static let generalisedDice = LossOracle("gdl") { pixels, values in
        let smooth = values[SmoothingSettings.self].smooth
        let count = pixels.count
        let tn = pixels.sum { (1 - $0) * (1 - $1) }
        let (inside, outside) = (pixels.sum { $1 } / count, pixels.sum { 1 - $1 } / count)
        let (a, b) = (1 / (inside * inside), 1 / (outside * outside))
        let mass = (pixels.sum { $0 + $1 }, pixels.sum { 2 - $0 - $1 })
        return 1 - (2 * (a * pixels.truePositives + b * tn) / count + smooth)
            / ((a * mass.0 + b * mass.1) / count + smooth)
    }
}
