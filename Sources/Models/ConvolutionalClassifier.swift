public import NN
public import Settings
public import TensorCore

/// Five strided convolution blocks, global average pooling and a dense layer: the design of
/// APPAU-Net's discriminator, S4MCL's classifier and the plain CNN classifier.
///
/// Each block is a 3×3 convolution of stride 2, batch normalisation, leaky ReLU of slope 0.2 and
/// dropout; widths b, 2b, 4b, 8b, 16b. The three uses differ only in inputs and outputs: image
/// and mask with K + 1 logits (P1, Fig. 1b), with K + T + 1 (P2), and the image alone with K.
public final class ConvolutionalClassifier: ClassificationNetwork {
    /// The setting of its own.
    public struct Settings: SettingGroup {
        /// Dropout rate after every block (0.4 in P1).
        public var dropout = 0.4

        /// The defaults of methods.md.
        public init() {}

        /// See `SettingGroup`.
        public static let fields: SettingFields<Settings> = [
            .number(
                "discriminator-dropout", \.dropout, 0...0.95, "dropout rate of the discriminator")
        ]
    }

    private static let slope: Float = 0.2

    private let blocks: [ConvolutionBlock]
    private let output: Dense
    private let dropout: Double

    /// - Parameters:
    ///   - name: prefix of the parameters' names.
    ///   - inputChannels: of all inputs together: 2 for image and mask, 1 for the image.
    ///   - classes: logits an image.
    ///   - width: base width b.
    ///   - dropout: rate after every block, in `0 ..< 1` (0.4 in P1).
    public init(
        _ name: String, inputChannels: Int, classes: Int, width: Int, dropout: Double = 0.4,
        batchNormMomentum: Double = 0.9, using make: inout Initialiser
    ) {
        var blocks: [ConvolutionBlock] = []
        var channels = inputChannels
        for level in 0..<5 {
            blocks.append(
                ConvolutionBlock(
                    "\(name).block\(level + 1)", inputChannels: channels,
                    outputChannels: width << level, stride: 2,
                    slope: ConvolutionalClassifier.slope,
                    norm: .init(momentum: batchNormMomentum), using: &make))
            channels = width << level
        }
        self.blocks = blocks
        output = Dense(
            "\(name).output", inputFeatures: channels, outputFeatures: classes, using: &make)
        self.dropout = dropout
    }

    /// The blocks' from first to last, then the dense layer's.
    public var parameters: [Parameter] { blocks.flatMap(\.parameters) + output.parameters }
    /// The blocks' from first to last.
    public var states: [NamedTensor] { blocks.flatMap(\.states) }

    /// Maps `[N, H, W, C_i]`, concatenated without copying, to logits `[N, classes]`.
    public func callAsFunction(_ inputs: [Variable], on tape: Tape) -> Variable {
        var maps = inputs
        for block in blocks { maps = [tape.dropout(block(maps, on: tape), rate: dropout)] }
        return output(tape.globalAveragePool(maps[0]), on: tape)
    }
}

extension ClassifierEntry {
    static let cnn = ClassifierEntry(
        "cnn", title: "CNN", citation: "Imran and Terzopoulos 2019, Fig. 1b",
        settings: [
            NetworkWidth.self, BatchNorm.Settings.self, ConvolutionalClassifier.Settings.self,
        ]
    ) { inputChannels, classes, values, make in
        ConvolutionalClassifier(
            "classifier", inputChannels: inputChannels, classes: classes,
            width: values[NetworkWidth.self].width,
            dropout: values[ConvolutionalClassifier.Settings.self].dropout,
            batchNormMomentum: values[BatchNorm.Settings.self].momentum, using: &make)
    }
}
