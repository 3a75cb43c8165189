/// A dense float32 array, contiguous in memory, innermost extent last; maps are NHWC.
///
/// Copies share storage: a tensor is a view of a buffer from a context's pool, and writing
/// to one is seen by every copy. Operations never write to their inputs, so values behave as constants
/// once an operation has returned them. No other module sees an address: what a step does with its
/// numbers is an operation of this one, so that a device can hold them.
public struct Tensor: Sendable {
    /// The extents.
    public let shape: Shape
    let buffer: Buffer

    /// A tensor whose elements are not set yet.
    public init(uninitialised shape: Shape, in context: ComputeContext) {
        self.shape = shape
        buffer = Buffer(count: shape.count, pool: context.buffers)
    }

    /// A tensor of these elements, innermost extent fastest.
    public init(_ values: [Float], shape: Shape, in context: ComputeContext) {
        precondition(
            values.count == shape.count, "\(values.count) values for a tensor of shape \(shape)")
        self.init(uninitialised: shape, in: context)
        values.withUnsafeBufferPointer { source in
            guard let base = source.baseAddress else { return }
            pointer.update(from: base, count: source.count)
        }
    }

    /// A view of the same storage with another shape of the same count.
    public init(_ other: Tensor, reshaped shape: Shape) {
        precondition(shape.count == other.count, "cannot see \(other.shape) as \(shape)")
        self.shape = shape
        buffer = other.buffer
    }

    /// A tensor of zeros.
    public static func zeros(_ shape: Shape, in context: ComputeContext) -> Tensor {
        filled(shape, with: 0, in: context)
    }

    /// A tensor whose elements are all `value`.
    public static func filled(_ shape: Shape, with value: Float, in context: ComputeContext)
        -> Tensor
    {
        let tensor = Tensor(uninitialised: shape, in: context)
        tensor.fill(value)
        return tensor
    }

    /// How many elements there are.
    public var count: Int { shape.count }

    var pointer: UnsafeMutablePointer<Float> { buffer.pointer }

    /// The elements, copied.
    public var values: [Float] {
        Array(UnsafeBufferPointer(start: pointer, count: count))
    }

    /// The only element of a tensor of one.
    public var scalar: Float {
        precondition(count == 1, "a tensor of shape \(shape) is no scalar")
        return pointer[0]
    }

    /// One element, counted with the innermost extent fastest.
    public subscript(_ index: Int) -> Float {
        get {
            precondition(index >= 0 && index < count, "no element \(index) in \(shape)")
            return pointer[index]
        }
        nonmutating set {
            precondition(index >= 0 && index < count, "no element \(index) in \(shape)")
            pointer[index] = newValue
        }
    }

    /// Sets every element.
    public func fill(_ value: Float) {
        pointer.update(repeating: value, count: count)
    }

    /// Overwrites the elements with those of a tensor of the same shape.
    public func copy(from other: Tensor) {
        precondition(shape == other.shape, "cannot copy \(other.shape) to \(shape)")
        pointer.update(from: other.pointer, count: count)
    }
}
