public import TensorCore

/// Something with trainable parameters: a layer, a block or a whole network.
///
/// Names are given when a module is made and never change, because checkpoints refer to them.
/// Not thread-safe: one thread trains or evaluates a module at a time.
public protocol Module: AnyObject {
    /// Every trainable parameter, in a fixed order.
    var parameters: [Parameter] { get }
    /// What evaluation needs besides the parameters: running statistics of batch norms, in a
    /// fixed order.
    var states: [NamedTensor] { get }
}

extension Module {
    /// No states.
    public var states: [NamedTensor] { [] }

    /// How many numbers are trained.
    public var parameterCount: Int { parameters.reduce(0) { $0 + $1.value.count } }

    /// Parameters and states under their names: what a checkpoint of the module holds.
    public var weights: [NamedTensor] {
        parameters.map { NamedTensor(name: $0.name, tensor: $0.value) } + states
    }

    /// Forgets the gradients of the last step.
    public func clearGradients() {
        for parameter in parameters { parameter.clearGradient() }
    }

    /// Freezes or thaws every parameter. Gradients pass through a frozen module to its inputs.
    public func setTrainable(_ trainable: Bool) {
        for parameter in parameters { parameter.isTrainable = trainable }
    }
}

/// A module that maps one value to another.
public protocol Layer: Module {
    /// Applies the layer; the tape records the backward pass.
    func callAsFunction(_ input: Variable, on tape: Tape) -> Variable
}

/// Makes the first values of parameters: where they live, and the random source they come from.
public struct Initialiser {
    /// Where the parameters live.
    public let context: ComputeContext
    /// Advances with every parameter made, so the order of layers matters.
    public var random: RandomSource

    /// An initialiser that draws from `random`.
    public init(context: ComputeContext, random: RandomSource) {
        self.context = context
        self.random = random
    }

    /// A parameter drawn from a normal distribution of variance `2 / (fanIn + fanOut)`
    /// (Glorot and Bengio 2010, "glorot_normal", not truncated).
    public mutating func glorotNormal(_ name: String, _ shape: Shape, fanIn: Int, fanOut: Int)
        -> Parameter
    {
        let deviation = (2 / Double(fanIn + fanOut)).squareRoot()
        let values = (0..<shape.count).map { _ in Float(deviation * random.normal()) }
        return Parameter(name, Tensor(values, shape: shape, in: context), in: context)
    }

    /// A parameter whose elements are all `value`.
    public func constant(_ name: String, _ shape: Shape, _ value: Float) -> Parameter {
        Parameter(name, Tensor.filled(shape, with: value, in: context), in: context)
    }
}
