/// What an operation of a tape computes, with all that it has besides its inputs.
///
/// Every operation names its case (`Tape.result` asks for it), and who translates networks into another
/// language goes through all cases: one that is new and has no translation does not compile. Maps are
/// `[N, H, W, C]`.
public enum TapeOperation {
    /// Of the inputs' concatenation along the channels. Weight `[K, kernel, kernel, C]`, bias `[K]`, zero
    /// padding `(kernel - 1) / 2`.
    case convolution(weight: Parameter, bias: Parameter?, stride: Int)
    /// Kernel 2, stride 2. Weight `[2, 2, K, C]`, bias `[K]`.
    case transposedConvolution(weight: Parameter, bias: Parameter?)
    /// Normalisation of each channel, then `v > 0 ? v : slope * v`; 1 is no activation.
    case batchNorm(BatchNormState, slope: Float)
    /// `v > 0 ? v : slope * v`.
    case activation(slope: Float)
    /// The logistic function.
    case sigmoid
    /// The probabilities of structures that exclude each other; the background's logit is 0.
    case softmaxWithBackground
    /// The sum of two inputs.
    case add
    /// The first input times the one channel of the second.
    case gate
    /// The second input's channels k times the first's channels c, as channel `k * C + c`.
    case masked
    /// The input times a constant of its shape.
    case product(Tensor)
    /// Zeros at random; nothing outside of training.
    case dropout(rate: Double)
    /// `x * weight^T + bias` of `[N, C]`. Weight `[K, C]`, bias `[K]`.
    case dense(weight: Parameter, bias: Parameter)
    /// The largest of each 2×2 window; an odd last row or column is left out.
    case maxPool2
    /// The mean of each 2×2 window; an odd last row or column is left out.
    case averagePool2
    /// The mean over all pixels, `[N, C]`.
    case globalAveragePool
    /// Twice as high and wide, by bilinear interpolation between pixel centres.
    case bilinear2
    /// The last row and column again until both sides are multiples.
    case padding(multiple: Int)
    /// Of the first input the part that is of the second, which was padded, at the multiples of the
    /// stride.
    case cropping(stride: Int)
    /// Two batches as one.
    case concatenateBatches
}

/// An operation as it ran.
public struct TracedOperation {
    /// What it computes.
    public let operation: TapeOperation
    /// What it read, in the order in which `operation` names them.
    public let inputs: [Variable]
    /// What it made.
    public let output: Variable
}
