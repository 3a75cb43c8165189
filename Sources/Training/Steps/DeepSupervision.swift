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

    /// The loss of the first images of a batch against `target`, `[M, H, W, K]` with M at most the
    /// prediction's N; images beyond M have none. Where the tape records, its gradient is seeded.
    func callAsFunction(
        _ prediction: Prediction, target: Tensor, on tape: Tape
    ) throws -> Double {
        let sides = prediction.sides
        let weights = sides.count == 1 ? [1] : self.weights
        guard weights.count == sides.count else {
            throw TrainingError.sideWeights(found: weights.count, outputs: sides.count)
        }
        var sum = 0.0
        for (side, weight) in zip(sides, weights) where weight != 0 {
            let stride = target.shape.height / side.shape.height
            sum +=
                weight
                * loss(
                    side, target: target.strided(by: stride, in: tape.context), weight: weight,
                    on: tape)
        }
        return sum
    }
}
