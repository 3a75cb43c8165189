internal import CKernels

extension Tape {
    /// Two batches of maps as one, `a`'s images first: `[Na + Nb, H, W, C]`.
    public func concatenateBatches(_ a: Variable, _ b: Variable) -> Variable {
        let context = context
        let result = result(
            a.value.joined(with: b.value, in: context), of: [a, b], by: .concatenateBatches)
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
