public import Settings
public import TensorCore

/// Batch normalisation with its activation (Ioffe and Szegedy 2015).
///
/// Training normalises with the batch and moves the running statistics; evaluation uses those.
public final class BatchNorm: Layer {
    /// What the layers of a network share.
    public struct Settings: SettingGroup {
        /// See `SettingGroup`.
        public static let fields: SettingFields<Settings> = [
            .number(
                "batch-norm-momentum", \.momentum, 0...1,
                "share of the running statistics kept at each step")
        ]

        /// How much of the running statistics a step keeps.
        public var momentum: Double
        /// Added to the variance.
        public var epsilon: Double

        /// Keras' epsilon; momentum 0.9 rather than its 0.99, which needs hundreds of steps to
        /// warm up.
        public init() { self.init(momentum: 0.9) }

        /// These, by default with Keras' epsilon.
        public init(momentum: Double, epsilon: Double = 1e-3) {
            self.momentum = momentum
            self.epsilon = epsilon
        }
    }

    private let state: BatchNormState
    private let name: String
    private let slope: Float

    /// - Parameters:
    ///   - slope: of the activation below zero; 0 is ReLU, 1 none.
    public init(
        _ name: String, channels: Int, settings: Settings, slope: Float = 0,
        using initialiser: inout Initialiser
    ) {
        let shape = Shape(channels)
        state = BatchNormState(
            weight: initialiser.constant(name + ".weight", shape, 1),
            bias: initialiser.constant(name + ".bias", shape, 0),
            runningMean: .zeros(shape, in: initialiser.context),
            runningVariance: .filled(shape, with: 1, in: initialiser.context),
            momentum: settings.momentum, epsilon: settings.epsilon)
        self.name = name
        self.slope = slope
    }

    /// gamma, then beta.
    public var parameters: [Parameter] { [state.weight, state.bias] }

    /// `running_mean` and `running_var`.
    public var states: [NamedTensor] {
        [
            NamedTensor(name: name + ".running_mean", tensor: state.runningMean),
            NamedTensor(name: name + ".running_var", tensor: state.runningVariance),
        ]
    }

    /// `[N, H, W, C]` to the same shape.
    public func callAsFunction(_ input: Variable, on tape: Tape) -> Variable {
        tape.batchNorm(input, state, slope: slope)
    }
}
