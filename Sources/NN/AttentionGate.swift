public import TensorCore

/// The additive attention gate of Oktay et al. 2018 on a skip connection (P1, Eq. 2).
///
/// `alpha = up2(sigmoid(psi(ReLU(theta(x) + phi(g)))))`, output `BN(W(alpha * x))`. theta is a 2×2
/// convolution of stride 2 without bias, phi a 1×1 convolution, psi a 1×1 convolution to one
/// channel, up2 bilinear; the gating signal g has half the size of x.
public final class AttentionGate: Module {
    private let theta: Convolution
    private let phi: Convolution
    private let psi: Convolution
    private let output: Convolution
    private let norm: BatchNorm

    /// - Parameters:
    ///   - channels: of x, and of the space in which x and g are added.
    ///   - gatingChannels: of g.
    public init(
        _ name: String, channels: Int, gatingChannels: Int, norm settings: BatchNorm.Settings,
        using initialiser: inout Initialiser
    ) {
        theta = Convolution(
            name + ".theta", inputChannels: channels, outputChannels: channels, kernelSize: 2,
            stride: 2, hasBias: false, using: &initialiser)
        phi = Convolution(
            name + ".phi", inputChannels: gatingChannels, outputChannels: channels, kernelSize: 1,
            using: &initialiser)
        psi = Convolution(
            name + ".psi", inputChannels: channels, outputChannels: 1, kernelSize: 1,
            using: &initialiser)
        output = Convolution(
            name + ".output", inputChannels: channels, outputChannels: channels, kernelSize: 1,
            normalised: true, using: &initialiser)
        norm = BatchNorm(
            name + ".norm", channels: channels, settings: settings, slope: 1, using: &initialiser)
    }

    /// theta, phi, psi, output, norm.
    public var parameters: [Parameter] {
        theta.parameters + phi.parameters + psi.parameters + output.parameters + norm.parameters
    }
    /// The norm's.
    public var states: [NamedTensor] { norm.states }

    /// - Parameters:
    ///   - x: the skip, `[N, H, W, channels]`.
    ///   - g: the gating signal, `[N, H / 2, W / 2, gatingChannels]`.
    /// - Returns: the gated skip, `[N, H, W, channels]`.
    public func callAsFunction(_ x: Variable, gating g: Variable, on tape: Tape) -> Variable {
        let sum = tape.activation(tape.add(theta(x, on: tape), phi(g, on: tape)), slope: 0)
        let coefficients = tape.bilinear2(tape.sigmoid(psi(sum, on: tape)))
        return norm(output(tape.gate(x, by: coefficients), on: tape), on: tape)
    }
}
