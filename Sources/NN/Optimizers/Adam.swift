public import TensorCore

/// Adam (Kingma and Ba 2015, algorithm 1, with bias correction; no weight decay).
public final class Adam: Optimizer {
    /// The step size.
    public var learningRate: Double
    /// Steps done.
    public var stepCount = 0

    private let beta1: Double
    private let beta2: Double
    private let epsilon: Double
    private let slots: [Slot]

    private struct Slot {
        let parameter: Parameter
        let mean: Tensor
        let variance: Tensor
    }

    /// - Parameters:
    ///   - beta1: decay of the first moment ("momentum" in P1).
    ///   - beta2: decay of the second moment.
    ///   - epsilon: added to the root of the corrected second moment.
    public init(
        _ parameters: [Parameter], learningRate: Double, beta1: Double = 0.9,
        beta2: Double = 0.999, epsilon: Double = 1e-8, context: ComputeContext
    ) {
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        slots = parameters.map {
            Slot(
                parameter: $0, mean: .zeros($0.value.shape, in: context),
                variance: .zeros($0.value.shape, in: context))
        }
    }

    /// First and second moments: `<parameter>.adam_m`, `<parameter>.adam_v`.
    public var states: [NamedTensor] {
        slots.flatMap {
            [
                NamedTensor(name: $0.parameter.name + ".adam_m", tensor: $0.mean),
                NamedTensor(name: $0.parameter.name + ".adam_v", tensor: $0.variance),
            ]
        }
    }

    /// Applies the gradients of one step.
    public func step() {
        stepCount += 1
        let rate = AdamStep(
            learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
            step: stepCount)
        for slot in slots where slot.parameter.isTrainable && slot.parameter.hasGradient {
            slot.parameter.applyAdam(rate, mean: slot.mean, variance: slot.variance)
        }
    }
}

extension OptimizerEntry {
    static let adam = OptimizerEntry("adam", citation: "Kingma and Ba 2015") {
        Adam($0, learningRate: $1, context: $2)
    }
}
