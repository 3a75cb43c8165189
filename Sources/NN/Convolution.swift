public import TensorCore

/// A square convolution over one map or the concatenation of several, zero padding
/// `(kernelSize - 1) / 2`.
public final class Convolution: Layer {
    /// `[K, kernelSize, kernelSize, C]`, Glorot normal at first.
    public let weight: Parameter
    /// `[K]`, zeros at first; nil where the layer has none.
    public let bias: Parameter?
    private let stride: Int
    private let normalised: Bool

    /// - Parameters:
    ///   - name: prefix of the parameters' names.
    ///   - inputChannels: of all concatenated inputs together.
    ///   - kernelSize: 1, 2 or 3.
    ///   - stride: 1 or 2.
    ///   - hasBias: whether a bias is added.
    ///   - normalised: batch normalisation follows (see `Tape.convolution`).
    public init(
        _ name: String, inputChannels: Int, outputChannels: Int, kernelSize: Int, stride: Int = 1,
        hasBias: Bool = true, normalised: Bool = false, using initialiser: inout Initialiser
    ) {
        let area = kernelSize * kernelSize
        weight = initialiser.glorotNormal(
            name + ".weight", Shape(outputChannels, kernelSize, kernelSize, inputChannels),
            fanIn: area * inputChannels, fanOut: area * outputChannels)
        bias = hasBias ? initialiser.constant(name + ".bias", Shape(outputChannels), 0) : nil
        self.stride = stride
        self.normalised = normalised
    }

    /// Weight, then bias.
    public var parameters: [Parameter] { [weight] + (bias.map { [$0] } ?? []) }

    /// `[N, H, W, C]` to `[N, H', W', K]`.
    public func callAsFunction(_ input: Variable, on tape: Tape) -> Variable {
        self([input], on: tape)
    }

    /// Concatenated maps `[N, H, W, C_i]` to `[N, H', W', K]`.
    public func callAsFunction(_ inputs: [Variable], on tape: Tape) -> Variable {
        tape.convolution(
            inputs, weight: weight, bias: bias, stride: stride, normalised: normalised)
    }
}

/// A transposed convolution, kernel 2, stride 2: a learned doubling of height and width.
public final class TransposedConvolution: Layer {
    /// `[2, 2, K, C]`, Glorot normal at first.
    public let weight: Parameter
    /// `[K]`, zeros at first.
    public let bias: Parameter
    private let normalised: Bool

    /// `normalised`: batch normalisation follows (see `Tape.convolution`).
    public init(
        _ name: String, inputChannels: Int, outputChannels: Int, normalised: Bool = false,
        using initialiser: inout Initialiser
    ) {
        weight = initialiser.glorotNormal(
            name + ".weight", Shape(2, 2, outputChannels, inputChannels),
            fanIn: 4 * inputChannels, fanOut: 4 * outputChannels)
        bias = initialiser.constant(name + ".bias", Shape(outputChannels), 0)
        self.normalised = normalised
    }

    /// Weight, then bias.
    public var parameters: [Parameter] { [weight, bias] }

    /// `[N, H, W, C]` to `[N, 2H, 2W, K]`.
    public func callAsFunction(_ input: Variable, on tape: Tape) -> Variable {
        tape.transposedConvolution(input, weight: weight, bias: bias, normalised: normalised)
    }
}

/// A fully connected layer.
public final class Dense: Layer {
    /// `[K, C]`, Glorot normal at first.
    public let weight: Parameter
    /// `[K]`, zeros at first.
    public let bias: Parameter

    /// A layer from `inputFeatures` to `outputFeatures` numbers.
    public init(
        _ name: String, inputFeatures: Int, outputFeatures: Int,
        using initialiser: inout Initialiser
    ) {
        weight = initialiser.glorotNormal(
            name + ".weight", Shape(outputFeatures, inputFeatures), fanIn: inputFeatures,
            fanOut: outputFeatures)
        bias = initialiser.constant(name + ".bias", Shape(outputFeatures), 0)
    }

    /// Weight, then bias.
    public var parameters: [Parameter] { [weight, bias] }

    /// `[N, C]` to `[N, K]`.
    public func callAsFunction(_ input: Variable, on tape: Tape) -> Variable {
        tape.dense(input, weight: weight, bias: bias)
    }
}
