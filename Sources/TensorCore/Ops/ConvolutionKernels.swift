internal import CKernels

/// The three kernels of one convolution or transposed convolution of one shape: the only place
/// where Swift meets `lb_conv.h`.
struct ConvolutionKernels {
    private let shape: lb_conv_shape
    private let context: ComputeContext
    private let workspaceBytes: Int
    private let forwardKernel: ForwardKernel
    private let inputKernel: InputKernel
    private let weightKernel: WeightKernel

    private typealias ForwardKernel =
        @convention(c) (
            OpaquePointer?, UnsafeMutablePointer<Float>?, UnsafeMutablePointer<Double>?,
            UnsafeMutablePointer<Double>?, UnsafePointer<lb_source>?, Int32, UnsafePointer<Float>?,
            UnsafePointer<Float>?, lb_conv_shape, UnsafeMutableRawPointer?
        ) -> Void
    private typealias InputKernel =
        @convention(c) (
            OpaquePointer?, UnsafePointer<lb_sink>?, Int32, UnsafePointer<Float>?,
            UnsafePointer<Float>?, lb_conv_shape, UnsafeMutableRawPointer?
        ) -> Void
    private typealias WeightKernel =
        @convention(c) (
            OpaquePointer?, UnsafeMutablePointer<Float>?, UnsafeMutablePointer<Float>?,
            UnsafePointer<Float>?, UnsafePointer<lb_source>?, Int32, lb_conv_shape,
            UnsafeMutableRawPointer?
        ) -> Void

    /// The kernels of a convolution over `channels` input channels in all.
    init(_ shape: lb_conv_shape, channels: Int, context: ComputeContext) {
        let table = context.convolution
        self.shape = shape
        self.context = context
        workspaceBytes = table.workspace(shape, Int32(channels), Int32(context.threads))
        forwardKernel = table.forward
        inputKernel = table.backward_input
        weightKernel = table.backward_weights
    }

    /// The kernels of a transposed convolution; `shape` has the size of its input.
    init(transposed shape: lb_conv_shape, channels: Int, context: ComputeContext) {
        let table = context.convolution
        self.shape = shape
        self.context = context
        workspaceBytes = table.transpose2_workspace(
            shape, Int32(channels), Int32(context.threads))
        forwardKernel = table.transpose2_forward
        inputKernel = table.transpose2_backward_input
        weightKernel = table.transpose2_backward_weights
    }

    /// Writes `y`, and takes its channel sums where asked.
    func forward(
        _ y: Tensor, _ inputs: [Variable], _ weight: Parameter, _ bias: Parameter?, takeSums: Bool
    ) -> ChannelSums? {
        let workspace = context.workspace(bytes: workspaceBytes)
        func run(_ sum: UnsafeMutablePointer<Double>?, _ squares: UnsafeMutablePointer<Double>?) {
            withSources(inputs) { sources, count in
                forwardKernel(
                    context.pool, y.pointer, sum, squares, sources, count, weight.value.pointer,
                    bias?.value.pointer, shape, workspace)
            }
        }
        guard takeSums else {
            run(nil, nil)
            return nil
        }
        let zeros = [Double](repeating: 0, count: y.shape.channels)
        var sums = ChannelSums(sum: zeros, sumOfSquares: zeros)
        run(&sums.sum, &sums.sumOfSquares)
        return sums
    }

    /// Adds to the gradients of the weight and, where given, the bias.
    func backwardWeights(
        _ dy: Tensor, _ inputs: [Variable], _ weight: Parameter, _ bias: Parameter?
    ) {
        let workspace = context.workspace(bytes: workspaceBytes)
        func run(_ dw: Tensor, _ dbias: Tensor?) {
            withSources(inputs) { sources, count in
                weightKernel(
                    context.pool, dw.pointer, dbias?.pointer, dy.pointer, sources, count, shape,
                    workspace)
            }
        }
        guard let bias, bias.isTrainable else {
            weight.accumulateGradient { run($0, nil) }
            return
        }
        bias.accumulateGradient { dbias in
            guard weight.isTrainable else {
                run(Tensor(uninitialised: weight.value.shape, in: context), dbias)
                return
            }
            weight.accumulateGradient { run($0, dbias) }
        }
    }

    /// Adds to the gradients of the inputs that need one.
    func backwardInput(_ dy: Tensor, _ inputs: [Variable], _ weight: Parameter) {
        guard inputs.contains(where: \.requiresGradient) else { return }
        let sinks = inputs.map { input -> lb_sink in
            let channels = Int32(input.shape.channels)
            guard input.requiresGradient else {
                return lb_sink(data: nil, channels: channels, accumulate: 0)
            }
            let (gradient, accumulate) = input.gradientSlot()
            return lb_sink(
                data: gradient.pointer, channels: channels, accumulate: accumulate ? 1 : 0)
        }
        inputKernel(
            context.pool, sinks, Int32(sinks.count), dy.pointer, weight.value.pointer, shape,
            context.workspace(bytes: workspaceBytes))
    }

    private func withSources(
        _ inputs: [Variable], _ body: (UnsafePointer<lb_source>?, Int32) -> Void
    ) {
        withExtendedLifetime(inputs) {
            inputs.map(\.source).withUnsafeBufferPointer { body($0.baseAddress, Int32($0.count)) }
        }
    }
}
