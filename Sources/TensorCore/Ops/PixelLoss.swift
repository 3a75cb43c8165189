extension Tape {
    /// A loss of probabilities against a target: the mean over images and maps of `formula`.
    ///
    /// The first images of `input` are those of `target`; a batch may go on with images that have
    /// none, whose gradient is 0. Where the tape records, `weight` times the derivative of the result
    /// is added to what `backward()` starts from. Sums run in `Double` and in one fixed order, so
    /// the value depends on nothing but the data.
    ///
    /// - Parameters:
    ///   - input: probabilities `[N, H, W, K]`.
    ///   - target: `[M, H, W, K]`, M at most N, each in `[0, 1]`.
    ///   - perImage: whether each image is one of its own; else the batch is taken as one image.
    ///   - formula: the loss of one map of one image; adds `scale` times its derivative to the
    ///     pixels' gradient. Called for several at once.
    /// - Returns: the mean, without `weight`; 0 for a target without pixels.
    public func loss(
        _ input: Variable, target: Tensor, weight: Double = 1, perImage: Bool,
        _ formula: (_ pixels: Pixels, _ scale: Double) -> Double
    ) -> Double {
        let shape = input.shape
        precondition(
            target.shape.batch <= shape.batch
                && target.shape.dimensions.dropFirst() == shape.dimensions.dropFirst(),
            "probabilities \(shape) against target \(target.shape)")
        guard target.count > 0 else { return 0 }
        let probabilities = input.value
        let gradient =
            recording && input.requiresGradient ? Tensor.zeros(shape, in: context) : nil
        let (images, maps) = (perImage ? target.shape.batch : 1, shape.channels)
        let size = target.count / images
        let values = [Double](unsafeUninitializedCapacity: images * maps) { values, count in
            count = images * maps
            let start = values.baseAddress
            context.runPieces(count) { [count] piece in
                let first = piece / maps * size + piece % maps
                let pixels = Pixels(
                    probabilities: probabilities.pointer + first, targets: target.pointer + first,
                    gradient: gradient.map { $0.pointer + first }, stride: maps,
                    count: size / maps)
                let value = formula(pixels, 1 / Double(count))
                start.map { ($0 + piece).initialize(to: value) }
            }
        }
        withExtendedLifetime((probabilities, target)) {}
        if let gradient {
            if weight != 1 { gradient.scale(by: Float(weight), first: target.count) }
            input.addGradient(gradient)
        }
        return values.reduce(0, +) / Double(images * maps)
    }
}

extension Tensor {
    /// Multiplies the first elements.
    fileprivate func scale(by factor: Float, first count: Int) {
        for index in 0..<count { pointer[index] *= factor }
    }
}

/// The pixels of one map of one image, or of a batch taken as one image, as the formula of a loss sees
/// them. Valid during the call of the formula.
public struct Pixels {
    @usableFromInline let probabilities: UnsafePointer<Float>
    @usableFromInline let targets: UnsafePointer<Float>
    @usableFromInline let gradient: UnsafeMutablePointer<Float>?
    @usableFromInline let stride: Int
    /// How many there are.
    public let count: Int

    init(
        probabilities: UnsafePointer<Float>, targets: UnsafePointer<Float>,
        gradient: UnsafeMutablePointer<Float>?, stride: Int, count: Int
    ) {
        self.probabilities = probabilities
        self.targets = targets
        self.gradient = gradient
        self.stride = stride
        self.count = count
    }

    /// Probability and target of a pixel.
    @inlinable public subscript(_ index: Int) -> (p: Double, y: Double) {
        precondition(index >= 0 && index < count, "no pixel \(index) of \(count)")
        return (Double(probabilities[index * stride]), Double(targets[index * stride]))
    }

    /// Adds to the derivative with respect to the probability of a pixel.
    @inlinable public func add(_ derivative: Double, at index: Int) {
        precondition(index >= 0 && index < count, "no pixel \(index) of \(count)")
        gradient?[index * stride] += Float(derivative)
    }

    /// sum y p, sum p and sum y.
    public func sums() -> (both: Double, probabilities: Double, targets: Double) {
        var both = 0.0
        var probabilities = 0.0
        var targets = 0.0
        for index in 0..<count {
            let (p, y) = self[index]
            both += p * y
            probabilities += p
            targets += y
        }
        return (both, probabilities, targets)
    }

    /// Adds a derivative that is linear in the target: `background` at 0, `foreground` at 1.
    public func addGradient(background: Double, foreground: Double) {
        guard let gradient else { return }
        let base = Float(background)
        let slope = Float(foreground - background)
        for index in 0..<count {
            gradient[index * stride] += base + slope * targets[index * stride]
        }
    }
}
