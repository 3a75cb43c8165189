public import NN
public import Settings

/// A network that classifies, as procedures build it.
public struct ClassifierEntry: Sendable {
    /// As written in reports and benchmarks, unique.
    public let name: String
    /// As written in tables.
    public let title: String
    /// Where it comes from.
    public let citation: String
    /// The settings that it has.
    public let settings: [any SettingGroup.Type]
    /// Builds the network with fresh weights: from maps of so many channels together to so many
    /// logits.
    public let make:
        @Sendable (
            _ inputChannels: Int, _ classes: Int, SettingValues, inout Initialiser
        ) -> any ClassificationNetwork

    /// Describes a classifier.
    public init(
        _ name: String, title: String, citation: String, settings: [any SettingGroup.Type] = [],
        make:
            @escaping @Sendable (
                _ inputChannels: Int, _ classes: Int, SettingValues, inout Initialiser
            ) -> any ClassificationNetwork
    ) {
        self.name = name
        self.title = title
        self.citation = citation
        self.settings = settings
        self.make = make
    }
}
