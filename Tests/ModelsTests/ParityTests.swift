import Foundation
import Losses
import Models
import NN
import Settings
import TensorCore
import TestSupport
import Testing

/// The networks against PyTorch: same weights and batch in; outputs, losses, gradients, and weights
/// after five Adam steps out (`Fixtures/make_parity.py`).
struct ParityTests {
    /// The base width of the goldens.
    private static let width = 2

    @Test("segmentors", arguments: ["unet", "attention-unet", "ppau-net"], CPULevel.allCases)
    func segmentor(name: String, level: CPULevel) throws {
        let context = ComputeContext(threads: 2, cpu: level)
        let file = try ParityFile("parity-\(name)", beside: #filePath, in: context)
        let entry = try #require(ModelRegistry.find(name))
        var make = Initialiser(context: context, random: RandomSource(seed: 0))
        let network = entry.make(NetworkSettings(width: Self.width), &make)
        try file.load("weights", into: network)
        let images = try file.tensor("input/images")
        let masks = try file.tensor("input/masks")
        let loss = try #require(LossRegistry.find("kltv")).make(SettingValues())
        let optimiser = Adam(
            network.parameters, learningRate: 1e-4, epsilon: 1e-5, context: context)
        for (step, expected) in try file.value("losses", as: [Double].self).enumerated() {
            let tape = Tape(context: context, training: true, random: RandomSource(seed: 0))
            let sides = network(tape.constant(images), on: tape).sides
            let weights = sides.count == 1 ? [1] : [0.1, 0.2, 0.3, 0.4]
            var sum = 0.0
            for (index, (side, weight)) in zip(sides, weights).enumerated() {
                if step == 0 { try file.expect(side.value, equals: "output/\(index)") }
                let target = sampled(masks, like: side.shape, in: context)
                sum += weight * loss(side, target: target, weight: weight, on: tape)
            }
            #expect(abs(sum - expected) <= 1e-4 * expected, "\(name), step \(step)")
            network.clearGradients()
            tape.backward()
            if step == 0 { try expectGradients(of: network, in: file) }
            optimiser.step()
        }
        for named in network.weights {
            try file.expect(named.tensor, equals: "after/" + named.name)
        }
    }

    @Test(
        "discriminator and classifiers", arguments: ["discriminator", "s4mcl-classifier", "cnn"],
        CPULevel.allCases)
    func classifier(name: String, level: CPULevel) throws {
        let context = ComputeContext(threads: 2, cpu: level)
        let channels = name == "cnn" ? 1 : 2
        let file = try ParityFile("parity-\(name)", beside: #filePath, in: context)
        var make = Initialiser(context: context, random: RandomSource(seed: 0))
        let network = ConvolutionalClassifier(
            "discriminator", inputChannels: channels,
            classes: try file.value("outputs", as: Int.self),
            width: Self.width, dropout: 0, using: &make)
        try file.load("weights", into: network)
        var inputs = [try file.tensor("input/images")]
        if channels == 2 { inputs.append(try file.tensor("input/masks")) }
        let targets = try file.value("targets", as: [Int].self)
        let optimiser = Adam(
            network.parameters, learningRate: 1e-4, epsilon: 1e-5, context: context)
        for (step, expected) in try file.value("losses", as: [Double].self).enumerated() {
            let tape = Tape(context: context, training: true, random: RandomSource(seed: 0))
            let logits = network(inputs.map { tape.constant($0) }, on: tape)
            if step == 0 { try file.expect(logits.value, equals: "output/0") }
            let (loss, gradient) = crossEntropy(logits.value, targets, in: context)
            #expect(abs(loss - expected) <= 1e-4 * expected, "\(name), step \(step)")
            tape.seed(logits, gradient: gradient)
            network.clearGradients()
            tape.backward()
            if step == 0 { try expectGradients(of: network, in: file) }
            optimiser.step()
        }
        for named in network.weights {
            try file.expect(named.tensor, equals: "after/" + named.name)
        }
    }

    private func expectGradients(of network: any Module, in file: ParityFile) throws {
        for parameter in network.parameters {
            try file.expect(parameter.gradient, equals: "gradient/" + parameter.name)
        }
    }

    /// Every k-th row and column of the masks.
    private func sampled(_ masks: Tensor, like shape: Shape, in context: ComputeContext) -> Tensor {
        let step = masks.shape.height / shape.height
        let values = masks.values
        var result: [Float] = []
        for image in 0..<shape.batch {
            for row in 0..<shape.height {
                for column in 0..<shape.width {
                    let line = (image * masks.shape.height + row * step) * masks.shape.width
                    result.append(values[line + column * step])
                }
            }
        }
        return Tensor(result, shape: shape, in: context)
    }

    /// Mean cross-entropy and its gradient, in double precision.
    private func crossEntropy(_ logits: Tensor, _ targets: [Int], in context: ComputeContext) -> (
        Double, Tensor
    ) {
        let classes = logits.shape[1]
        let values = logits.values.map(Double.init)
        var gradient: [Float] = []
        var sum = 0.0
        for (row, target) in targets.enumerated() {
            let exponentials = values[row * classes..<(row + 1) * classes].map { exp($0) }
            let total = exponentials.reduce(0, +)
            sum -= log(exponentials[target] / total)
            for (index, value) in exponentials.enumerated() {
                let slope = value / total - (index == target ? 1 : 0)
                gradient.append(Float(slope / Double(targets.count)))
            }
        }
        return (
            sum / Double(targets.count), Tensor(gradient, shape: logits.shape, in: context)
        )
    }
}
