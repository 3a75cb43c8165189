internal import Settings
internal import TensorCore

/// Generalised Dice loss over the classes l in {background, foreground}:
/// 1 - (2 sum_l w_l I_l + e) / (sum_l w_l (R_l + P_l) + e).
///
/// I, R, P are the means over the pixels of y p, y and p of each class (background: 1 - y, 1 - p),
/// w_l = 1 / R_l^2, and the weight of a class that does not occur is the other's (Sudre 2017; means
/// in place of sums, so that e = 1e-5 stays negligible).
struct GeneralisedDiceLoss: ImageLoss {
    let smooth: Double
    let reduction: LossReduction

    init(_ values: SettingValues) {
        smooth = values[SmoothingSettings.self].smooth
        reduction = values[ReductionSettings.self].reduction
    }

    func value(_ pixels: Pixels, scale: Double) -> Double {
        let sums = pixels.sums()
        let count = Double(pixels.count)
        let (both, p, y) = (sums.both / count, sums.probabilities / count, sums.targets / count)
        let neither = 1 - y - p + both
        let foreground = y > 0 ? 1 / (y * y) : 1
        let background = y < 1 ? 1 / ((1 - y) * (1 - y)) : foreground
        let weights = (background, y > 0 ? foreground : background)
        let numerator = 2 * (weights.0 * neither + weights.1 * both) + smooth
        let denominator = weights.0 * (2 - y - p) + weights.1 * (y + p) + smooth
        let square = denominator * denominator * count
        let common = (weights.1 - weights.0) * numerator
        pixels.addGradient(
            background: -scale * (-2 * weights.0 * denominator - common) / square,
            foreground: -scale * (2 * weights.1 * denominator - common) / square)
        return 1 - numerator / denominator
    }
}

extension LossEntry {
    static let generalisedDice = LossEntry(
        "gdl", title: "GDL", citation: "Sudre 2017; Imran 2020",
        settings: [SmoothingSettings.self, ReductionSettings.self]
    ) { GeneralisedDiceLoss($0) }
}
