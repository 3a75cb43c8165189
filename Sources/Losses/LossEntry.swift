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

    /// Describes a loss.
    public init(
        _ name: String, title: String, citation: String, settings: [any SettingGroup.Type] = [],
        make: @escaping @Sendable (SettingValues) -> any Loss
    ) {
        self.name = name
        self.title = title
        self.citation = citation
        self.settings = settings
        self.make = make
    }
}
