internal import CKernels

/// A per-channel affine map and an activation that readers of a variable apply while loading:
/// `act(scale[c] * x + shift[c])`, `act(v) = v > 0 ? v : slope * v`.
///
/// Batch normalisation and ReLU are never written to memory on their own: the normalised map is
/// the convolution's output, seen through this.
struct ChannelAffine {
    /// `[C]`.
    let scale: Tensor
    /// `[C]`.
    let shift: Tensor
    /// 0 is ReLU, 1 is no activation.
    let slope: Float
}

/// The sums over a map that batch normalisation needs, one entry a channel.
struct ChannelSums {
    var sum: [Double]
    var sumOfSquares: [Double]
}

/// A value on a tape, and the gradient that flows back to it.
public final class Variable {
    /// The map in memory, before `affine`.
    let stored: Tensor
    let affine: ChannelAffine?
    /// The sums over `stored`, where the operation that made it has them.
    var sums: ChannelSums?
    /// Whether the backward pass should reach this variable.
    public let requiresGradient: Bool
    /// d(loss)/d(value), while the backward pass needs it.
    public private(set) var gradient: Tensor?

    let context: ComputeContext
    private var materialised: Tensor?

    init(
        _ stored: Tensor, affine: ChannelAffine? = nil, requiresGradient: Bool,
        in context: ComputeContext
    ) {
        self.stored = stored
        self.affine = affine
        self.requiresGradient = requiresGradient
        self.context = context
    }

    /// The extents.
    public var shape: Shape { stored.shape }

    /// The value. Where it is kept as an affine view, the first call writes it out.
    public var value: Tensor {
        guard let affine else { return stored }
        if let materialised { return materialised }
        let tensor = Tensor(uninitialised: shape, in: context)
        context.elementwise.activate(
            context.pool, tensor.pointer, stored.pointer, affine.scale.pointer,
            affine.shift.pointer, affine.slope, shape.rows, Int32(shape.channels))
        materialised = tensor
        return tensor
    }

    /// How kernels read this variable. Valid while the variable lives. Activations that kernels
    /// do not know (leaky ones) are written out first.
    var source: lb_source {
        let channels = Int32(shape.channels)
        guard let affine, affine.slope == 0 || affine.slope == 1 else {
            return lb_source(
                data: value.pointer, channels: channels, scale: nil, shift: nil, relu: 0)
        }
        return lb_source(
            data: stored.pointer, channels: channels, scale: affine.scale.pointer,
            shift: affine.shift.pointer, relu: affine.slope == 0 ? 1 : 0)
    }

    /// Where to put a contribution to the gradient: a tensor, and whether to add to it (else
    /// it must be overwritten whole).
    func gradientSlot() -> (tensor: Tensor, accumulate: Bool) {
        if let gradient { return (gradient, true) }
        let tensor = Tensor(uninitialised: shape, in: context)
        gradient = tensor
        return (tensor, false)
    }

    /// Adds a contribution whose storage may be kept.
    func addGradient(_ contribution: Tensor) {
        precondition(
            contribution.shape == shape, "gradient \(contribution.shape) for a value of \(shape)")
        guard let gradient else {
            self.gradient = contribution
            return
        }
        context.elementwise.add(
            context.pool, gradient.pointer, gradient.pointer, contribution.pointer, shape.count)
    }

    /// The gradient, given up by the variable: the backward pass of its operation is the last
    /// to need it.
    func takeGradient() -> Tensor? {
        defer { gradient = nil }
        return gradient
    }
}
