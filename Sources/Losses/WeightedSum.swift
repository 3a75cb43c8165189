public import Settings
internal import TensorCore

/// a A + b B of two losses over the same pixels.
struct WeightedSum<First: ImageLoss, Second: ImageLoss>: ImageLoss {
    let a: Double
    let first: First
    let b: Double
    let second: Second
    var reduction: LossReduction { first.reduction }

    func value(_ pixels: Pixels, scale: Double) -> Double {
        a * first.value(pixels, scale: a * scale) + b * second.value(pixels, scale: b * scale)
    }
}

extension LossEntry {
    /// a KL or cross-entropy loss + b TV.
    private static func withTversky<First: ImageLoss>(
        _ name: String, title: String, citation: String,
        settings: [any SettingGroup.Type], _ first: @escaping @Sendable (SettingValues) -> First
    ) -> LossEntry {
        LossEntry(
            name, title: title, citation: citation,
            settings: settings + [CombinationSettings.self] + TverskyLoss.settings
        ) { values in
            let weights = values[CombinationSettings.self]
            return WeightedSum(
                a: weights.a, first: first(values), b: weights.b, second: TverskyLoss(values))
        }
    }

    /// KLTV = a KL + b TV (P1 Eq. 3 and 4), a = b = 1.
    static let klTversky = withTversky(
        "kltv", title: "KLTV", citation: "Imran & Terzopoulos 2019, Eq. 3 and 4",
        settings: AbsoluteKLLoss.settings
    ) { AbsoluteKLLoss($0) }

    /// XETV = a XE + b TV, a = b = 1.
    static let xeTversky = withTversky(
        "xetv", title: "XETV", citation: "Imran & Terzopoulos 2019", settings: []
    ) { CrossEntropyLoss($0) }
}

/// The weights of a combined loss.
public struct CombinationSettings: SettingGroup {
    /// Weight of the KL or cross-entropy term.
    public var a = 1.0
    /// Weight of the Tversky term.
    public var b = 1.0

    /// The defaults of the methods sheet.
    public init() {}

    /// See `SettingGroup`.
    public static let fields: SettingFields<CombinationSettings> = [
        .number("loss-a", \.a, 0...1e6, "weight of the KL or cross-entropy term"),
        .number("loss-b", \.b, 0...1e6, "weight of the Tversky term"),
    ]
}
