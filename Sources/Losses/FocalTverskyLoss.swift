internal import Foundation
public import Settings
internal import TensorCore

/// Focal Tversky loss (1 - TI)^gamma, gamma = 0.75 (Abraham and Khan 2019; their 1 / gamma = 3 / 4).
struct FocalTverskyLoss: ImageLoss {
    let tversky: TverskyLoss
    let gamma: Double
    var reduction: LossReduction { tversky.reduction }

    init(_ values: SettingValues) {
        tversky = TverskyLoss(values)
        gamma = values[FocalSettings.self].gamma
    }

    func value(_ pixels: Pixels, scale: Double) -> Double {
        let index = tversky.index(pixels)
        // Below 1e-7 the slope of the power would grow without bound.
        let miss = max(1 - index.value, 1e-7)
        let slope = -scale * gamma * pow(miss, gamma - 1)
        pixels.addGradient(
            background: slope * index.background, foreground: slope * index.foreground)
        return pow(miss, gamma)
    }
}

extension LossEntry {
    static let focalTversky = LossEntry(
        "focal-tversky", title: "Focal TV", citation: "Abraham & Khan 2019",
        settings: TverskyLoss.settings + [FocalSettings.self]
    ) { FocalTverskyLoss($0) }
}

/// The setting of the focal Tversky loss.
public struct FocalSettings: SettingGroup {
    /// Exponent.
    public var gamma = 0.75

    /// The defaults of the methods sheet.
    public init() {}

    /// See `SettingGroup`.
    public static let fields: SettingFields<FocalSettings> = [
        .number("focal-gamma", \.gamma, 0...10, "exponent of the focal Tversky loss")
    ]
}
