internal import Settings
internal import TensorCore

/// Soft Dice loss 1 - (2 sum y p + e) / (sum y + sum p + e), e = 1e-5 (Milletari 2016, without
/// squares in the denominator).
struct DiceLoss: ImageLoss {
    let smooth: Double
    let reduction: LossReduction

    init(_ values: SettingValues) {
        smooth = values[SmoothingSettings.self].smooth
        reduction = values[ReductionSettings.self].reduction
    }

    func value(_ pixels: Pixels, scale: Double) -> Double {
        let (both, probabilities, targets) = pixels.sums()
        let numerator = 2 * both + smooth
        let denominator = probabilities + targets + smooth
        guard denominator != 0 else { return 0 }
        let square = denominator * denominator
        pixels.addGradient(
            background: scale * numerator / square,
            foreground: -scale * (2 * denominator - numerator) / square)
        return 1 - numerator / denominator
    }
}

extension LossEntry {
    static let dice = LossEntry(
        "dice", title: "Dice", citation: "Milletari 2016",
        settings: [SmoothingSettings.self, ReductionSettings.self]
    ) {
        DiceLoss($0)
    }
}
