/// Records operations in the order in which they ran and plays their backward passes in reverse.
///
/// One tape a forward pass. Operations are methods in `Ops/`, each with its backward pass beside
/// it. Activations live as long as a recorded backward pass needs them and go back to the pool
/// during `backward()`. Not thread-safe.
///
/// ```swift
/// let tape = Tape(context: context, training: true, random: RandomSource(seed: 1))
/// let x = tape.input(Tensor([-1, 2], shape: Shape(2), in: context))
/// let y = tape.activation(x, slope: 0)
/// tape.seed(y, gradient: .filled(y.shape, with: 1, in: context))
/// tape.backward()
/// let gradient = x.gradient?.values  // [0.0, 1.0]
/// ```
public final class Tape {
    /// Where the operations run.
    public let context: ComputeContext
    /// Whether batch normalisation takes batch statistics and dropout drops.
    public let training: Bool
    /// Whether operations record their backward pass.
    public let recording: Bool
    /// Whether parts of networks are run again in the backward pass, see `recomputing`.
    public let recomputes: Bool
    /// What the operations were, in the order in which they ran; empty where nothing is traced.
    public private(set) var trace: [TracedOperation] = []

    var random: RandomSource
    /// Where batch normalisation in training takes its statistics from.
    var statistics = NormalisationStatistics.batch
    private var backwardPasses: [() -> Void] = []
    let isTracing: Bool

    /// An empty tape. `random` feeds dropout. `recording` nil records where `training`. `recomputes` takes
    /// less memory and more time. `tracing` keeps a `trace` of the operations, and with it all their
    /// values.
    public init(
        context: ComputeContext, training: Bool, random: RandomSource, recording: Bool? = nil,
        recomputes: Bool = false, tracing: Bool = false
    ) {
        self.context = context
        self.training = training
        self.recording = recording ?? training
        self.recomputes = recomputes
        if recomputes { context.buffers.becomeThrifty() }
        isTracing = tracing
        self.random = random
    }

    /// A tape for inference: running statistics, no dropout, nothing recorded.
    public convenience init(inference context: ComputeContext) {
        self.init(context: context, training: false, random: RandomSource(seed: 0))
    }

    /// The same, which keeps a trace of what it does.
    public convenience init(tracing context: ComputeContext) {
        self.init(
            context: context, training: false, random: RandomSource(seed: 0), tracing: true)
    }

    /// A value that needs no gradient, such as a batch of images.
    public func constant(_ tensor: Tensor) -> Variable {
        Variable(tensor, requiresGradient: false, in: context)
    }

    /// A value whose gradient is kept after `backward()`: an input under test, or the output of
    /// another tape.
    public func input(_ tensor: Tensor) -> Variable {
        Variable(tensor, requiresGradient: true, in: context)
    }

    /// Runs `operations` with other statistics of batch normalisation.
    public func with<Result>(
        _ statistics: NormalisationStatistics, _ operations: () -> Result
    ) -> Result {
        let before = self.statistics
        self.statistics = statistics
        defer { self.statistics = before }
        return operations()
    }

    /// Adds d(loss)/d(variable), from which `backward()` starts. A network with several outputs
    /// has several seeds.
    public func seed(_ variable: Variable, gradient: Tensor) {
        let copy = Tensor(uninitialised: gradient.shape, in: context)
        copy.copy(from: gradient)
        variable.addGradient(copy)
    }

    /// Carries the seeds back to every parameter and input, and empties the tape.
    public func backward() {
        while let pass = backwardPasses.popLast() { pass() }
    }

    /// The result of an operation on `inputs`; it needs a gradient where one of them does or the
    /// operation has trainable parameters. `operation` says what it is, for those who translate it.
    func result(
        _ tensor: Tensor, of inputs: [Variable], parameters: [Parameter] = [],
        affine: ChannelAffine? = nil, by operation: TapeOperation
    ) -> Variable {
        let needed =
            recording
            && (inputs.contains { $0.requiresGradient } || parameters.contains { $0.isTrainable })
        let result = Variable(tensor, affine: affine, requiresGradient: needed, in: context)
        if isTracing {
            trace.append(TracedOperation(operation: operation, inputs: inputs, output: result))
        }
        return result
    }

    /// Records the backward pass of `output`; `pass` gets its gradient, and is left out when no
    /// gradient has reached it.
    func record(_ output: Variable, _ pass: @escaping (Tensor) -> Void) {
        guard output.requiresGradient else { return }
        backwardPasses.append {
            if let gradient = output.takeGradient() { pass(gradient) }
        }
    }
}

/// Where batch normalisation in training takes mean and variance from.
public enum NormalisationStatistics: Sendable {
    /// From the batch, blending them into the running ones.
    case batch
    /// From the batch, leaving the running ones as they are.
    case batchAlone
    /// From the running ones, as in evaluation; the backward pass takes them as constants.
    case running
}
