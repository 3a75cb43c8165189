import TensorCore
import TestSupport
import Testing

struct TapeTests {
    private let context = ComputeContext(threads: 2)

    private func state(_ channels: Int) -> BatchNormState {
        let shape = Shape(channels)
        return BatchNormState(
            weight: Parameter("w", .filled(shape, with: 1, in: context), in: context),
            bias: Parameter("b", .zeros(shape, in: context), in: context),
            runningMean: .zeros(shape, in: context),
            runningVariance: .filled(shape, with: 1, in: context), momentum: 0.9, epsilon: 1e-3)
    }

    /// Channel values 1…4: mean 2.5, unbiased variance 5/3.
    @Test func runningStatistics() {
        let x = Tensor([1, 2, 3, 4], shape: Shape(1, 2, 2, 1), in: context)
        let norm = state(1)
        let tape = Tape(context: context, training: true, random: RandomSource(seed: 1))
        _ = tape.batchNorm(tape.input(x), norm, slope: 1)
        #expect(abs(norm.runningMean.scalar - 0.25) < 1e-6)
        #expect(abs(norm.runningVariance.scalar - Float(0.9 + 0.1 * 5 / 3)) < 1e-6)

        let evaluation = Tape(inference: context)
        let y = evaluation.batchNorm(evaluation.constant(x), norm, slope: 1).value.values
        let deviation = (0.9 + 0.1 * 5.0 / 3 + 1e-3).squareRoot()
        for (index, value) in y.enumerated() {
            #expect(abs(Double(value) - (Double(index + 1) - 0.25) / deviation) < 1e-6)
        }
        #expect(abs(norm.runningMean.scalar - 0.25) < 1e-6, "evaluation moves no statistics")
    }

    /// Running statistics are constants, in evaluation and where training asks for them, so the
    /// gradient is the plain scale.
    @Test(arguments: [false, true])
    func batchNormGradientWithRunningStatistics(training: Bool) {
        let norm = state(1)
        norm.runningVariance.fill(4)
        let tape = Tape(
            context: context, training: training, random: RandomSource(seed: 1), recording: true)
        let x = tape.input(Tensor([1, -2, 3, 5], shape: Shape(1, 2, 2, 1), in: context))
        let y = tape.with(.running) { tape.batchNorm(x, norm, slope: 1) }
        let evaluation = Tape(inference: context)
        #expect(
            y.value.values
                == evaluation.batchNorm(evaluation.constant(x.value), norm, slope: 1).value.values)
        #expect(norm.runningMean.scalar == 0 && norm.runningVariance.scalar == 4)
        tape.seed(y, gradient: Tensor([1, 0, 0, 2], shape: y.shape, in: context))
        tape.backward()
        let scale = Float(1 / (4 + 1e-3).squareRoot())
        #expect(x.gradient?.values == [scale, 0, 0, 2 * scale])
    }

    @Test func dropoutKeepsTheMeanAndItsMask() throws {
        let count = 100_000
        let x = Tensor.filled(Shape(1, 1, count, 1), with: 1, in: context)
        let tape = Tape(context: context, training: true, random: RandomSource(seed: 3))
        let input = tape.input(x)
        let y = tape.dropout(input, rate: 0.4)
        let kept = y.value.values.filter { $0 != 0 }
        #expect(abs(Double(kept.count) / Double(count) - 0.6) < 0.01)
        #expect(kept.allSatisfy { abs($0 - 1 / 0.6) < 1e-5 })
        tape.seed(y, gradient: x)
        tape.backward()
        #expect(try #require(input.gradient).values == y.value.values)

        let evaluation = Tape(inference: context)
        #expect(evaluation.dropout(evaluation.constant(x), rate: 0.4).value.values == x.values)
    }

    @Test func frozenParametersLetGradientsThrough() {
        let weight = Parameter(
            "w", Tensor([2], shape: Shape(1, 1, 1, 1), in: context), in: context)
        weight.isTrainable = false
        let tape = Tape(context: context, training: true, random: RandomSource(seed: 1))
        let x = tape.input(Tensor([3], shape: Shape(1, 1, 1, 1), in: context))
        let y = tape.convolution([x], weight: weight, bias: nil)
        tape.seed(y, gradient: Tensor([1], shape: y.shape, in: context))
        tape.backward()
        #expect(x.gradient?.values == [2])
        #expect(!weight.hasGradient)
    }

    /// Two passes before a step add up.
    @Test func gradientsAccumulate() {
        let weight = Parameter(
            "w", Tensor([2], shape: Shape(1, 1, 1, 1), in: context), in: context)
        for value in [Float(3), 4] {
            let tape = Tape(context: context, training: true, random: RandomSource(seed: 1))
            let x = tape.constant(Tensor([value], shape: Shape(1, 1, 1, 1), in: context))
            let y = tape.convolution([x], weight: weight, bias: nil)
            tape.seed(y, gradient: Tensor([1], shape: y.shape, in: context))
            tape.backward()
        }
        #expect(weight.gradient.values == [7])
        weight.clearGradient()
        #expect(weight.gradient.values == [0])
    }
}
