/// Every segmentation network; a new one is one file and one line here.
///
/// ```swift
/// var make = Initialiser(context: context, random: RandomSource(seed: 1))
/// let network = ModelRegistry.find("unet")?.make(NetworkSettings(width: 8), &make)
/// let count = network?.parameterCount  // 487385
/// ```
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
