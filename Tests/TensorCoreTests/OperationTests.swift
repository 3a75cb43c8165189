import TensorCore
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Every operation against its float64 oracle: value and all gradients, on every CPU level.
struct OperationTests {
    private func random(_ shape: Shape, seed: UInt64, scale: Double = 1) -> DoubleTensor {
        var source = RandomSource(seed: seed)
        return DoubleTensor(random: shape, scale: scale, using: &source)
    }

    /// N, H, W, input channels of each source, K, kernel, stride.
    static let convolutions: [(Int, Int, Int, [Int], Int, Int, Int)] = [
        (1, 1, 1, [1], 1, 3, 1), (2, 7, 5, [3], 2, 3, 1), (1, 8, 8, [1], 9, 3, 1),
        (1, 5, 9, [4, 3], 5, 3, 1), (2, 4, 4, [17], 3, 3, 1), (1, 6, 6, [8], 8, 3, 1),
        (2, 7, 6, [3], 4, 3, 2), (1, 8, 8, [1, 1], 4, 3, 2), (2, 3, 5, [5], 1, 1, 1),
        (1, 4, 4, [4, 2], 7, 1, 1), (2, 4, 6, [3], 5, 2, 2),
    ]

    @Test(arguments: convolutions)
    func convolution(_ n: Int, _ h: Int, _ w: Int, _ c: [Int], _ k: Int, _ r: Int, _ stride: Int) {
        checkOperation(
            inputs: c.enumerated().map { random(Shape(n, h, w, $1), seed: UInt64($0)) },
            parameters: [
                random(Shape(k, r, r, c.reduce(0, +)), seed: 10, scale: 0.5),
                random(Shape(k), seed: 11),
            ],
            oracle: {
                Oracle.convolution(Oracle.concatenate($0), $1[0], $1[1], stride: stride)
            },
            operation: { $0.convolution($1, weight: $2[0], bias: $2[1], stride: stride) })
    }

    @Test(arguments: [(1, 1, 1, 1, 1), (2, 3, 5, 4, 3), (1, 4, 4, 17, 9)])
    func transposedConvolution(_ n: Int, _ h: Int, _ w: Int, _ c: Int, _ k: Int) {
        checkOperation(
            inputs: [random(Shape(n, h, w, c), seed: 1)],
            parameters: [random(Shape(2, 2, k, c), seed: 2), random(Shape(k), seed: 3)],
            oracle: { Oracle.transposedConvolution($0[0], $1[0], $1[1]) },
            operation: { $0.transposedConvolution($1[0], weight: $2[0], bias: $2[1]) })
    }

    /// Slopes: ReLU, leaky ReLU, none.
    @Test(arguments: [Float(0), 0.2, 1])
    func batchNorm(_ slope: Float) {
        for channels in [1, 5, 16, 67] {
            checkOperation(
                inputs: [random(Shape(2, 5, 4, channels), seed: 4, scale: 3)],
                parameters: [random(Shape(channels), seed: 5), random(Shape(channels), seed: 6)],
                oracle: {
                    Oracle.batchNorm($0[0], $1[0], $1[1], epsilon: 1e-3, slope: Double(slope))
                },
                operation: { tape, x, p in
                    tape.batchNorm(x[0], Self.norm(p, tape.context), slope: slope)
                })
        }
    }

    /// The sums that a convolution takes on the way must lead to the same as taking them apart,
    /// and the next operation must see the normalised map through the affine view.
    @Test func convolutionBlock() {
        checkOperation(
            inputs: [random(Shape(2, 6, 7, 3), seed: 1), random(Shape(2, 6, 7, 2), seed: 2)],
            parameters: [
                random(Shape(4, 3, 3, 3), seed: 3), random(Shape(4), seed: 4),
                random(Shape(4), seed: 5), random(Shape(5, 3, 3, 6), seed: 6),
            ],
            oracle: { x, p in
                let z = Oracle.convolution(x[0], p[0], nil, stride: 1)
                let a = Oracle.batchNorm(z, p[1], p[2], epsilon: 1e-3, slope: 0)
                return Oracle.convolution(Oracle.concatenate([a, x[1]]), p[3], nil, stride: 1)
            },
            operation: { tape, x, p in
                let z = tape.convolution([x[0]], weight: p[0], bias: nil, normalised: true)
                let state = Self.norm([p[1], p[2]], tape.context)
                let a = tape.batchNorm(z, state, slope: 0)
                return tape.convolution([a, x[1]], weight: p[3], bias: nil)
            })
    }

    /// A value used three times collects three gradients, through an affine view as well.
    @Test func sharedValue() {
        checkOperation(
            inputs: [random(Shape(1, 4, 6, 3), seed: 1)],
            parameters: [
                random(Shape(3), seed: 2), random(Shape(3), seed: 3),
                random(Shape(3, 1, 1, 3), seed: 4),
            ],
            oracle: { x, p in
                let a = Oracle.batchNorm(x[0], p[0], p[1], epsilon: 1e-3, slope: 0)
                var sum = Oracle.bilinear2(Oracle.pool2(a) { $0.max() ?? 0 })
                let b = Oracle.convolution(a, p[2], nil, stride: 1)
                for i in sum.values.indices { sum.values[i] += a.values[i] + b.values[i] }
                return sum
            },
            operation: { tape, x, p in
                let a = tape.batchNorm(x[0], Self.norm(p, tape.context), slope: 0)
                let pooled = tape.bilinear2(tape.maxPool2(a))
                let b = tape.convolution([a], weight: p[2], bias: nil)
                return tape.add(tape.add(pooled, a), b)
            })
    }

    /// Through an affine view and to a value that is used elsewhere too.
    @Test func batchConcatenation() {
        checkOperation(
            inputs: [random(Shape(2, 3, 4, 5), seed: 1), random(Shape(1, 3, 4, 5), seed: 2)],
            parameters: [random(Shape(5), seed: 3), random(Shape(5), seed: 4)],
            oracle: { x, p in
                let a = Oracle.batchNorm(x[0], p[0], p[1], epsilon: 1e-3, slope: 0)
                var y = DoubleTensor(Shape(6, 3, 4, 5))
                y.values = a.values + x[1].values + a.values + x[1].values
                return y
            },
            operation: { tape, x, p in
                let a = tape.batchNorm(x[0], Self.norm(p, tape.context), slope: 0)
                let once = tape.concatenateBatches(a, x[1])
                return tape.concatenateBatches(once, tape.concatenateBatches(a, x[1]))
            })
    }

    @Test(arguments: [(1, 2, 2, 1), (2, 5, 7, 3), (1, 8, 6, 33)])
    func windows(_ n: Int, _ h: Int, _ w: Int, _ c: Int) {
        let x = [random(Shape(n, h, w, c), seed: 8)]
        checkOperation(
            inputs: x, oracle: { x, _ in Oracle.pool2(x[0]) { $0.max() ?? 0 } },
            operation: { tape, x, _ in tape.maxPool2(x[0]) })
        checkOperation(
            inputs: x, oracle: { x, _ in Oracle.pool2(x[0]) { $0.reduce(0, +) / 4 } },
            operation: { tape, x, _ in tape.averagePool2(x[0]) })
        checkOperation(
            inputs: x, oracle: { x, _ in Oracle.bilinear2(x[0]) },
            operation: { tape, x, _ in tape.bilinear2(x[0]) })
    }

    /// Height, width, what both become multiples of; nothing is missing of the second.
    @Test(arguments: [(5, 7, 4), (8, 4, 4), (1, 1, 3), (17, 16, 16)])
    func paddingAndCropping(_ h: Int, _ w: Int, _ step: Int) {
        let x = [random(Shape(2, h, w, 3), seed: 8)]
        checkOperation(
            inputs: x, oracle: { x, _ in Oracle.padded(x[0], toMultiplesOf: step) },
            operation: { tape, x, _ in tape.padded(x[0], toMultiplesOf: step) })
        // Twice each, so that gradients are added to others.
        checkOperation(
            inputs: x,
            oracle: { x, _ in
                let y = Oracle.cropped(Oracle.padded(x[0], toMultiplesOf: step), h, w)
                return y.map { 2 * $0 }
            },
            operation: { tape, x, _ in
                let (one, two) = (
                    tape.padded(x[0], toMultiplesOf: step), tape.padded(x[0], toMultiplesOf: step)
                )
                return tape.add(tape.cropped(one, to: x[0]), tape.cropped(two, to: x[0]))
            })
    }

    /// Of a map that is smaller the pixels that lie at its stride in the image.
    @Test func croppingASmallerMap() {
        let (small, image) = (
            random(Shape(1, 4, 4, 2), seed: 1), random(Shape(1, 9, 5, 1), seed: 2)
        )
        checkOperation(
            inputs: [small],
            oracle: { x, _ in
                let (y, z) = (Oracle.cropped(x[0], 3, 2), Oracle.cropped(x[0], 3, 2))
                return DoubleTensor(zip(y.values, z.values).map(+), shape: y.shape)
            },
            operation: { tape, x, _ in
                let own = tape.constant(image.tensor(in: tape.context))
                return tape.add(
                    tape.cropped(x[0], to: own, reducedBy: 4),
                    tape.cropped(x[0], to: own, reducedBy: 4))
            })
    }

    /// What has the right size already is not copied, so that its bits and its time stay as they are.
    @Test func wholeMapsAreNotPadded() {
        let tape = Tape(inference: ComputeContext(threads: 1))
        let x = tape.constant(.zeros(Shape(1, 32, 16, 2), in: tape.context))
        let padded = tape.padded(x, toMultiplesOf: 16)
        #expect(padded === x && tape.cropped(padded, to: x) === x)
    }

    @Test func elementwise() {
        let x = [random(Shape(2, 3, 5, 7), seed: 9, scale: 4)]
        checkOperation(
            inputs: x, oracle: { x, _ in x[0].map { 1 / (1 + exp(-$0)) } },
            operation: { tape, x, _ in tape.sigmoid(x[0]) })
        checkOperation(
            inputs: x, oracle: { x, _ in x[0].map { max($0, 0.2 * $0) } },
            operation: { tape, x, _ in tape.activation(x[0], slope: 0.2) })
    }

    @Test(arguments: [1, 3, 16, 37])
    func gate(_ channels: Int) {
        checkOperation(
            inputs: [
                random(Shape(2, 3, 4, channels), seed: 1), random(Shape(2, 3, 4, 1), seed: 2),
            ],
            oracle: { x, _ in
                var y = x[0]
                for i in y.values.indices { y.values[i] *= x[1].values[i / channels] }
                return y
            },
            operation: { tape, x, _ in tape.gate(x[0], by: x[1]) })
    }

    @Test func classifierHead() {
        checkOperation(
            inputs: [random(Shape(3, 2, 5, 21), seed: 1)],
            parameters: [random(Shape(4, 21), seed: 2), random(Shape(4), seed: 3)],
            oracle: { x, p in
                var y = DoubleTensor(Shape(3, 4))
                for n in 0..<3 {
                    for k in 0..<4 {
                        y.values[n * 4 + k] = p[1].values[k]
                        for c in 0..<21 {
                            let mean =
                                (0..<10).reduce(0) { $0 + x[0][n, $1 / 5, $1 % 5, c] } / 10
                            y.values[n * 4 + k] += p[0].values[k * 21 + c] * mean
                        }
                    }
                }
                return y
            },
            operation: { tape, x, p in
                tape.dense(tape.globalAveragePool(x[0]), weight: p[0], bias: p[1])
            })
    }

    private static func norm(_ p: [Parameter], _ context: ComputeContext) -> BatchNormState {
        let shape = p[0].value.shape
        return BatchNormState(
            weight: p[0], bias: p[1], runningMean: .zeros(shape, in: context),
            runningVariance: .filled(shape, with: 1, in: context), momentum: 0.9, epsilon: 1e-3)
    }
}
