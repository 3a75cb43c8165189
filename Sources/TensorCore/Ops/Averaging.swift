internal import CKernels

extension Tensor {
    /// Moves every element towards that of a tensor of the same shape:
    /// `self = keep * self + (1 - keep) * other`, the step of an exponential moving average.
    ///
    /// Each element on its own, so the result is the same with any number of threads.
    ///
    /// - Parameter keep: the share that is kept, in `0 ... 1`; at 0 the tensor becomes a copy.
    public func average(with other: Tensor, keep: Double, in context: ComputeContext) {
        precondition(shape == other.shape, "cannot average \(shape) and \(other.shape)")
        precondition((0...1).contains(keep), "a share of \(keep) is not in 0 ... 1")
        if keep == 0 {
            copy(from: other)
        } else {
            context.elementwise.average(
                context.pool, pointer, other.pointer, Float(keep), count)
        }
    }
}
