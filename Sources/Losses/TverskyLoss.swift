public import Settings
internal import TensorCore

/// Tversky loss 1 - TI, TI = (TP + e) / (TP + alpha FP + beta FN + e).
///
/// TP = sum y p, FP = sum (1 - y) p, FN = sum y (1 - p). Salehi 2017; P1 Eq. 4, whose alpha term as
/// printed is the true negatives, a misprint. alpha = 0.3 weighs false positives, beta = 0.7 false
/// negatives, e = 1e-5.
struct TverskyLoss: ImageLoss {
    let alpha: Double
    let beta: Double
    let smooth: Double
    let reduction: LossReduction

    static let settings: [any SettingGroup.Type] = [
        TverskySettings.self, SmoothingSettings.self, ReductionSettings.self,
    ]

    init(_ values: SettingValues) {
        alpha = values[TverskySettings.self].alpha
        beta = values[TverskySettings.self].beta
        smooth = values[SmoothingSettings.self].smooth
        reduction = values[ReductionSettings.self].reduction
    }

    func value(_ pixels: Pixels, scale: Double) -> Double {
        let index = self.index(pixels)
        pixels.addGradient(
            background: -scale * index.background, foreground: -scale * index.foreground)
        return 1 - index.value
    }

    /// The Tversky index and its derivative at a background and at a foreground pixel.
    func index(_ pixels: Pixels) -> (value: Double, background: Double, foreground: Double) {
        let (both, probabilities, targets) = pixels.sums()
        let numerator = both + smooth
        let denominator =
            both + alpha * (probabilities - both) + beta * (targets - both) + smooth
        guard denominator != 0 else { return (1, 0, 0) }
        let square = denominator * denominator
        return (
            numerator / denominator,
            -numerator * alpha / square,
            (denominator - numerator * (1 - beta)) / square
        )
    }
}

extension LossEntry {
    static let tversky = LossEntry(
        "tv", title: "TV", citation: "Salehi 2017; Imran & Terzopoulos 2019, Eq. 4",
        settings: TverskyLoss.settings
    ) { TverskyLoss($0) }
}

/// The weights of the Tversky index.
public struct TverskySettings: SettingGroup {
    /// Weight of false positives.
    public var alpha = 0.3
    /// Weight of false negatives.
    public var beta = 0.7

    /// The defaults of the methods sheet.
    public init() {}

    /// See `SettingGroup`.
    public static let fields: SettingFields<TverskySettings> = [
        .number("tversky-alpha", \.alpha, 0...10, "weight of false positives"),
        .number("tversky-beta", \.beta, 0...10, "weight of false negatives"),
    ]
}

/// The smoothing term of the Tversky, Dice and generalised Dice losses.
public struct SmoothingSettings: SettingGroup {
    /// Added to numerator and denominator.
    public var smooth = 1e-5

    /// The defaults of the methods sheet.
    public init() {}

    /// See `SettingGroup`.
    public static let fields: SettingFields<SmoothingSettings> = [
        .number("tversky-smooth", \.smooth, 0...1000, "smoothing of the Tversky index")
    ]
}
