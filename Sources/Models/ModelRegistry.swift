/// Every segmentation network; a new one is one file and one line here.
public enum ModelRegistry {
    /// All networks, in the order in which reports list them.
    public static let all: [ModelEntry] = [
        .unet, .pyramidUNet, .progressiveUNet, .attentionUNet, .pyramidProgressiveUNet,
        .pyramidAttentionUNet, .progressiveAttentionUNet, .ppauNet,
    ]

    /// Their names.
    public static var names: [String] { all.map(\.name) }

    /// The network of that name.
    public static func find(_ name: String) -> ModelEntry? { all.first { $0.name == name } }
}
