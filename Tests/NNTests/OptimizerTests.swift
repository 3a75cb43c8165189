import Testing

@testable import NN
@testable import TensorCore

/// What every optimiser of the registry keeps to.
struct OptimizerTests {
    private let context = ComputeContext(threads: 1)

    private func parameters() -> [Parameter] {
        [
            Parameter("a", Tensor([3, -2, 0.5], shape: Shape(3), in: context), in: context),
            Parameter("b", Tensor([1], shape: Shape(1), in: context), in: context),
            Parameter("idle", Tensor([7], shape: Shape(1), in: context), in: context),
        ]
    }

    /// One step down the square of each parameter but the last, which gets no gradient.
    private func step(_ parameters: [Parameter], _ optimiser: any Optimizer) {
        for parameter in parameters { parameter.clearGradient() }
        for parameter in parameters.dropLast() {
            parameter.accumulateGradient { gradient in
                for index in 0..<gradient.count { gradient[index] = 2 * parameter.value[index] }
            }
        }
        optimiser.step()
    }

    @Test(arguments: OptimizerRegistry.names)
    func itGoesDownhillAndLeavesWhatHasNoGradient(name: String) throws {
        let entry = try #require(OptimizerRegistry.find(name))
        let parameters = parameters()
        let optimiser = entry.make(parameters, 0.05, context)
        func loss() -> Float {
            parameters.dropLast().flatMap(\.value.values).reduce(0) { $0 + $1 * $1 }
        }
        let first = loss()
        for count in 1...100 {
            step(parameters, optimiser)
            #expect(optimiser.stepCount == count)
        }
        #expect(loss() < 0.05 * first)
        #expect(parameters.last?.value.values == [7])
        // Without a rate it stands still.
        optimiser.learningRate = 0
        let before = parameters.map(\.value.values)
        step(parameters, optimiser)
        #expect(parameters.map(\.value.values) == before)
    }

    /// States and step count are all that a checkpoint needs.
    @Test(arguments: OptimizerRegistry.names)
    func itGoesOnToTheSameBits(name: String) throws {
        let entry = try #require(OptimizerRegistry.find(name))
        let whole = parameters()
        let optimiser = entry.make(whole, 0.05, context)
        for _ in 0..<3 { step(whole, optimiser) }
        let copy = parameters()
        let second = entry.make(copy, 0.05, context)
        for (to, from) in zip(copy, whole) { to.value.copy(from: from.value) }
        let names = optimiser.states.map(\.name)
        #expect(Set(names).count == names.count && second.states.map(\.name) == names)
        for (to, from) in zip(second.states, optimiser.states) { to.tensor.copy(from: from.tensor) }
        second.stepCount = optimiser.stepCount
        for _ in 0..<3 {
            step(whole, optimiser)
            step(copy, second)
        }
        #expect(copy.map(\.value.values) == whole.map(\.value.values))
    }
}
