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
    /// prediction's N; images beyond M have none. Where the tape records, `weight` times its
    /// gradient is seeded. Returns the loss without `weight`. Where the target is `Tensor.uncounted`, as
    /// in padding, there is no pixel for the loss, in no output.
    ///
    /// - Parameter counted: `[N, H, W, K]`, 1 for pixels that count and 0 for others, with a target of
    ///   all N images; nil where all count. A pixel that does not is taken as background that is told
    ///   with certainty: it adds nothing to true and false positives and false negatives, nor to a
    ///   cross-entropy; means run over all pixels.
    func callAsFunction(
        _ prediction: Prediction, target: Tensor, counted: Tensor? = nil, weight: Double = 1,
        on tape: Tape
    ) throws -> Double {
        let sides = prediction.sides
        let weights = sides.count == 1 ? [1] : self.weights
        guard weights.count == sides.count else {
            throw TrainingError.sideWeights(found: weights.count, outputs: sides.count)
        }
        // A pixel of the target that does not count is background.
        let target = counted.map { target.target(where: $0, in: tape.context) } ?? target
        var sum = 0.0
        for (side, share) in zip(sides, weights) where share != 0 {
            let stride = target.shape.stride(to: side.shape)
            let seen =
                counted.map { tape.product(side, $0.strided(by: stride, in: tape.context)) }
                ?? side
            sum +=
                share
                * loss(
                    seen, target: target.strided(by: stride, in: tape.context),
                    weight: share * weight, on: tape)
        }
        return sum
    }
}

extension Shape {
    /// The power of two of which the rows and columns of a smaller output are those of this shape.
    fileprivate func stride(to side: Shape) -> Int {
        var stride = 1
        while (height + stride - 1) / stride > side.height { stride *= 2 }
        return stride
    }
}
