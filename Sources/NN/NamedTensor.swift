public import TensorCore

/// A tensor with the stable dotted name under which checkpoints keep it.
public struct NamedTensor: Sendable {
    /// Unique in its file: "encoder1.conv1.weight", "encoder1.norm1.running_mean", …
    public let name: String
    /// The values; shares storage with its owner.
    public let tensor: Tensor

    /// Names a tensor.
    public init(_ name: String, _ tensor: Tensor) {
        self.name = name
        self.tensor = tensor
    }
}
