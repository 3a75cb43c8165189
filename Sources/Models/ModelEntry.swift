public import NN
public import Settings

/// A segmentation network that experiments can name.
public struct ModelEntry: Sendable {
    /// As written in experiment files, unique.
    public let name: String
    /// As written in reports.
    public let title: String
    /// Where it comes from.
    public let citation: String
    /// Whether it has one output a decoder level (deep supervision).
    public let hasSideOutputs: Bool
    /// The settings that it has.
    public let settings: [any SettingGroup.Type]
    /// Builds the network with fresh weights.
    public let make: @Sendable (NetworkSettings, inout Initialiser) -> any SegmentationNetwork

    /// Describes a network.
    public init(
        _ name: String, title: String, citation: String, hasSideOutputs: Bool = false,
        settings: [any SettingGroup.Type] = [],
        make: @escaping @Sendable (NetworkSettings, inout Initialiser) -> any SegmentationNetwork
    ) {
        self.name = name
        self.title = title
        self.citation = citation
        self.hasSideOutputs = hasSideOutputs
        self.settings = settings + (hasSideOutputs ? [SideWeights.self] : [])
        self.make = make
    }
}
