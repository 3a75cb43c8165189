internal import CKernels

/// The shape of one convolution: what the kernels choose their method by.
public struct ConvolutionLayer: Sendable, Hashable, CustomStringConvertible {
    /// The three kernels of a layer.
    public enum Pass: String, Sendable, CaseIterable {
        /// The output, with bias and the channel sums that batch normalisation needs.
        case forward
        /// The gradient of the inputs.
        case input
        /// The gradient of weights and bias.
        case weights
    }

    /// Images.
    public var batch: Int
    /// Height and width of the input.
    public var height: Int, width: Int
    /// Channels of each of the concatenated inputs.
    public var channels: [Int]
    /// Output channels.
    public var outputs: Int
    /// Height and width of the kernel: 1, 2 or 3.
    public var kernel: Int
    /// 1 or 2.
    public var stride: Int
    /// A transposed convolution, kernel 2, stride 2; `kernel` and `stride` are then ignored.
    public var isTransposed: Bool

    /// A layer; see the properties.
    public init(
        batch: Int, height: Int, width: Int, channels: [Int], outputs: Int, kernel: Int = 3,
        stride: Int = 1, isTransposed: Bool = false
    ) {
        self.batch = batch
        self.height = height
        self.width = width
        self.channels = channels
        self.outputs = outputs
        self.kernel = isTransposed ? 2 : kernel
        self.stride = isTransposed ? 2 : stride
        self.isTransposed = isTransposed
    }

    /// Input channels in all.
    public var inputs: Int { channels.reduce(0, +) }

    /// Height and width of the output.
    public var outputSize: (height: Int, width: Int) {
        guard !isTransposed else { return (2 * height, 2 * width) }
        let shape = kernelShape
        return (
            Int(lb_conv_output(shape, shape.h)), Int(lb_conv_output(shape, shape.w))
        )
    }

    /// Floating-point operations of a direct convolution, the same for every pass.
    public var operations: Double {
        let size = outputSize
        let pixels = isTransposed ? height * width * 4 : size.height * size.width * kernel * kernel
        return 2 * Double(batch * pixels) * Double(inputs * outputs)
    }

    /// For example `8x32x32 128+128 -> 128, 3x3`.
    public var description: String {
        let sources = channels.map(String.init).joined(separator: "+")
        let kind = isTransposed ? "transposed 2x2" : "\(kernel)x\(kernel)"
        let step = !isTransposed && stride > 1 ? " stride \(stride)" : ""
        return "\(batch)x\(height)x\(width) \(sources) -> \(outputs), \(kind)\(step)"
    }

    var kernelShape: lb_conv_shape {
        lb_conv_shape(
            n: Int32(batch), h: Int32(height), w: Int32(width), k: Int32(outputs),
            kernel: Int32(kernel), stride: Int32(stride))
    }
}
