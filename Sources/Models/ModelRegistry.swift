public import NN
public import Settings

/// What a network is built from besides its name.
public struct NetworkSettings: Sendable, Hashable {
    /// Channels of the images.
    public var inputChannels: Int
    /// Structures that are segmented: maps of an output.
    public var structures: Int
    /// Whether a pixel belongs to one of them at most: probabilities of all and of the background
    /// sum to 1.
    public var isExclusive = false
    /// The settings, of which a network reads those that its entry lists.
    public var values: SettingValues

    /// Those of a run.
    public init(
        inputChannels: Int, structures: Int, isExclusive: Bool = false, values: SettingValues
    ) {
        self.inputChannels = inputChannels
        self.structures = structures
        self.isExclusive = isExclusive
        self.values = values
    }

    /// One input channel, one structure, width 16, and everything else at its default.
    public init(inputChannels: Int = 1, structures: Int = 1, width: Int = 16) {
        self.init(
            inputChannels: inputChannels, structures: structures, values: SettingValues())
        values[NetworkWidth.self].width = width
    }
}

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
        _ name: String, title: String, cite citation: String, hasSideOutputs: Bool = false,
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

/// Every segmentation network.
public enum ModelRegistry {
    /// In the order in which reports list them.
    public static let all: [ModelEntry] = [
        .unet, .pyramidUNet, .progressiveUNet, .attentionUNet, .pyramidProgressiveUNet,
        .pyramidAttentionUNet, .progressiveAttentionUNet, .ppauNet,
    ]

    /// The entry of this name, or nil.
    public static func find(_ name: String) -> ModelEntry? {
        all.first { $0.name == name }
    }
}
