/// Every segmentation loss; a new one is one file and one line here.
public enum LossRegistry {
    /// All losses, those of the papers first.
    public static let all: [LossEntry] = [
        .tversky, .xeTversky, .klTversky, .generalisedDice, .dice, .crossEntropy, .focalTversky,
    ]

    /// Their names.
    public static var names: [String] { all.map(\.name) }

    /// The loss of that name.
    public static func find(_ name: String) -> LossEntry? { all.first { $0.name == name } }
}
