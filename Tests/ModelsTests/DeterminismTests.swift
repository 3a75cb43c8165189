import NN
import TensorCore
import Testing

@testable import Models

/// The same bits for any number of threads, and again; and a step that has settled allocates
/// nothing.
struct DeterminismTests {
    /// Trains a small network for some steps on noise and returns every weight and statistic.
    private func train(
        _ name: String, threads: Int, steps: Int, cpu: CPULevel? = nil,
        afterStep: (Int, ComputeContext) -> Void = { _, _ in }
    ) throws -> [Float] {
        let context = ComputeContext(threads: threads, cpu: cpu)
        var make = Initialiser(context: context, random: RandomSource(seed: 4))
        let entry = try #require(ModelRegistry.find(name))
        let network = entry.make(NetworkSettings(width: 4), &make)
        let optimiser = Adam(network.parameters, learningRate: 1e-3, context: context)
        var random = RandomSource(seed: 5)
        let shape = Shape(3, 32, 48, 1)
        for step in 0..<steps {
            let images = Tensor(
                (0..<shape.count).map { _ in Float(random.uniform()) }, shape: shape, in: context)
            let tape = Tape(context: context, training: true, random: RandomSource(seed: 6))
            let prediction = network(tape.constant(images), on: tape)
            for side in prediction.sides {
                // Pulls the prediction towards 1/4.
                let values = side.value.values.map { 2 * ($0 - 0.25) }
                tape.seed(side, gradient: Tensor(values, shape: side.shape, in: context))
            }
            network.clearGradients()
            tape.backward()
            optimiser.step()
            afterStep(step, context)
        }
        return network.weights.flatMap(\.tensor.values)
    }

    @Test(arguments: ["unet", "ppau-net"])
    func anyNumberOfThreadsGivesTheSameBits(_ name: String) throws {
        let reference = try train(name, threads: 1, steps: 20)
        #expect(!reference.contains { !$0.isFinite })
        for threads in [1, 2, 3, 8] {
            let weights = try train(name, threads: threads, steps: 20)
            let same = zip(weights, reference).allSatisfy { $0.bitPattern == $1.bitPattern }
            #expect(same, "\(threads) threads")
        }
    }

    @Test(arguments: CPULevel.allCases)
    func everyLevelRepeats(_ cpu: CPULevel) throws {
        let first = try train("attention-unet", threads: 1, steps: 3, cpu: cpu)
        let second = try train("attention-unet", threads: 3, steps: 3, cpu: cpu)
        #expect(first.map(\.bitPattern) == second.map(\.bitPattern))
    }

    @Test func aSettledStepAllocatesNothing() throws {
        var allocations: [Int] = []
        _ = try train("ppau-net", threads: 2, steps: 6) { _, context in
            allocations.append(context.bufferStatistics.systemAllocations)
        }
        #expect(allocations[5] == allocations[2], "system allocations by step: \(allocations)")
    }
}
