public import NN
public import Settings
public import TensorCore

/// The U-Net family: an encoder-decoder with skips, and three switches that turn it into each of
/// the eight segmentors that P1's first author lists.
///
/// All are incrementally comparable: batch normalisation after every convolution that gives no
/// output, Glorot normal weights, widths b, 2b, 4b, 8b and 16b at the centre. Images of any size are
/// padded to multiples of 16 inside, and maps cropped back.
public final class UNet: SegmentationNetwork {
    /// Which parts the network has.
    public struct Switches: Sendable, Hashable {
        /// Shrunken copies of the image join encoder levels 2 to 4 (P1, Sec. 2.1).
        public var pyramid = false
        /// Attention gates on the skips (P1, Eq. 2).
        public var attention = false
        /// One output a decoder level, each added to the next finer one as logits (P1, Sec. 2.1).
        public var progressive = false

        /// Plain U-Net where nothing is said.
        public init(pyramid: Bool = false, attention: Bool = false, progressive: Bool = false) {
            self.pyramid = pyramid
            self.attention = attention
            self.progressive = progressive
        }
    }

    /// The setting of networks with attention gates.
    public struct GateSettings: SettingGroup {
        /// Whether the finest skip connection has an attention gate too (P1's words; not its sources).
        public var onLevel1 = false

        /// The defaults of methods.md.
        public init() {}

        /// See `SettingGroup`.
        public static let fields: SettingFields<GateSettings> = [
            .flag("gate-level-1", \.onLevel1, "gate the finest skip connection too")
        ]
    }

    private static let depth = 4

    // Index 0 is level 1 (full resolution) in all of these.
    private let pyramid: [ConvolutionBlock?]
    private let encoders: [DoubleConvolution]
    private let center: DoubleConvolution
    private let ups: [UpBlock]
    private let decoders: [DoubleConvolution]
    private let gatingSignal: ConvolutionBlock?
    private let gates: [AttentionGate?]
    private let heads: [Convolution?]
    /// Whether a pixel shows one structure at most.
    private let isExclusive: Bool

    /// A network with fresh weights.
    public init(
        _ settings: NetworkSettings, _ switches: Switches, using make: inout Initialiser
    ) {
        let norm = settings.values[BatchNorm.Settings.self]
        // Channels at full resolution; level l has `2^(l-1)` times as many.
        let width = settings.values[NetworkWidth.self].width
        let widths = (0...UNet.depth).map { width << $0 }
        let gatesLevel1 = settings.values[GateSettings.self].onLevel1
        let inputs = settings.inputChannels
        var pyramid: [ConvolutionBlock?] = []
        var encoders: [DoubleConvolution] = []
        var channels = inputs
        for level in 0..<UNet.depth {
            let joined = switches.pyramid && level > 0
            pyramid.append(
                joined
                    ? ConvolutionBlock(
                        "pyramid\(level + 1)", inputChannels: inputs,
                        outputChannels: widths[level], norm: norm, using: &make) : nil)
            encoders.append(
                DoubleConvolution(
                    "encoder\(level + 1)", inputChannels: channels + (joined ? widths[level] : 0),
                    outputChannels: widths[level], norm: norm, using: &make))
            channels = widths[level]
        }
        self.pyramid = pyramid
        self.encoders = encoders
        center = DoubleConvolution(
            "center", inputChannels: channels, outputChannels: widths[UNet.depth], norm: norm,
            using: &make)

        gatingSignal =
            switches.attention
            ? ConvolutionBlock(
                "gating", inputChannels: widths[UNet.depth], outputChannels: widths[UNet.depth],
                kernelSize: 1, norm: norm, using: &make) : nil
        var ups: [UpBlock] = []
        var decoders: [DoubleConvolution] = []
        var gates: [AttentionGate?] = []
        var heads: [Convolution?] = []
        for level in (0..<UNet.depth).reversed() {
            let width = widths[level]
            ups.append(
                UpBlock(
                    "up\(level + 1)", inputChannels: widths[level + 1], outputChannels: width,
                    norm: norm, using: &make))
            let gated = switches.attention && (level > 0 || gatesLevel1)
            gates.append(
                gated
                    ? AttentionGate(
                        "attention\(level + 1)", channels: width,
                        gatingChannels: widths[level + 1], norm: norm, using: &make) : nil)
            decoders.append(
                DoubleConvolution(
                    "decoder\(level + 1)", inputChannels: 2 * width, outputChannels: width,
                    norm: norm, using: &make))
            heads.append(
                switches.progressive || level == 0
                    ? Convolution(
                        level == 0 ? "output" : "side\(level + 1)", inputChannels: width,
                        outputChannels: settings.structures, kernelSize: 1, using: &make) : nil)
        }
        self.ups = ups.reversed()
        self.decoders = decoders.reversed()
        self.gates = gates.reversed()
        self.heads = heads.reversed()
        isExclusive = settings.isExclusive
    }

    private var modules: [any Module] {
        var modules: [any Module] = []
        for level in 0..<UNet.depth {
            if let block = pyramid[level] { modules.append(block) }
            modules.append(encoders[level])
        }
        modules.append(center)
        if let gatingSignal { modules.append(gatingSignal) }
        for level in (0..<UNet.depth).reversed() {
            modules.append(ups[level])
            if let gate = gates[level] { modules.append(gate) }
            modules.append(decoders[level])
            if let head = heads[level] { modules.append(head) }
        }
        return modules
    }

    /// Encoder, centre, then the decoder from coarse to fine.
    public var parameters: [Parameter] { modules.flatMap(\.parameters) }
    /// In the order of the parameters.
    public var states: [NamedTensor] { modules.flatMap(\.states) }

    /// `[N, H, W, inputChannels]`, of any H and W.
    public func callAsFunction(_ images: Variable, on tape: Tape) -> Prediction {
        let padded = tape.padded(images, toMultiplesOf: 1 << UNet.depth)
        var skips: [Variable] = []
        var shrunken = padded
        for level in 0..<UNet.depth {
            let (input, block, encoder) = (skips.last ?? padded, pyramid[level], encoders[level])
            if block != nil { shrunken = tape.averagePool2(shrunken) }
            skips.append(
                tape.recomputing { [shrunken] tape in
                    let own = level > 0 ? tape.maxPool2(input) : input
                    let joined = block.map { [$0(shrunken, on: tape)] } ?? []
                    return encoder(joined + [own], on: tape)
                })
        }
        var x = tape.recomputing { [center, deepest = skips[UNet.depth - 1]] tape in
            center(tape.maxPool2(deepest), on: tape)
        }

        var sides: [Variable] = []
        var logits: Variable?
        for level in (0..<UNet.depth).reversed() {
            x = tape.recomputing { [self, x, skip = skips[level]] tape in
                let seen = gated(skip, level, by: x, on: tape)
                return decoders[level]([ups[level](x, on: tape), seen], on: tape)
            }
            guard let head = heads[level] else { continue }
            let own = head(x, on: tape)
            let sum = logits.map { tape.add(own, tape.bilinear2($0)) } ?? own
            let side = isExclusive ? tape.softmaxWithBackground(sum) : tape.sigmoid(sum)
            sides.append(tape.cropped(side, to: images, reducedBy: 1 << level))
            logits = sum
        }
        return Prediction(sides: sides)
    }

    /// A skip through its attention gate, where it has one.
    private func gated(
        _ skip: Variable, _ level: Int, by x: Variable, on tape: Tape
    ) -> Variable {
        guard let gate = gates[level] else { return skip }
        let atCenter = level == UNet.depth - 1
        let signal = atCenter ? gatingSignal.map { $0(x, on: tape) } ?? x : x
        return gate(skip, gating: signal, on: tape)
    }
}
