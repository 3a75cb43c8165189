/// Which losses and procedures a setting, or an axis of the grid, says something about.
///
/// Runs of others are the same run with any value of it. What is not listed here, all runs use.
public struct SettingUse: Sendable, Hashable {
    /// Registered names of the losses and procedures that use it; nil for all of them.
    public let losses: Set<String>?, procedures: Set<String>?

    private static let segmenting: Set = ["supervised", "appau-net", "s2mcl", "s4mcl"]
    private static let adversarial: Set = ["appau-net", "s2mcl", "s4mcl"]
    private static let tversky: Set = ["tv", "kltv", "xetv", "focal-tversky"]

    /// A setting of losses, which only procedures that segment have.
    private static func losses(_ names: Set<String>?) -> SettingUse {
        SettingUse(losses: names, procedures: segmenting)
    }

    private static func procedures(_ names: Set<String>) -> SettingUse {
        SettingUse(losses: nil, procedures: names)
    }

    /// By the setting's name, or the axis's.
    public static let all: [String: SettingUse] = [
        // The classifier has a network and a loss of its own, whatever the grid names.
        "model": procedures(segmenting), "loss": procedures(segmenting),
        "tversky-alpha": losses(tversky), "tversky-beta": losses(tversky),
        "tversky-smooth": losses(tversky.union(["dice", "gdl"])),
        "kl-clip": losses(["kltv"]), "loss-a": losses(["kltv", "xetv"]),
        "loss-b": losses(["kltv", "xetv"]), "focal-gamma": losses(["focal-tversky"]),
        "loss-reduction": losses(nil), "side-weights": procedures(segmenting),
        "gate-level-1": procedures(segmenting),
        "learning-rate-discriminator": procedures(adversarial),
        "adversarial-weight": procedures(adversarial),
        "unlabelled-pass": procedures(adversarial),
        "discriminator-dropout": procedures(adversarial.union(["classification"])),
        "unlabelled-weight": procedures(["s2mcl", "s4mcl"]),
        "classifier-adversarial-weight": procedures(["s2mcl", "s4mcl"]),
        "ce-on-prediction": procedures(["s2mcl", "s4mcl"]), "transforms": procedures(["s4mcl"]),
    ]
}
