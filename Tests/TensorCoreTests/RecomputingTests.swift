import TensorCore
import TestSupport
import Testing

/// Parts that are run again in the backward pass.
struct RecomputingTests {
    private func random(_ shape: Shape, seed: UInt64) -> DoubleTensor {
        var source = RandomSource(seed: seed)
        return DoubleTensor(random: shape, using: &source)
    }

    /// Value and gradients of a block, one of whose inputs is used outside of it too.
    @Test func aPartHasTheGradientsOfItsOperations() {
        checkOperation(
            inputs: [random(Shape(2, 6, 7, 3), seed: 1)],
            parameters: [
                random(Shape(4, 3, 3, 3), seed: 3), random(Shape(4), seed: 4),
                random(Shape(4), seed: 5), random(Shape(3, 3, 3, 4), seed: 6),
            ], recomputes: true,
            oracle: { x, p in
                let z = Oracle.convolution(x[0], p[0], nil, stride: 1)
                let a = Oracle.batchNorm(z, p[1], p[2], epsilon: 1e-3, slope: 0)
                let y = Oracle.convolution(a, p[3], nil, stride: 1)
                return DoubleTensor(zip(y.values, x[0].values).map(+), shape: y.shape)
            },
            operation: { tape, x, p in
                let y = tape.recomputing { tape in
                    let state = BatchNormState(
                        weight: p[1], bias: p[2],
                        runningMean: .zeros(Shape(4), in: tape.context),
                        runningVariance: .filled(Shape(4), with: 1, in: tape.context),
                        momentum: 0.9, epsilon: 1e-3)
                    let z = tape.convolution([x[0]], weight: p[0], bias: nil, normalised: true)
                    let a = tape.batchNorm(z, state, slope: 0)
                    return tape.convolution([a], weight: p[3], bias: nil)
                }
                return tape.add(y, x[0])
            })
    }

    /// Random numbers go on behind a part as if it had run once, and the part sees its own again.
    @Test func dropoutIsTheSameAgain() throws {
        let context = ComputeContext(threads: 1)
        let x = Tensor.filled(Shape(1, 1, 500, 1), with: 1, in: context)
        func run(_ recomputes: Bool) -> [[Float]] {
            let tape = Tape(
                context: context, training: true, random: RandomSource(seed: 3),
                recomputes: recomputes)
            let input = tape.input(x)
            let inner = tape.recomputing { $0.dropout($0.dropout(input, rate: 0.2), rate: 0.3) }
            let outer = tape.dropout(inner, rate: 0.4)
            tape.seed(outer, gradient: x)
            tape.backward()
            return [inner.value.values, outer.value.values, input.gradient?.values ?? []]
        }
        let found = run(true)
        #expect(found == run(false))
        #expect(found[2] == found[1] && Set(found[1]).count == 2)
    }

    /// A part is run twice, and what it made on the way is gone in between.
    @Test func whatAPartMakesIsForgotten() {
        let context = ComputeContext(threads: 1)
        var runs = 0
        func run(_ recomputes: Bool) -> (runs: Int, bytes: Int) {
            runs = 0
            let tape = Tape(
                context: context, training: true, random: RandomSource(seed: 3),
                recomputes: recomputes)
            let input = tape.input(.filled(Shape(1, 256, 256, 4), with: 1, in: context))
            let before = context.bufferStatistics.bytesInUse
            let output = tape.recomputing { tape in
                runs += 1
                return (0..<6).reduce(input) { value, _ in tape.sigmoid(value) }
            }
            let kept = context.bufferStatistics.bytesInUse - before
            tape.seed(output, gradient: output.value)
            tape.backward()
            return (runs, kept)
        }
        let (plain, small) = (run(false), run(true))
        #expect(plain.runs == 1 && small.runs == 2)
        #expect(plain.bytes >= 6 << 20 && small.bytes < 2 << 20)
    }

    /// Sizes that come and go are given back before the pool holds more than was ever in use; a tape that
    /// keeps everything has a pool that keeps everything.
    @Test(arguments: [true, false]) func aThriftyPoolHoldsNoMoreThanWasUsed(recomputes: Bool) {
        let context = ComputeContext(threads: 1)
        _ = Tape(
            context: context, training: true, random: RandomSource(seed: 3), recomputes: recomputes)
        for side in [200, 300, 400, 500] { _ = Tensor.zeros(Shape(1, side, side, 8), in: context) }
        let kept = Tensor.filled(Shape(1, 100, 100, 8), with: 1, in: context)
        let found = context.bufferStatistics
        #expect((found.bytesHeld <= found.peakBytesInUse) == recomputes)
        #expect(found.bytesInUse >= 4 * 80_000 && kept.values.allSatisfy { $0 == 1 })
    }
}
