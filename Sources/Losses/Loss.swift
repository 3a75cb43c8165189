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
    ///   - target: `[M, H, W, K]` of the first M images, each 0 or 1; the others have no loss.
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

/// The constants of all losses; each takes what its formula names.
public struct LossSettings: Sendable, Hashable {
    /// Weight of false positives in the Tversky index.
    public var tverskyAlpha = 0.3
    /// Weight of false negatives in the Tversky index.
    public var tverskyBeta = 0.7
    /// Smoothing term e of the Tversky, Dice and generalised Dice losses.
    public var smooth = 1e-5
    /// Clip e_k of probabilities and targets in the KL term.
    public var klClip = 1e-7
    /// Weight of the KL or cross-entropy term in a sum with Tversky.
    public var a = 1.0
    /// Weight of the Tversky term in such a sum.
    public var b = 1.0
    /// Exponent of the focal Tversky loss.
    public var focalGamma = 0.75
    /// Over which pixels sums run.
    public var reduction = LossReduction.perImage

    /// The defaults of the methods sheet.
    public init() {}
}
