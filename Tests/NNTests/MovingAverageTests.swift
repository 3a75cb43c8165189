import Testing

@testable import NN
@testable import TensorCore

struct MovingAverageTests {
    /// A module of one long parameter and one state.
    private final class Part: Module {
        let parameter: Parameter
        let state: NamedTensor

        init(_ value: Float, count: Int = 3, in context: ComputeContext) {
            let shape = Shape(count)
            parameter = Parameter("weight", .filled(shape, with: value, in: context), in: context)
            state = NamedTensor(
                name: "running", tensor: .filled(shape, with: 10 * value, in: context))
        }

        var parameters: [Parameter] { [parameter] }
        var states: [NamedTensor] { [state] }
    }

    @Test(arguments: [0, 0.5, 0.9, 0.99, 0.99999])
    func itIsTheWeightedMeanOfAllStepsAndOfNothingElse(decay: Double) {
        let context = ComputeContext(threads: 1)
        let average = MovingAverage(decay: decay)
        let kept = Part(1000, in: context)
        var (sum, weights) = (0.0, 0.0)
        for step in 1...50 {
            let value = Float(step % 7) - 3
            average.update(kept, with: Part(value, in: context), step: step, in: context)
            (sum, weights) = (decay * sum + Double(value), decay * weights + 1)
            let expected = sum / weights
            for (tensor, factor) in [(kept.parameter.value, 1.0), (kept.state.tensor, 10.0)] {
                for found in tensor.values {
                    #expect(abs(Double(found) - factor * expected) < 1e-5 * factor)
                }
            }
        }
        if decay == 0 { #expect(kept.parameter.value.values == [-2, -2, -2]) }
    }

    /// The first step keeps nothing, and late ones what the decay says.
    @Test func shares() {
        let average = MovingAverage(decay: 0.9)
        #expect(average.keep(atStep: 1) == 0)
        #expect(abs(average.keep(atStep: 2) - 0.9 / 1.9) < 1e-12)
        #expect(abs(average.keep(atStep: 500) - 0.9) < 1e-12)
        #expect(MovingAverage(decay: 0).keep(atStep: 7) == 0)
    }

    @Test func theSameBitsWithAnyNumberOfThreads() {
        func values(threads: Int, cpu: CPULevel) -> [Float] {
            let context = ComputeContext(threads: threads, cpu: cpu)
            var random = RandomSource(seed: 3)
            func tensor() -> Tensor {
                Tensor(
                    (0..<100_003).map { _ in Float(random.normal()) }, shape: Shape(100_003),
                    in: context)
            }
            let kept = tensor()
            for _ in 0..<3 { kept.average(with: tensor(), keep: 0.7, in: context) }
            return kept.values
        }
        let exact = values(threads: 1, cpu: .portable)
        for cpu in CPULevel.allCases {
            let first = values(threads: 1, cpu: cpu)
            #expect(values(threads: 3, cpu: cpu) == first)
            let differences = zip(first, exact).map { abs($0 - $1) }
            #expect((differences.max() ?? 1) < 1e-6)
        }
    }
}
