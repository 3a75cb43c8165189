public import Settings
public import TensorCore

/// What a segmentation network says about a batch.
public struct Prediction {
    /// Probability of each structure at full size, `[N, H, W, K]`, in 0 … 1.
    public let mask: Variable
    /// The probabilities that are trained, coarse to fine; the last is `mask`. Deep supervision
    /// has one a decoder level (`[N, ceil(H / 8), ceil(W / 8), K]` and so on, of every eighth row and
    /// column), other networks have `[mask]`.
    public let sides: [Variable]

    /// A prediction whose last side output is the mask. `sides` must not be empty.
    public init(sides: [Variable]) {
        guard let mask = sides.last else { preconditionFailure("a prediction without outputs") }
        self.mask = mask
        self.sides = sides
    }
}

/// The base width of a network, where it has one.
public struct NetworkWidth: SettingGroup {
    /// Base width `b` of the networks of methods section 3.
    public var width = 32

    /// The defaults of methods.md.
    public init() {}

    /// See `SettingGroup`.
    public static let fields: SettingFields<NetworkWidth> = [
        .integer("width", \.width, 1...512, "base width b of the network")
    ]
}

/// How much the outputs of a network that has several count.
public struct SideWeights: SettingGroup {
    /// Weights of the side outputs, coarse to fine (P1 Eq. 1).
    public var weights = [0.1, 0.2, 0.3, 0.4]

    /// The defaults of methods.md.
    public init() {}

    /// See `SettingGroup`.
    public static let fields: SettingFields<SideWeights> = [
        .numbers(
            "side-weights", \.weights, count: 4, 0...1e3,
            "weights of the side outputs, coarse to fine")
    ]
}

/// A network that segments images.
public protocol SegmentationNetwork: Module {
    /// - Parameter images: `[N, H, W, inputChannels]`, of any H and W. A network that halves its maps
    ///   pads them (`Tape.padded`) and crops what it says (`Tape.cropped`).
    func callAsFunction(_ images: Variable, on tape: Tape) -> Prediction
}

/// A network that gives every image one logit a class.
public protocol ClassificationNetwork: Module {
    /// - Parameter inputs: maps `[N, H, W, C_i]`, seen as one concatenated input.
    /// - Returns: logits, `[N, classes]`.
    func callAsFunction(_ inputs: [Variable], on tape: Tape) -> Variable
}
