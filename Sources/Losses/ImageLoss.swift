internal import TensorCore

/// A loss that is a function of the pixels of one image: what conformers write, so that the walk
/// over the batch stands once.
protocol ImageLoss: Loss {
    var reduction: LossReduction { get }

    /// The loss of `pixels.count` pixels; adds `scale` times its gradient to `pixels.gradient`.
    func value(_ pixels: Pixels, scale: Double) -> Double
}

/// The pixels of one image (or of one batch taken as an image).
struct Pixels {
    /// Probabilities.
    let p: UnsafePointer<Float>
    /// Targets.
    let y: UnsafePointer<Float>
    /// Gradient to add to, or nil.
    let gradient: UnsafeMutablePointer<Float>?
    let count: Int
}

extension ImageLoss {
    func callAsFunction(_ probabilities: Tensor, target: Tensor, gradient: Tensor?) -> Double {
        precondition(
            probabilities.shape == target.shape,
            "probabilities \(probabilities.shape) against target \(target.shape)")
        precondition(
            gradient == nil || gradient?.shape == probabilities.shape,
            "a gradient of another shape than its probabilities \(probabilities.shape)")
        let images = reduction == .batch ? 1 : probabilities.shape[0]
        guard probabilities.count > 0 else { return 0 }
        let count = probabilities.count / images
        gradient?.fill(0)
        return probabilities.withUnsafePointer { p in
            target.withUnsafePointer { y in
                var sum = 0.0
                for image in 0..<images {
                    let start = image * count
                    let pixels = Pixels(
                        p: p + start, y: y + start,
                        gradient: gradient?.withUnsafeMutablePointer { $0 + start }, count: count)
                    sum += value(pixels, scale: 1 / Double(images))
                }
                return sum / Double(images)
            }
        }
    }
}

extension Pixels {
    /// sum y p, sum p and sum y.
    func sums() -> (both: Double, probabilities: Double, targets: Double) {
        var both = 0.0
        var probabilities = 0.0
        var targets = 0.0
        for index in 0..<count {
            let p = Double(self.p[index])
            let y = Double(self.y[index])
            both += p * y
            probabilities += p
            targets += y
        }
        return (both, probabilities, targets)
    }

    /// Adds a gradient that is linear in the target: `background` at 0, `foreground` at 1.
    func addGradient(background: Double, foreground: Double) {
        guard let gradient else { return }
        let base = Float(background)
        let slope = Float(foreground - background)
        for index in 0..<count { gradient[index] += base + slope * y[index] }
    }
}
