public import TensorCore

/// Convolution, batch normalisation, activation: the block that all networks here are made of.
public final class ConvolutionBlock: Layer {
    private let convolution: Convolution
    private let norm: BatchNorm

    /// - Parameters:
    ///   - prefix: of the names, as in `encoder1.`; `conv<suffix>` and `norm<suffix>` follow.
    ///   - slope: of the activation below zero; 0 is ReLU.
    public init(
        _ prefix: String, suffix: String = "", inputChannels: Int, outputChannels: Int,
        kernelSize: Int = 3, stride: Int = 1, slope: Float = 0, norm settings: BatchNorm.Settings,
        using initialiser: inout Initialiser
    ) {
        convolution = Convolution(
            "\(prefix).conv\(suffix)", inputChannels: inputChannels,
            outputChannels: outputChannels, kernelSize: kernelSize, stride: stride,
            normalised: true, using: &initialiser)
        norm = BatchNorm(
            "\(prefix).norm\(suffix)", channels: outputChannels, settings: settings, slope: slope,
            using: &initialiser)
    }

    /// The convolution's, then the norm's.
    public var parameters: [Parameter] { convolution.parameters + norm.parameters }
    /// The norm's.
    public var states: [NamedTensor] { norm.states }

    /// `[N, H, W, C]` to `[N, H', W', K]`.
    public func callAsFunction(_ input: Variable, on tape: Tape) -> Variable {
        self([input], on: tape)
    }

    /// Concatenated maps `[N, H, W, C_i]` to `[N, H', W', K]`.
    public func callAsFunction(_ inputs: [Variable], on tape: Tape) -> Variable {
        norm(convolution(inputs, on: tape), on: tape)
    }
}

/// Two 3×3 convolution blocks in a row ("DC" in the U-Net's table).
public final class DoubleConvolution: Layer {
    private let first: ConvolutionBlock
    private let second: ConvolutionBlock

    /// Names: `<name>.conv1`, `<name>.norm1`, `<name>.conv2`, `<name>.norm2`.
    public init(
        _ name: String, inputChannels: Int, outputChannels: Int, norm: BatchNorm.Settings,
        using initialiser: inout Initialiser
    ) {
        first = ConvolutionBlock(
            name, suffix: "1", inputChannels: inputChannels, outputChannels: outputChannels,
            norm: norm, using: &initialiser)
        second = ConvolutionBlock(
            name, suffix: "2", inputChannels: outputChannels, outputChannels: outputChannels,
            norm: norm, using: &initialiser)
    }

    /// The first block's, then the second's.
    public var parameters: [Parameter] { first.parameters + second.parameters }
    /// The first block's, then the second's.
    public var states: [NamedTensor] { first.states + second.states }

    /// `[N, H, W, C]` to `[N, H, W, K]`.
    public func callAsFunction(_ input: Variable, on tape: Tape) -> Variable {
        self([input], on: tape)
    }

    /// Concatenated maps `[N, H, W, C_i]` to `[N, H, W, K]`.
    public func callAsFunction(_ inputs: [Variable], on tape: Tape) -> Variable {
        second(first(inputs, on: tape), on: tape)
    }
}

/// Transposed convolution, batch normalisation, ReLU: doubles height and width.
public final class UpBlock: Layer {
    private let convolution: TransposedConvolution
    private let norm: BatchNorm

    /// Names: `<name>.conv`, `<name>.norm`.
    public init(
        _ name: String, inputChannels: Int, outputChannels: Int, norm settings: BatchNorm.Settings,
        using initialiser: inout Initialiser
    ) {
        convolution = TransposedConvolution(
            name + ".conv", inputChannels: inputChannels, outputChannels: outputChannels,
            normalised: true, using: &initialiser)
        norm = BatchNorm(
            name + ".norm", channels: outputChannels, settings: settings, using: &initialiser)
    }

    /// The convolution's, then the norm's.
    public var parameters: [Parameter] { convolution.parameters + norm.parameters }
    /// The norm's.
    public var states: [NamedTensor] { norm.states }

    /// `[N, H, W, C]` to `[N, 2H, 2W, K]`.
    public func callAsFunction(_ input: Variable, on tape: Tape) -> Variable {
        norm(convolution(input, on: tape), on: tape)
    }
}
