import TensorCore
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The softmax with background beside its naive twin: K + 1 channels, the last of which is 0.
struct BackgroundSoftmaxTests {
    /// A plain softmax over the logits and a 0 behind them, without the background's share.
    private func naive(_ logits: DoubleTensor) -> DoubleTensor {
        let channels = logits.shape[3]
        var result = logits
        for start in stride(from: 0, to: logits.values.count, by: channels) {
            let all = Array(logits.values[start..<start + channels]) + [0]
            let powers = all.map { exp($0) }
            let sum = powers.reduce(0, +)
            for k in 0..<channels { result.values[start + k] = powers[k] / sum }
        }
        return result
    }

    @Test(arguments: [1, 2, 3, 5, 8, 9, 17])
    func valuesAndGradients(channels: Int) {
        for (height, width) in [(1, 1), (3, 5), (7, 4)] {
            var source = RandomSource(seed: UInt64(channels))
            let logits = DoubleTensor(
                random: Shape(2, height, width, channels), scale: 3, using: &source)
            checkOperation(
                inputs: [logits], oracle: { inputs, _ in naive(inputs[0]) },
                operation: { tape, x, _ in tape.softmaxWithBackground(x[0]) })
            // A second use of the logits adds to their gradient.
            checkOperation(
                inputs: [logits],
                oracle: { inputs, _ in
                    var sum = naive(inputs[0])
                    for i in sum.values.indices { sum.values[i] += inputs[0].values[i] }
                    return sum
                },
                operation: { tape, x, _ in tape.add(tape.softmaxWithBackground(x[0]), x[0]) })
        }
    }

    @Test func oneStructureIsTheLogisticFunction() {
        let context = ComputeContext(threads: 1)
        let tape = Tape(inference: context)
        let logits = tape.constant(
            Tensor([-30, -1, 0, 0.5, 4, 80], shape: Shape(1, 1, 6, 1), in: context))
        let a = tape.softmaxWithBackground(logits).value.values
        let b = tape.sigmoid(logits).value.values
        #expect(zip(a, b).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    @Test func noLogitOverflows() {
        let context = ComputeContext(threads: 1)
        let tape = Tape(inference: context)
        let logits: [Float] = [3e38, -3e38, 1e30, 1e30, -3e38, -3e38]
        let values = tape.softmaxWithBackground(
            tape.constant(Tensor(logits, shape: Shape(1, 1, 3, 2), in: context))
        ).value.values
        #expect(values == [1, 0, 0.5, 0.5, 0, 0])
    }
}
