public import Settings
public import TensorCore

/// A segmentation loss of probabilities against a binary target.
///
/// An operation on the tape: its value is a `Double`, so it stands at the end of one. Conformers hold
/// their constants only and may be called from any thread.
public protocol Loss: Sendable {
    /// The mean over images and maps, without `weight`.
    ///
    /// Where the tape records, `weight` times the derivative with respect to each probability is
    /// added to what `backward()` starts from.
    ///
    /// - Parameters:
    ///   - probabilities: `[N, H, W, K]`, each in `[0, 1]`; one map a structure.
    ///   - target: `[M, H, W, K]` of the first M images, each 0 or 1, or `Tensor.uncounted` where a
    ///     pixel does not count; the others have no loss.
    func callAsFunction(
        _ probabilities: Variable, target: Tensor, weight: Double, on tape: Tape
    ) -> Double
}

/// Over which pixels the sums inside of a loss run.
public enum LossReduction: String, Sendable, Hashable, CaseIterable {
    /// Each image on its own; the results are averaged over the batch (P1: the sums run to m^2).
    case perImage = "per-image"
    /// The whole batch as one image (as in Abraham's public code).
    case batch
}

/// The setting that all losses have.
public struct ReductionSettings: SettingGroup {
    /// Over which pixels sums run.
    public var reduction = LossReduction.perImage

    /// The defaults of the methods sheet.
    public init() {}

    /// See `SettingGroup`.
    public static let fields: SettingFields<ReductionSettings> = [
        .choice("loss-reduction", \.reduction, "what the sums inside a loss run over")
    ]
}
