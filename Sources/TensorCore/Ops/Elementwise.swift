internal import CKernels

extension Tape {
    /// `v > 0 ? v : slope * v`; slope 0 is ReLU, 0.2 the discriminator's leaky ReLU.
    public func activation(_ input: Variable, slope: Float) -> Variable {
        let context = context
        let x = input.value
        let y = Tensor(uninitialised: x.shape, in: context)
        context.elementwise.activate(
            context.pool, y.pointer, x.pointer, nil, nil, slope, x.shape.rows,
            Int32(x.shape.channels))
        let result = result(y, of: [input], by: .activation(slope: slope))
        record(result) { dy in
            let (gradient, accumulate) = input.gradientSlot()
            context.elementwise.activate_backward(
                context.pool, gradient.pointer, dy.pointer, x.pointer, slope, accumulate ? 1 : 0,
                x.count)
        }
        return result
    }

    /// The logistic function `1 / (1 + exp(-x))`: logits to probabilities.
    public func sigmoid(_ input: Variable) -> Variable {
        let context = context
        let x = input.value
        let y = Tensor(uninitialised: x.shape, in: context)
        context.elementwise.sigmoid(context.pool, y.pointer, x.pointer, x.count)
        let result = result(y, of: [input], by: .sigmoid)
        record(result) { dy in
            let (gradient, accumulate) = input.gradientSlot()
            context.elementwise.sigmoid_backward(
                context.pool, gradient.pointer, dy.pointer, y.pointer, accumulate ? 1 : 0, y.count)
        }
        return result
    }

    /// The sum of two values of the same shape.
    public func add(_ a: Variable, _ b: Variable) -> Variable {
        precondition(a.shape == b.shape, "cannot add \(a.shape) and \(b.shape)")
        let context = context
        let y = Tensor(uninitialised: a.shape, in: context)
        context.elementwise.add(
            context.pool, y.pointer, a.value.pointer, b.value.pointer, y.count)
        let result = result(y, of: [a, b], by: .add)
        record(result) { dy in
            for input in [a, b] where input.requiresGradient {
                let (gradient, accumulate) = input.gradientSlot()
                if accumulate {
                    context.elementwise.add(
                        context.pool, gradient.pointer, gradient.pointer, dy.pointer, dy.count)
                } else {
                    gradient.copy(from: dy)
                }
            }
        }
        return result
    }

    /// Every channel of `input` times the one channel of `gate` (attention coefficients).
    ///
    /// - Parameters:
    ///   - input: `[N, H, W, C]`.
    ///   - gate: `[N, H, W, 1]`.
    /// - Returns: `[N, H, W, C]`.
    public func gate(_ input: Variable, by gate: Variable) -> Variable {
        let context = context
        let shape = input.shape
        precondition(
            gate.shape.channels == 1 && gate.shape.rows == shape.rows,
            "gate \(gate.shape) for \(shape)")
        let y = Tensor(uninitialised: shape, in: context)
        let coefficients = gate.value
        withExtendedLifetime(input) {
            context.elementwise.gate(
                context.pool, y.pointer, input.source, coefficients.pointer, shape.rows)
        }
        let result = result(y, of: [input, gate], by: .gate)
        record(result) { dy in
            // The kernel writes both; one that nobody asked for goes to scratch.
            let (dx, accumulateInput) = Tape.slot(input)
            let (dgate, accumulateGate) = Tape.slot(gate)
            context.elementwise.gate_backward(
                context.pool, dx.pointer, accumulateInput, dgate.pointer, accumulateGate,
                dy.pointer, input.source, coefficients.pointer, shape.rows)
        }
        return result
    }

    /// Sets each element to zero with probability `rate`, in `0 ..< 1`, and scales the others by
    /// `1 / (1 - rate)` (Srivastava et al. 2014, inverted). Outside training the value itself.
    public func dropout(_ input: Variable, rate: Double) -> Variable {
        precondition(rate >= 0 && rate < 1, "dropout rate \(rate) is not in 0 ..< 1")
        guard training, rate > 0 else { return input }
        let context = context
        let seed = random.next()
        let x = input.value
        let y = Tensor(uninitialised: x.shape, in: context)
        context.elementwise.dropout(
            context.pool, y.pointer, x.pointer, seed, Float(rate), 0, x.count)
        let result = result(y, of: [input], by: .dropout(rate: rate))
        record(result) { dy in
            let (gradient, accumulate) = input.gradientSlot()
            context.elementwise.dropout(
                context.pool, gradient.pointer, dy.pointer, seed, Float(rate), accumulate ? 1 : 0,
                dy.count)
        }
        return result
    }

    /// `x * weight^T + bias`.
    ///
    /// - Parameters:
    ///   - input: `[N, C]`.
    ///   - weight: `[K, C]`.
    ///   - bias: `[K]`.
    /// - Returns: `[N, K]`.
    public func dense(_ input: Variable, weight: Parameter, bias: Parameter) -> Variable {
        let context = context
        let x = input.value
        let shape = weight.value.shape
        precondition(
            x.shape.rank == 2 && shape[1] == x.shape[1], "weights \(shape) for \(x.shape)")
        let (n, c, k) = (Int32(x.shape[0]), Int32(shape[1]), Int32(shape[0]))
        let y = Tensor(uninitialised: Shape(x.shape[0], shape[0]), in: context)
        context.elementwise.dense(
            y.pointer, x.pointer, weight.value.pointer, bias.value.pointer, n, c, k)
        let result = result(
            y, of: [input], parameters: [weight, bias], by: .dense(weight: weight, bias: bias))
        record(result) { dy in
            let kernels = context.elementwise
            weight.accumulateGradient { dw in
                kernels.dense_backward(
                    nil, 0, dw.pointer, nil, 0, dy.pointer, x.pointer, nil, n, c, k)
            }
            bias.accumulateGradient { dbias in
                kernels.dense_backward(
                    nil, 0, nil, dbias.pointer, 0, dy.pointer, x.pointer, nil, n, c, k)
            }
            guard input.requiresGradient else { return }
            let (gradient, accumulate) = input.gradientSlot()
            kernels.dense_backward(
                gradient.pointer, accumulate ? 1 : 0, nil, nil, 0, dy.pointer, x.pointer,
                weight.value.pointer, n, c, k)
        }
        return result
    }

    /// A gradient slot, or scratch of the same size where `variable` needs no gradient.
    private static func slot(_ variable: Variable) -> (tensor: Tensor, accumulate: Int32) {
        guard variable.requiresGradient else {
            return (Tensor(uninitialised: variable.shape, in: variable.context), 0)
        }
        let (tensor, accumulate) = variable.gradientSlot()
        return (tensor, accumulate ? 1 : 0)
    }
}
