internal import CKernels

/// A trainable tensor with a stable dotted name and the gradient of the step.
///
/// A class because identity matters: networks, optimisers and checkpoints refer to the same one.
public final class Parameter {
    /// Dotted name, unique in its network: `encoder1.conv1.weight`. Checkpoints use it.
    public let name: String
    /// The value; optimisers write to its storage.
    public let value: Tensor
    /// Whether backward passes add to the gradient. A frozen parameter still lets gradients
    /// through to the operation's inputs.
    public var isTrainable = true
    /// Whether a backward pass has written `gradient` since the last `clearGradient()`.
    public private(set) var hasGradient = false

    let context: ComputeContext
    private lazy var gradientStorage = Tensor(uninitialised: value.shape, in: context)

    /// A parameter that starts at `value`.
    public init(_ name: String, _ value: Tensor, in context: ComputeContext) {
        self.name = name
        self.value = value
        self.context = context
    }

    /// The sum of the gradients since the last `clearGradient()`; zeros where there were none.
    public var gradient: Tensor {
        let gradient = gradientStorage
        if !hasGradient { gradient.fill(0) }
        return gradient
    }

    /// Forgets the gradient; the next backward pass overwrites it.
    public func clearGradient() {
        hasGradient = false
    }

    /// Adds one contribution to the gradient. `write` overwrites the tensor that it is given.
    func accumulateGradient(_ write: (Tensor) -> Void) {
        guard isTrainable else { return }
        if hasGradient {
            let contribution = Tensor(uninitialised: value.shape, in: context)
            write(contribution)
            let sum = gradientStorage
            context.elementwise.add(
                context.pool, sum.pointer, sum.pointer, contribution.pointer, sum.count)
        } else {
            write(gradientStorage)
            hasGradient = true
        }
    }
}
