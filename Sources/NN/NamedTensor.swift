public import TensorCore

/// A tensor with the stable dotted name that checkpoints use for it.
public struct NamedTensor: Sendable {
    /// "encoder1.conv1.weight", "encoder1.norm1.running_mean", …
    public let name: String
    /// The values; shares storage with its owner.
    public let tensor: Tensor

    /// Names a tensor.
    public init(name: String, tensor: Tensor) {
        self.name = name
        self.tensor = tensor
    }
}
