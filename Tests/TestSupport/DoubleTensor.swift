public import TensorCore

/// A plain float64 array for oracles: the same layout as `Tensor`, none of its machinery.
public struct DoubleTensor: Sendable {
    /// The extents, outermost first.
    public let shape: Shape
    /// The elements, innermost extent fastest.
    public var values: [Double]

    /// Zeros.
    public init(_ shape: Shape) {
        self.shape = shape
        values = [Double](repeating: 0, count: shape.count)
    }

    /// Normal variates, rounded to float32 so that a `Tensor` holds the same numbers.
    public init(random shape: Shape, scale: Double = 1, using random: inout RandomSource) {
        self.shape = shape
        values = (0..<shape.count).map { _ in Double(Float(scale * random.normal())) }
    }

    /// These elements, innermost extent fastest.
    public init(_ values: [Double], shape: Shape) {
        precondition(values.count == shape.count, "\(values.count) values for \(shape)")
        self.shape = shape
        self.values = values
    }

    /// A flat array.
    public init(_ values: [Double]) {
        shape = Shape(values.count)
        self.values = values
    }

    /// The same numbers as a tensor.
    public init(_ tensor: Tensor) {
        shape = tensor.shape
        values = tensor.values.map(Double.init)
    }

    /// The same numbers in float32.
    public func tensor(in context: ComputeContext) -> Tensor {
        Tensor(values.map(Float.init), shape: shape, in: context)
    }

    /// The element of a map `[N, H, W, C]`; zero outside the map.
    public subscript(n: Int, i: Int, j: Int, c: Int) -> Double {
        get {
            guard i >= 0, j >= 0, i < shape[1], j < shape[2] else { return 0 }
            return values[((n * shape[1] + i) * shape[2] + j) * shape[3] + c]
        }
        set { values[((n * shape[1] + i) * shape[2] + j) * shape[3] + c] = newValue }
    }

    /// `self` with every element passed through `body`.
    public func map(_ body: (Double) -> Double) -> DoubleTensor {
        var result = self
        result.values = values.map(body)
        return result
    }
}
