internal import TensorCore

/// A loss that is a function of the pixels of one map of one image: what conformers write, so that the
/// walk over batch and maps stands once.
protocol ImageLoss: Loss {
    var reduction: LossReduction { get }

    /// The loss of the pixels; adds `scale` times its derivative to their gradient.
    func value(_ pixels: Pixels, scale: Double) -> Double
}

extension ImageLoss {
    func callAsFunction(
        _ probabilities: Variable, target: Tensor, weight: Double, on tape: Tape
    ) -> Double {
        tape.loss(
            probabilities, target: target, weight: weight, perImage: reduction == .perImage, value)
    }
}
