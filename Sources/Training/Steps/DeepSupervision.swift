internal import Losses
internal import NN
internal import TensorCore

/// The segmentation loss over all outputs of a network: sum_i w_i L_seg(y_i, p_i) (P1 Eq. 1).
///
/// The target of a smaller output is the mask's strided sub-sample.
struct DeepSupervision {
    let loss: any Loss
    /// Weights of the outputs, coarse to fine; a network with one output has weight 1.
    let weights: [Double]

    /// The loss of the first images of a batch against `target`, `[M, S, S, 1]` with M at most the
    /// prediction's N. With a tape, its gradient is seeded there; images beyond M get none.
    func callAsFunction(_ prediction: Prediction, target: Tensor, on tape: Tape?) throws -> Double {
        let sides = prediction.sides
        let weights = sides.count == 1 ? [1] : self.weights
        guard weights.count == sides.count else {
            throw TrainingError.sideWeights(found: weights.count, outputs: sides.count)
        }
        var sum = 0.0
        for (side, weight) in zip(sides, weights) where weight != 0 {
            sum += weight * value(of: side, weight: weight, target: target, on: tape)
        }
        return sum
    }

    private func value(of side: Variable, weight: Double, target: Tensor, on tape: Tape?) -> Double {
        let shape = Shape(target.shape.batch, side.shape.height, side.shape.width, 1)
        let context = side.value.first(shape.batch)
        let probabilities = context
        let target = target.strided(by: target.shape.height / side.shape.height)
        guard let tape else { return loss(probabilities, target: target, gradient: nil) }
        let gradient = Tensor.zeros(side.shape, in: tape.context)
        let part = shape == side.shape ? gradient : Tensor(uninitialised: shape, in: tape.context)
        let result = loss(probabilities, target: target, gradient: part)
        let scale = Float(weight)
        gradient.withUnsafeMutablePointer { gradient in
            part.withUnsafePointer { part in
                for index in 0..<shape.count { gradient[index] = scale * part[index] }
            }
        }
        tape.seed(side, gradient: gradient)
        return result
    }
}
