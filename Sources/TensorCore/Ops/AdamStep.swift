internal import CKernels
internal import Foundation

/// The numbers of one Adam step (Kingma and Ba 2015): decay rates, and the step size and epsilon
/// with both bias corrections folded in.
public struct AdamStep: Sendable {
    let beta1: Float
    let beta2: Float
    let stepSize: Float
    let epsilonHat: Float

    /// - Parameter step: counted from 1.
    public init(learningRate: Double, beta1: Double, beta2: Double, epsilon: Double, step: Int) {
        let first = 1 - pow(beta1, Double(step))
        let second = (1 - pow(beta2, Double(step))).squareRoot()
        self.beta1 = Float(beta1)
        self.beta2 = Float(beta2)
        stepSize = Float(learningRate * second / first)
        epsilonHat = Float(epsilon * second)
    }
}

extension Parameter {
    /// Moves the value by one Adam step along `gradient`, and updates both moments (same shape
    /// as the value).
    public func applyAdam(_ step: AdamStep, mean: Tensor, variance: Tensor) {
        context.elementwise.adam(
            context.pool, value.pointer, mean.pointer, variance.pointer, gradient.pointer,
            step.stepSize, step.beta1, step.beta2, step.epsilonHat, value.count)
    }
}
