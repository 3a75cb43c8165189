extension Tape {
    /// A loss of probabilities against a target: the mean over images and maps of `formula`.
    ///
    /// The first images of `input` are those of `target`; a batch may go on with images that have
    /// none, whose gradient is 0. Where the tape records, `weight` times the derivative of the result
    /// is added to what `backward()` starts from. Sums run in `Double` and in one fixed order, so
    /// the value depends on nothing but the data.
    ///
    /// A pixel whose target is `Tensor.uncounted` is none: the value is that of the others alone, and its
    /// gradient is 0. A map without any that counts adds 0 to the mean.
    ///
    /// - Parameters:
    ///   - input: probabilities `[N, H, W, K]`.
    ///   - target: `[M, H, W, K]`, M at most N, each in `[0, 1]` or `Tensor.uncounted`.
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
                let value = pixels.loss(formula, scale: 1 / Double(count))
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
    /// What the target of a loss has where a pixel does not count.
    public static let uncounted: Float = -1

    /// The target where `factor` is 1, and background where it is 0; what does not count stays so.
    public func target(where factor: Tensor, in context: ComputeContext) -> Tensor {
        combined(with: factor, in: context) { $0 < 0 ? $0 : $0 * $1 }
    }

    /// The target in which pixels count where `inside` is 1 alone; nil is everywhere.
    public func counting(only inside: Tensor?, in context: ComputeContext) -> Tensor {
        guard let inside else { return self }
        return combined(with: inside, in: context) { $1 > 0 ? $0 : Tensor.uncounted }
    }

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

    /// The loss of the pixels that count, and `scale` times its derivative added to their gradient.
    fileprivate func loss(
        _ formula: (_ pixels: Pixels, _ scale: Double) -> Double, scale: Double
    ) -> Double {
        func counts(_ pixel: Int) -> Bool { !(targets[pixel * stride] < 0) }
        if (0..<count).allSatisfy(counts) { return formula(self, scale) }
        let places = (0..<count).filter(counts)
        if places.isEmpty { return 0 }
        let ownProbabilities = places.map { probabilities[$0 * stride] }
        let ownTargets = places.map { targets[$0 * stride] }
        var slopes = [Float](repeating: 0, count: places.count)
        let value = slopes.withUnsafeMutableBufferPointer { slopes in
            ownProbabilities.withUnsafeBufferPointer { own in
                ownTargets.withUnsafeBufferPointer { wanted in
                    guard let p = own.baseAddress, let y = wanted.baseAddress else { return 0.0 }
                    return formula(
                        Pixels(
                            probabilities: p, targets: y,
                            gradient: gradient == nil ? nil : slopes.baseAddress, stride: 1,
                            count: places.count), scale)
                }
            }
        }
        if let gradient {
            for (place, slope) in zip(places, slopes) { gradient[place * stride] += slope }
        }
        return value
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
