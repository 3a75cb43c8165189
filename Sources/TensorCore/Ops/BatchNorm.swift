internal import CKernels

/// The parameters and running statistics of one batch normalisation.
public struct BatchNormState {
    /// gamma, `[C]`.
    public let weight: Parameter
    /// beta, `[C]`.
    public let bias: Parameter
    /// Mean of each channel for evaluation, `[C]`; training updates it.
    public let runningMean: Tensor
    /// Variance of each channel for evaluation (unbiased), `[C]`; training updates it.
    public let runningVariance: Tensor
    /// How much of the running statistics a step keeps, in `0 ..< 1`.
    public let momentum: Double
    /// Added to the variance.
    public let epsilon: Double

    /// Groups the parts; all tensors are `[C]`.
    public init(
        weight: Parameter, bias: Parameter, runningMean: Tensor, runningVariance: Tensor,
        momentum: Double, epsilon: Double
    ) {
        self.weight = weight
        self.bias = bias
        self.runningMean = runningMean
        self.runningVariance = runningVariance
        self.momentum = momentum
        self.epsilon = epsilon
    }
}

extension Tape {
    /// Batch normalisation over N, H and W, then `act(v) = v > 0 ? v : slope * v`.
    ///
    /// Ioffe and Szegedy 2015, algorithms 1 and 2. Nothing is written to memory: the result is
    /// the input seen through an affine map, which the next operation applies while it loads.
    ///
    /// - Parameters:
    ///   - input: `[N, H, W, C]`, as an operation wrote it (not itself an affine view).
    ///   - state: parameters and running statistics of C channels.
    ///   - slope: 0 for ReLU, 1 for no activation.
    /// - Returns: `[N, H, W, C]`.
    public func batchNorm(_ input: Variable, _ state: BatchNormState, slope: Float) -> Variable {
        precondition(input.affine == nil, "batch norm of a value that is not written out")
        let context = context
        let shape = input.shape
        let channels = shape.channels
        precondition(
            channels == state.weight.value.count,
            "batch norm of \(state.weight.value.count) channels for \(shape)")
        let count = Double(shape.rows)
        let affine = ChannelAffine(
            scale: Tensor(uninitialised: Shape(channels), in: context),
            shift: Tensor(uninitialised: Shape(channels), in: context), slope: slope)
        let mean = Tensor(uninitialised: Shape(channels), in: context)
        var inverseDeviation = [Double](repeating: 0, count: channels)
        let batchStatistics = training && statistics != .running
        let sums = batchStatistics ? input.sums ?? channelSums(input.stored) : nil
        for c in 0..<channels {
            let center: Double
            let variance: Double
            if let sums {
                center = sums.sum[c] / count
                variance = max(0, sums.sumOfSquares[c] / count - center * center)
                if statistics == .batch {
                    let unbiased = variance * count / max(1, count - 1)
                    state.runningMean.blend(c, center, keep: state.momentum)
                    state.runningVariance.blend(c, unbiased, keep: state.momentum)
                }
            } else {
                center = Double(state.runningMean.pointer[c])
                variance = Double(state.runningVariance.pointer[c])
            }
            inverseDeviation[c] = 1 / (variance + state.epsilon).squareRoot()
            let gamma = Double(state.weight.value.pointer[c]) * inverseDeviation[c]
            affine.scale.pointer[c] = Float(gamma)
            affine.shift.pointer[c] = Float(Double(state.bias.value.pointer[c]) - center * gamma)
            mean.pointer[c] = Float(center)
        }
        let result = result(
            input.stored, of: [input], parameters: [state.weight, state.bias], affine: affine,
            by: .batchNorm(state, slope: slope))
        let deviations = inverseDeviation
        record(result) { dy in
            Tape.batchNormBackward(
                dy, input, state, affine, mean: mean, inverseDeviation: deviations,
                batchStatistics: batchStatistics)
        }
        return result
    }

    private static func batchNormBackward(
        _ dy: Tensor, _ input: Variable, _ state: BatchNormState, _ affine: ChannelAffine,
        mean: Tensor, inverseDeviation: [Double], batchStatistics: Bool
    ) {
        let context = input.context
        let shape = input.shape
        let channels = shape.channels
        let count = Double(shape.rows)
        var sumOfGradient = [Double](repeating: 0, count: channels)
        var sumWithInput = [Double](repeating: 0, count: channels)
        context.elementwise.norm_backward_reduce(
            context.pool, &sumOfGradient, &sumWithInput, dy.pointer, input.stored.pointer,
            affine.scale.pointer, affine.shift.pointer, mean.pointer, affine.slope, shape.rows,
            Int32(channels), context.reductionWorkspace(channels: channels))
        state.weight.accumulateGradient { gradient in
            for c in 0..<channels {
                gradient.pointer[c] = Float(sumWithInput[c] * inverseDeviation[c])
            }
        }
        state.bias.accumulateGradient { gradient in
            for c in 0..<channels { gradient.pointer[c] = Float(sumOfGradient[c]) }
        }
        guard input.requiresGradient else { return }
        // dz = k1 * g - k2 - k3 * (z - mean): the last two carry the batch statistics.
        let k = Tensor.zeros(Shape(3, channels), in: context)
        let (k1, k2, k3) = (k.pointer, k.pointer + channels, k.pointer + 2 * channels)
        for c in 0..<channels {
            let gamma = Double(state.weight.value.pointer[c]) * inverseDeviation[c]
            k1[c] = Float(gamma)
            guard batchStatistics else { continue }
            k2[c] = Float(gamma * sumOfGradient[c] / count)
            k3[c] = Float(
                gamma * sumWithInput[c] * inverseDeviation[c] * inverseDeviation[c] / count)
        }
        context.elementwise.norm_backward_apply(
            context.pool, dy.pointer, dy.pointer, input.stored.pointer, affine.scale.pointer,
            affine.shift.pointer, mean.pointer, k1, k2, k3, affine.slope, shape.rows,
            Int32(channels))
        input.addGradient(dy)
    }

    /// The sums over a map whose operation did not take them.
    private func channelSums(_ tensor: Tensor) -> ChannelSums {
        let channels = tensor.shape.channels
        let zeros = [Double](repeating: 0, count: channels)
        var sums = ChannelSums(sum: zeros, sumOfSquares: zeros)
        context.elementwise.channel_sums(
            context.pool, &sums.sum, &sums.sumOfSquares, tensor.pointer, tensor.shape.rows,
            Int32(channels), context.reductionWorkspace(channels: channels))
        return sums
    }
}

extension ComputeContext {
    /// Scratch for the partial sums of a reduction to two values a channel.
    fileprivate func reductionWorkspace(channels: Int) -> UnsafeMutablePointer<Double> {
        let doubles = Int(LB_REDUCTION_PIECES) * 2 * channels
        return workspace(bytes: doubles * MemoryLayout<Double>.stride)
            .bindMemory(to: Double.self, capacity: doubles)
    }
}

extension Tensor {
    /// `self[i] = keep * self[i] + (1 - keep) * value`.
    fileprivate func blend(_ index: Int, _ value: Double, keep: Double) {
        pointer[index] = Float(keep * Double(pointer[index]) + (1 - keep) * value)
    }
}
