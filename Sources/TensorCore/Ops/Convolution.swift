internal import CKernels

extension Tape {
    /// Convolution with a square kernel over the concatenation of `inputs` along the channels
    /// (nothing is copied), zero padding `(kernel - 1) / 2`.
    ///
    /// - Parameters:
    ///   - inputs: maps `[N, H, W, C_i]` of the same N, H and W.
    ///   - weight: `[K, kernel, kernel, sum of C_i]`; kernel 1, 2 or 3.
    ///   - bias: `[K]`, or nil.
    ///   - stride: 1 or 2.
    ///   - normalised: batch normalisation follows. The sums that it needs are taken while the
    ///     output is written. In training it cancels the bias, whose gradient is then exactly
    ///     zero and is not computed.
    /// - Returns: `[N, H', W', K]`, `H' = (H + 2 * padding - kernel) / stride + 1`.
    public func convolution(
        _ inputs: [Variable], weight: Parameter, bias: Parameter?, stride: Int = 1,
        normalised: Bool = false
    ) -> Variable {
        let (first, channels) = Tape.concatenatedShape(inputs)
        let kernels = weight.value.shape
        precondition(
            kernels.rank == 4 && kernels[1] == kernels[2] && kernels[3] == channels,
            "weights \(kernels) for \(channels) input channels")
        let shape = lb_conv_shape(
            n: Int32(first.batch), h: Int32(first.height), w: Int32(first.width),
            k: Int32(kernels[0]), kernel: Int32(kernels[1]), stride: Int32(stride))
        let output = Shape(
            first.batch, Int(lb_conv_output(shape, shape.h)),
            Int(lb_conv_output(shape, shape.w)), kernels[0])
        return convolve(
            inputs, weight, bias, output: output, normalised: normalised,
            by: .convolution(weight: weight, bias: bias, stride: stride),
            with: ConvolutionKernels(shape, channels: channels, context: context))
    }

    /// Transposed convolution, kernel 2, stride 2: twice as high and wide.
    ///
    /// - Parameters:
    ///   - input: `[N, H, W, C]`.
    ///   - weight: `[2, 2, K, C]`.
    ///   - bias: `[K]`, or nil.
    ///   - normalised: as in `convolution`.
    /// - Returns: `[N, 2H, 2W, K]`.
    public func transposedConvolution(
        _ input: Variable, weight: Parameter, bias: Parameter?, normalised: Bool = false
    ) -> Variable {
        let (first, channels) = Tape.concatenatedShape([input])
        let kernels = weight.value.shape
        precondition(
            kernels.rank == 4 && kernels[0] == 2 && kernels[1] == 2 && kernels[3] == channels,
            "transposed weights \(kernels) for \(channels) input channels")
        let shape = lb_conv_shape(
            n: Int32(first.batch), h: Int32(first.height), w: Int32(first.width),
            k: Int32(kernels[2]), kernel: 2, stride: 2)
        return convolve(
            [input], weight, bias,
            output: Shape(first.batch, 2 * first.height, 2 * first.width, kernels[2]),
            normalised: normalised, by: .transposedConvolution(weight: weight, bias: bias),
            with: ConvolutionKernels(transposed: shape, channels: channels, context: context))
    }

    private func convolve(
        _ inputs: [Variable], _ weight: Parameter, _ bias: Parameter?, output: Shape,
        normalised: Bool, by operation: TapeOperation, with kernels: ConvolutionKernels
    ) -> Variable {
        let y = Tensor(uninitialised: output, in: context)
        let takeSums = normalised && training
        let sums = kernels.forward(y, inputs, weight, bias, takeSums: takeSums)
        let result = result(
            y, of: inputs, parameters: [weight] + (bias.map { [$0] } ?? []), by: operation)
        result.sums = sums
        record(result) { dy in
            kernels.backwardWeights(dy, inputs, weight, takeSums ? nil : bias)
            kernels.backwardInput(dy, inputs, weight)
        }
        return result
    }

    /// The shape of the first of several concatenated maps, and the sum of their channels.
    private static func concatenatedShape(_ inputs: [Variable]) -> (first: Shape, channels: Int) {
        guard let first = inputs.first?.shape, first.rank == 4 else {
            preconditionFailure("a convolution needs maps [N, H, W, C]")
        }
        for input in inputs {
            precondition(
                input.shape.dimensions.dropLast() == first.dimensions.dropLast(),
                "cannot concatenate \(input.shape) with \(first)")
        }
        return (first, inputs.reduce(0) { $0 + $1.shape.channels })
    }
}
