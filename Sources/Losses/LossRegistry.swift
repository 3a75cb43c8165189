public import Settings

/// A segmentation loss as experiment files and reports know it.
public struct LossEntry: Sendable {
    /// The name in experiment files, SQL and JSON.
    public let name: String
    /// The name in tables.
    public let title: String
    /// Where the formula comes from.
    public let citation: String
    /// The settings that it has.
    public let settings: [any SettingGroup.Type]
    /// The loss with these constants, of which it reads those that the entry lists.
    public let make: @Sendable (SettingValues) -> any Loss
}

/// Every segmentation loss; a new one is one file and one line here.
public enum LossRegistry {
    /// All losses, those of the papers first.
    public static let all: [LossEntry] = [
        .tversky, .xeTversky, .klTversky, .generalisedDice, .dice, .crossEntropy, .focalTversky,
    ]

    /// The loss of that name.
    public static func find(_ name: String) -> LossEntry? { all.first { $0.name == name } }
}
