public import TensorCore

/// What a segmentation network says about a batch.
public struct Prediction {
    /// Probability of each structure at full size, `[N, H, W, K]`, in 0 … 1.
    public let mask: Variable
    /// The probabilities that are trained, coarse to fine; the last is `mask`. Deep supervision
    /// has one a decoder level (`[N, H/8, W/8, K]` and so on), other networks have `[mask]`.
    public let sides: [Variable]

    /// A prediction whose last side output is the mask. `sides` must not be empty.
    public init(sides: [Variable]) {
        guard let mask = sides.last else { preconditionFailure("a prediction without outputs") }
        self.mask = mask
        self.sides = sides
    }
}

/// A network that segments images.
public protocol SegmentationNetwork: Module {
    /// - Parameter images: `[N, H, W, inputChannels]`.
    func callAsFunction(_ images: Variable, on tape: Tape) -> Prediction
}

/// A network that gives every image one logit a class.
public protocol ClassificationNetwork: Module {
    /// - Parameter inputs: maps `[N, H, W, C_i]`, seen as one concatenated input.
    /// - Returns: logits, `[N, classes]`.
    func callAsFunction(_ inputs: [Variable], on tape: Tape) -> Variable
}
