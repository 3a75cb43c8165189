import NN
import Settings
import TensorCore
import Testing

@testable import Models

/// What is particular to the networks that there are; `NetworkConformanceTests` has what holds of all.
struct NetworkTests {
    private func network(_ entry: ModelEntry, _ context: ComputeContext, seed: UInt64 = 1)
        -> any SegmentationNetwork
    {
        var make = Initialiser(context: context, random: RandomSource(seed: seed))
        return entry.make(NetworkSettings(width: 4), &make)
    }

    @Test(arguments: ModelRegistry.all.map(\.name))
    func structuresThatExcludeEachOtherShareAPixel(_ name: String) throws {
        let context = ComputeContext(threads: 1)
        let entry = try #require(ModelRegistry.find(name))
        var settings = NetworkSettings(structures: 3, width: 2)
        func prediction() -> (Prediction, [String]) {
            var make = Initialiser(context: context, random: RandomSource(seed: 1))
            let network = entry.make(settings, &make)
            let tape = Tape(inference: context)
            var random = RandomSource(seed: 2)
            let shape = Shape(1, 32, 32, 1)
            let image = (0..<shape.count).map { _ in Float(3 * random.normal()) }
            let images = tape.constant(Tensor(image, shape: shape, in: context))
            return (network(images, on: tape), network.weights.map(\.name))
        }
        let (independent, names) = prediction()
        settings.isExclusive = true
        let (exclusive, others) = prediction()
        #expect(names == others)
        for (a, b) in zip(independent.sides, exclusive.sides) {
            let (a, b) = (a.value.values, b.value.values)
            for start in stride(from: 0, to: b.count, by: 3) {
                // The same logits through the logistic function and through the softmax.
                let odds = a[start..<start + 3].map { $0 / (1 - $0) }
                let sum = 1 + odds.reduce(0, +)
                let wrong = (0..<3).contains { abs(b[start + $0] - odds[$0] / sum) > 1e-5 }
                guard wrong else { continue }
                Issue.record("pixel \(start / 3): \(b[start..<start + 3])")
                return
            }
        }
    }

    /// Batch normalisation cancels the biases before it, so they get no gradient at all; every other
    /// weight of the family learns.
    @Test func everyWeightOfTheFamilyLearns() throws {
        let context = ComputeContext(threads: 2)
        let segmentor = network(.ppauNet, context)
        var random = RandomSource(seed: 3)
        let shape = Shape(2, 32, 32, 1)
        let images = Tensor(
            (0..<shape.count).map { _ in Float(random.normal()) }, shape: shape, in: context)
        let tape = Tape(context: context, training: true, random: random)
        let prediction = segmentor(tape.constant(images), on: tape)
        for side in prediction.sides {
            tape.seed(side, gradient: .filled(side.shape, with: 1, in: context))
        }
        segmentor.clearGradients()
        tape.backward()
        for parameter in segmentor.parameters {
            let cancelled =
                parameter.name.contains("conv") && parameter.name.hasSuffix(".bias")
                || parameter.name.contains("attention") && parameter.name.hasSuffix("output.bias")
            let moves = parameter.hasGradient && parameter.gradient.values.contains { $0 != 0 }
            #expect(moves != cancelled, "\(parameter.name)")
        }
    }

    /// Same seed, same weights; another seed, others.
    @Test func seedsDecideTheWeights() {
        let context = ComputeContext(threads: 1)
        let weights = [1, 1, 2].map { seed in
            network(.unet, context, seed: seed).weights.flatMap(\.tensor.values)
        }
        #expect(weights[0] == weights[1])
        #expect(weights[0] != weights[2])
    }

    /// The gate at level 1 adds the parameters of one gate, and nothing else.
    @Test func gateAtLevel1() {
        let context = ComputeContext(threads: 1)
        var make = Initialiser(context: context, random: RandomSource(seed: 1))
        let plain = ModelEntry.ppauNet.make(NetworkSettings(width: 4), &make)
        var settings = NetworkSettings(width: 4)
        settings.values[UNet.GateSettings.self].onLevel1 = true
        let gated = ModelEntry.ppauNet.make(settings, &make)
        let added = Set(gated.weights.map(\.name)).subtracting(plain.weights.map(\.name))
        #expect(!added.isEmpty)
        #expect(added.allSatisfy { $0.hasPrefix("attention1.") })
    }

    /// Dropout makes a classifier random in training; in evaluation it is a fixed function.
    @Test func classifierIsFixedInEvaluation() {
        let context = ComputeContext(threads: 1)
        var make = Initialiser(context: context, random: RandomSource(seed: 1))
        let classifier = ConvolutionalClassifier(
            "discriminator", inputChannels: 2, classes: 3, width: 4, using: &make)
        let image = Tensor.filled(Shape(2, 64, 64, 1), with: 0.3, in: context)
        func logits(training: Bool, seed: UInt64) -> [Float] {
            let tape = Tape(
                context: context, training: training, random: RandomSource(seed: seed))
            let x = tape.constant(image)
            return classifier([x, x], on: tape).value.values
        }
        #expect(logits(training: false, seed: 1) == logits(training: false, seed: 2))
        #expect(logits(training: true, seed: 1) != logits(training: true, seed: 2))
        #expect(logits(training: false, seed: 1).count == 6)
    }
}
