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
    func callAsFunction(
        _ prediction: Prediction, target: Tensor, on tape: Tape? = nil, in context: ComputeContext
    ) throws -> Double {
        let sides = prediction.sides
        let weights = sides.count == 1 ? [1] : self.weights
        guard weights.count == sides.count else {
            throw TrainingError.sideWeights(found: weights.count, outputs: sides.count)
        }
        var sum = 0.0
        for (side, weight) in zip(sides, weights) where weight != 0 {
            let probabilities = side.value.first(target.shape.batch, in: context)
            let stride = target.shape.height / side.shape.height
            let target = target.strided(by: stride, in: context)
            guard let tape else {
                sum += weight * loss(probabilities, target: target, gradient: nil)
                continue
            }
            let gradient = Tensor(uninitialised: target.shape, in: context)
            sum += weight * loss(probabilities, target: target, gradient: gradient)
            tape.seed(side, gradient: gradient.scaled(by: weight, padded: side.shape, in: context))
        }
        return sum
    }
}

extension Tensor {
    /// The first `count` images of a batch; the tensor itself where that is all of them.
    func first(_ count: Int, in context: ComputeContext) -> Tensor {
        images(0..<count, in: context)
    }

    /// Some images of a batch, copied; the tensor itself where that is all of them.
    func images(_ range: Range<Int>, in context: ComputeContext) -> Tensor {
        if range == 0..<shape[0] { return self }
        let size = count / shape[0]
        let part = Tensor(
            uninitialised: Shape([range.count] + shape.dimensions.dropFirst()), in: context)
        part.withUnsafeMutablePointer { to in
            withUnsafePointer { from in
                to.update(from: from + range.lowerBound * size, count: part.count)
            }
        }
        return part
    }

    /// Every `step`th row and column of `[N, H, W, 1]`; the tensor itself where `step` is 1.
    func strided(by step: Int, in context: ComputeContext) -> Tensor {
        if step == 1 { return self }
        let (height, width) = (shape.height / step, shape.width / step)
        let result = Tensor(uninitialised: Shape(shape.batch, height, width, 1), in: context)
        result.withUnsafeMutablePointer { to in
            withUnsafePointer { from in
                for image in 0..<shape.batch {
                    for row in 0..<height {
                        let source = from + (image * shape.height + row * step) * shape.width
                        let line = to + (image * height + row) * width
                        for column in 0..<width { line[column] = source[column * step] }
                    }
                }
            }
        }
        return result
    }

    /// `factor` times the values, followed by zeros up to a larger batch's shape.
    func scaled(by factor: Double, padded shape: Shape, in context: ComputeContext) -> Tensor {
        let result = Tensor(uninitialised: shape, in: context)
        let factor = Float(factor)
        result.withUnsafeMutablePointer { to in
            withUnsafePointer { from in
                for index in 0..<count { to[index] = factor * from[index] }
            }
            (to + count).update(repeating: 0, count: shape.count - count)
        }
        return result
    }
}
