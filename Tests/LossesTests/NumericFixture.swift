import TensorCore

/// Section 6.9 of the methods sheet: a soft prediction of two ellipses on 128 x 128 pixels.
struct NumericFixture {
    let context = ComputeContext(threads: 1)
    let target: Tensor
    let probabilities: Tensor

    init() {
        var target: [Float] = []
        var probabilities: [Float] = []
        for r in 0..<128 {
            for c in 0..<128 {
                let inside =
                    Self.ellipse(r, c, 62, 38, 40, 20) || Self.ellipse(r, c, 64, 90, 38, 18)
                let found = Self.ellipse(r, c, 60, 40, 38, 19) || Self.ellipse(r, c, 66, 88, 40, 20)
                target.append(inside ? 1 : 0)
                let p =
                    (1 + 98 * (found ? 1.0 : 0)) / 100 * 0.98
                    + 0.005 * Double((7 * r + 13 * c) % 11) / 10
                probabilities.append(Float(p))
            }
        }
        let shape = Shape(1, 128, 128, 1)
        self.target = Tensor(target, shape: shape, in: context)
        self.probabilities = Tensor(probabilities, shape: shape, in: context)
    }

    private static func ellipse(_ r: Int, _ c: Int, _ row: Int, _ column: Int, _ a: Int, _ b: Int)
        -> Bool
    {
        (r - row) * (r - row) * b * b + (c - column) * (c - column) * a * a <= a * a * b * b
    }
}
