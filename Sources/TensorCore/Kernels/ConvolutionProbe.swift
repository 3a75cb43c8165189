internal import CKernels

/// One convolution layer with random inputs, outside any tape: for timing its kernels and for
/// comparing them with their plain twins.
///
/// Every second input is read through a scale, a shift and a ReLU, as after batch normalisation,
/// and the gradient of every second one is added to what is there.
public final class ConvolutionProbe {
    /// The layer.
    public let layer: ConvolutionLayer
    private let context: ComputeContext
    private let inputs: [Tensor]
    private let scales: [Tensor]
    private let shifts: [Tensor]
    private let weights: Tensor
    private let bias: Tensor
    private let outputGradient: Tensor

    private let output: Tensor
    private var sums: [Double]
    private var sumsOfSquares: [Double]
    private let inputGradients: [Tensor]
    private let weightGradient: Tensor
    private let biasGradient: Tensor

    /// Draws everything from `seed`; weights have the variance of the He initialisation.
    public init(_ layer: ConvolutionLayer, seed: UInt64, context: ComputeContext) {
        self.layer = layer
        self.context = context
        var random = RandomSource(seed: seed)
        func draw(_ count: Int, mean: Double = 0, deviation: Double) -> Tensor {
            Tensor(
                (0..<count).map { _ in Float(mean + deviation * random.normal()) },
                shape: Shape(count), in: context)
        }
        let pixels = layer.batch * layer.height * layer.width
        let size = layer.outputSize
        let outputs = layer.batch * size.height * size.width * layer.outputs
        let taps = layer.kernel * layer.kernel
        inputs = layer.channels.map { draw(pixels * $0, mean: 0.3, deviation: 1) }
        scales = layer.channels.map { draw($0, mean: 1, deviation: 0.3) }
        shifts = layer.channels.map { draw($0, deviation: 0.3) }
        weights = draw(
            layer.outputs * taps * layer.inputs,
            deviation: (2 / Double(taps * layer.inputs)).squareRoot())
        bias = draw(layer.outputs, deviation: 0.1)
        outputGradient = draw(outputs, deviation: 1e-3)
        output = .zeros(outputGradient.shape, in: context)
        sums = [Double](repeating: 0, count: layer.outputs)
        sumsOfSquares = sums
        inputGradients = inputs.map { .filled($0.shape, with: 0.01, in: context) }
        weightGradient = .zeros(weights.shape, in: context)
        biasGradient = .zeros(bias.shape, in: context)
    }

    /// Bytes of workspace that the layer asks for.
    public var workspaceBytes: Int {
        let table = context.convolution
        let size = layer.isTransposed ? table.transpose2_workspace : table.workspace
        return size?(layer.kernelShape, Int32(layer.inputs), Int32(context.threads)) ?? 0
    }

    /// Runs one kernel of the context's CPU level.
    public func run(_ pass: ConvolutionLayer.Pass) {
        run(pass, in: context.workspace(bytes: workspaceBytes))
    }

    /// Runs one kernel in a workspace of just the size that it asks for, and says whether the 64 KiB
    /// behind are as they were.
    public func staysInWorkspace(_ pass: ConvolutionLayer.Pass) -> Bool {
        let guarded = 1 << 16
        let memory = UnsafeMutableRawBufferPointer.allocate(
            byteCount: workspaceBytes + guarded, alignment: 64)
        defer { memory.deallocate() }
        for index in workspaceBytes..<memory.count { memory[index] = 0xA5 }
        if let workspace = memory.baseAddress { run(pass, in: workspace) }
        return memory[workspaceBytes...].allSatisfy { $0 == 0xA5 }
    }

    private func run(_ pass: ConvolutionLayer.Pass, in workspace: UnsafeMutableRawPointer) {
        let shape = layer.kernelShape
        let table = context.convolution
        let pool = context.pool
        let transposed = layer.isTransposed
        switch pass {
        case .forward:
            let kernel = transposed ? table.transpose2_forward : table.forward
            kernel?(
                pool, output.pointer, &sums, &sumsOfSquares, sources, count, weights.pointer,
                bias.pointer, shape, workspace)
        case .input:
            let kernel = transposed ? table.transpose2_backward_input : table.backward_input
            kernel?(
                pool, sinks, count, outputGradient.pointer, weights.pointer, shape, workspace)
        case .weights:
            let kernel = transposed ? table.transpose2_backward_weights : table.backward_weights
            kernel?(
                pool, weightGradient.pointer, biasGradient.pointer, outputGradient.pointer,
                sources, count, shape, workspace)
        }
    }

    /// Runs the plain twin of one kernel: one thread, sums in float64.
    public func runNaive(_ pass: ConvolutionLayer.Pass) {
        let shape = layer.kernelShape
        let transposed = layer.isTransposed
        switch pass {
        case .forward:
            let kernel = transposed ? lb_naive_conv_transpose2_forward : lb_naive_conv_forward
            kernel(
                output.pointer, &sums, &sumsOfSquares, sources, count, weights.pointer,
                bias.pointer, shape)
        case .input:
            let kernel =
                transposed
                ? lb_naive_conv_transpose2_backward_input : lb_naive_conv_backward_input
            kernel(sinks, count, outputGradient.pointer, weights.pointer, shape)
        case .weights:
            let kernel =
                transposed
                ? lb_naive_conv_transpose2_backward_weights : lb_naive_conv_backward_weights
            kernel(
                weightGradient.pointer, biasGradient.pointer, outputGradient.pointer, sources,
                count, shape)
        }
    }

    /// What a pass has written, array by array: output and its sums; the gradients of the inputs;
    /// the gradients of weights and bias.
    public func results(of pass: ConvolutionLayer.Pass) -> [[Double]] {
        switch pass {
        case .forward: [output.values.map(Double.init), sums, sumsOfSquares]
        case .input: inputGradients.map { $0.values.map(Double.init) }
        case .weights: [weightGradient, biasGradient].map { $0.values.map(Double.init) }
        }
    }

    private var count: Int32 { Int32(layer.channels.count) }

    private var sources: [lb_source] {
        layer.channels.indices.map { i in
            let affine = i % 2 == 0
            return lb_source(
                data: inputs[i].pointer, channels: Int32(layer.channels[i]),
                scale: affine ? UnsafePointer(scales[i].pointer) : nil,
                shift: affine ? UnsafePointer(shifts[i].pointer) : nil, relu: affine ? 1 : 0)
        }
    }

    private var sinks: [lb_sink] {
        layer.channels.indices.map { i in
            lb_sink(
                data: inputGradients[i].pointer, channels: Int32(layer.channels[i]),
                accumulate: Int32(i % 2))
        }
    }
}
