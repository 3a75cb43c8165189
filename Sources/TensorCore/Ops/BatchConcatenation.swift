internal import CKernels

extension Tape {
    /// Two batches of maps as one, `a`'s images first: `[Na + Nb, H, W, C]`.
    public func concatenateBatches(_ a: Variable, _ b: Variable) -> Variable {
        let tail = Array(a.shape.dimensions.dropFirst())
        precondition(
            tail == Array(b.shape.dimensions.dropFirst()),
            "cannot put \(a.shape) and \(b.shape) into one batch")
        let y = Tensor(
            uninitialised: Shape([a.shape.batch + b.shape.batch] + tail), in: context)
        y.pointer.update(from: a.value.pointer, count: a.shape.count)
        (y.pointer + a.shape.count).update(from: b.value.pointer, count: b.shape.count)
        let context = context
        let result = result(y, of: [a, b])
        record(result) { dy in
            var start = dy.pointer
            for input in [a, b] {
                defer { start += input.shape.count }
                guard input.requiresGradient else { continue }
                let (gradient, accumulate) = input.gradientSlot()
                if accumulate {
                    context.elementwise.add(
                        context.pool, gradient.pointer, gradient.pointer, start, gradient.count)
                } else {
                    gradient.pointer.update(from: start, count: gradient.count)
                }
            }
        }
        return result
    }
}
