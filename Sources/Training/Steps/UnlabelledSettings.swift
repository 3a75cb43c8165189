internal import Foundation
public import Settings
internal import TensorCore

/// How much unlabelled images count.
public struct UnlabelledWeight: SettingGroup {
    /// Weight of the terms over unlabelled images.
    public var weight = 1.0

    /// The defaults of methods.md.
    public init() {}

    /// See `SettingGroup`.
    public static let fields: SettingFields<UnlabelledWeight> = [
        .number(
            "unlabelled-weight", \.weight, 0...1e3,
            "weight of the terms over unlabelled images")
    ]
}

/// When unlabelled images count: not in a supervised beginning, since a teacher made too early
/// teaches its errors, and then more and more.
public struct RampSettings: SettingGroup {
    /// Share of the run's steps in which labelled images train alone.
    public var warmUp = 0.2
    /// Share of the run's steps in which the unlabelled terms rise to their whole weight.
    public var rampUp = 0.3

    /// The defaults: their whole weight in the second half of the run.
    public init() {}

    /// See `SettingGroup`.
    public static let fields: SettingFields<RampSettings> = [
        .number(
            "warm-up", \.warmUp, 0...1, "share of the steps before unlabelled images count"),
        .number(
            "ramp-up", \.rampUp, 0...1,
            "share of the steps in which their weight rises, after warm-up"),
    ]

    /// What the weight of the unlabelled terms is multiplied by in step `step`, from 0, of `steps`:
    /// 0 in the beginning, then exp(-5 (1 - u)^2), u from 0 to 1 (Laine and Aila 2017), then 1.
    public func factor(step: Int, of steps: Int) -> Double {
        let done = Double(step) / Double(max(1, steps)) - warmUp
        if done < 0 { return 0 }
        if done >= rampUp { return 1 }
        let missing = 1 - done / rampUp
        return exp(-5 * missing * missing)
    }
}

/// What becomes of the statistics of batch normalisation where the unlabelled images are a batch of
/// their own.
public struct UnlabelledStatisticsSettings: SettingGroup {
    /// Whose statistics the running ones are.
    public var statistics = UnlabelledStatistics.apart

    /// The defaults of methods.md.
    public init() {}

    /// See `SettingGroup`.
    public static let fields: SettingFields<UnlabelledStatisticsSettings> = [
        .choice(
            "unlabelled-statistics", \.statistics,
            "whether unlabelled images move the running statistics")
    ]
}

/// Whose statistics normalise in evaluation, by names in experiment files. Unlabelled images are
/// always normalised by those of their own batch while they train.
public enum UnlabelledStatistics: String, Sendable, CaseIterable {
    /// The labelled images'.
    case apart
    /// Those of both batches of each step, the unlabelled one last: for unlabelled images of
    /// another kind that are also what is tested.
    case blended

    var statistics: NormalisationStatistics { self == .apart ? .batchAlone : .batch }
}
