/// Every segmentation loss; a new one is one file and one line here.
///
/// ```swift
/// let loss = LossRegistry.find("dice")?.make(SettingValues())
/// let pixels = Tensor([1, 0], shape: Shape(1, 1, 2, 1), in: context)
/// let tape = Tape(inference: context)
/// let value = loss?(tape.constant(pixels), target: pixels, weight: 1, on: tape)  // 0.0
/// ```
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
