internal import Foundation
public import Settings
internal import TensorCore

/// Absolute Kullback-Leibler term mean |(y - p) log(y / p)| with y and p clipped to [e_k, 1 - e_k].
///
/// P1 Eq. 3. The product is never negative, so the bars change nothing; the mean stands for P1's sum
/// over m^2. e_k = 1e-7 sets how much dearer a false positive is than a false negative (22 times at
/// p = 1/2), so it is a hyper-parameter. The gradient is 0 where p is clipped.
struct AbsoluteKLLoss: ImageLoss {
    let clip: Double
    let reduction: LossReduction

    static let settings: [any SettingGroup.Type] = [KLSettings.self, ReductionSettings.self]

    init(_ values: SettingValues) {
        clip = values[KLSettings.self].clip
        reduction = values[ReductionSettings.self].reduction
    }

    func value(_ pixels: Pixels, scale: Double) -> Double {
        let share = scale / Double(pixels.count)
        let (lowest, highest) = (clip, 1 - clip)
        let (logLowest, logHighest) = (log(lowest), log(highest))
        var sum = 0.0
        for index in 0..<pixels.count {
            let (exact, target) = pixels[index]
            let inside = exact > lowest && exact < highest
            let p = inside || exact.isNaN ? exact : (exact <= lowest ? lowest : highest)
            let y = min(max(target, lowest), highest)
            let logY = target <= lowest ? logLowest : target >= highest ? logHighest : log(y)
            let logRatio = logY - log(p)
            sum += (y - p) * logRatio
            if inside { pixels.add(-share * (logRatio + (y - p) / p), at: index) }
        }
        return sum / Double(pixels.count)
    }
}

/// The setting of the absolute KL term.
public struct KLSettings: SettingGroup {
    /// Clip e_k of probabilities and targets.
    public var clip = 1e-7

    /// The defaults of the methods sheet.
    public init() {}

    /// See `SettingGroup`.
    public static let fields: SettingFields<KLSettings> = [
        .number("kl-clip", \.clip, 1e-12...0.49, "clip of probabilities in the KL term")
    ]
}
