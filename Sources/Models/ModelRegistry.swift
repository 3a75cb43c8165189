public import NN

/// What a network is built from besides its name.
public struct NetworkSettings: Sendable, Hashable {
    /// Channels of the images.
    public var inputChannels: Int
    /// Structures that are segmented: maps of an output.
    public var structures: Int
    /// Base width b: channels at full resolution; level l has `2^(l-1) * b`.
    public var width: Int
    /// How much of the batch norms' running statistics a step keeps.
    public var batchNormMomentum: Double
    /// Whether attention gates also stand on the skip at full resolution.
    public var gatesLevel1: Bool

    /// One input channel, one structure, width 16, momentum 0.9, gates on skips 2 to 4.
    public init(
        inputChannels: Int = 1, structures: Int = 1, width: Int = 16,
        batchNormMomentum: Double = 0.9, gatesLevel1: Bool = false
    ) {
        self.inputChannels = inputChannels
        self.structures = structures
        self.width = width
        self.batchNormMomentum = batchNormMomentum
        self.gatesLevel1 = gatesLevel1
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
    /// Builds the network with fresh weights.
    public let make: @Sendable (NetworkSettings, inout Initialiser) -> any SegmentationNetwork

    /// Describes a network.
    public init(
        _ name: String, title: String, cite citation: String, hasSideOutputs: Bool = false,
        make: @escaping @Sendable (NetworkSettings, inout Initialiser) -> any SegmentationNetwork
    ) {
        self.name = name
        self.title = title
        self.citation = citation
        self.hasSideOutputs = hasSideOutputs
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
