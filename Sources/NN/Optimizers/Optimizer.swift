/// Moves parameters along their gradients.
///
/// A parameter that got no gradient in a step is left alone. Not thread-safe.
public protocol Optimizer: AnyObject {
    /// Applies the gradients of one step.
    func step()
    /// Steps done. Writable, to continue from a checkpoint.
    var stepCount: Int { get set }
    /// The step size that the next `step()` takes.
    var learningRate: Double { get set }
    /// Everything besides `stepCount` that a checkpoint needs to continue bit for bit.
    var states: [NamedTensor] { get }
}
