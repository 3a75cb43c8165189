import Foundation
import Models
import NN
import Settings
import TensorCore
import TestSupport
import Testing

@testable import Training

/// One whole step of the adversarial procedures against PyTorch (`make_parity.py`): every term, and
/// gradients and weights of both networks.
struct ParityTests {
    private func request(_ model: ModelEntry, loss: String) -> RunRequest {
        var settings = TinyData.settings(epochs: 1)
        settings.learningRate = 1e-3
        settings[AdversarialSettings.self].learningRate = 1e-4
        settings[AdversarialSettings.self].weight = 0.01
        settings[UnlabelledWeight.self].weight = 0.8
        settings[MultiContextSettings.self].classifierAdversarialWeight = 0.9
        let networks = NetworkFactory(
            segmentor: { _, _, make in model.make(NetworkSettings(width: 2), &make) },
            classifier: { channels, outputs, make in
                ConvolutionalClassifier(
                    "discriminator", inputChannels: channels, classes: outputs, width: 2,
                    dropout: 0, using: &make)
            })
        return TinyData.request(
            settings: settings, networks: networks, loss: TinyData.loss(loss))
    }

    /// Loads the networks, makes the step and compares everything.
    private func check(
        _ file: ParityFile, _ learner: any Learner, step: () throws -> StepResult
    ) throws {
        let networks = zip(["segmentor", "critic"], learner.networks.map(\.module))
        for (name, network) in networks { try file.load("\(name)/weights", into: network) }
        let result = try step()
        let expected = try file.value("terms", as: [String: Double].self)
        #expect(Set(result.terms.map(\.name)) == Set(expected.keys))
        for (name, value) in result.terms {
            let target = try #require(expected[name])
            #expect(abs(value - target) <= 1e-4 * abs(target), "\(name)")
        }
        for (name, network) in networks {
            for parameter in network.parameters {
                try file.expect(
                    parameter.gradient, equals: "\(name)/gradient/\(parameter.name)")
            }
            for named in network.weights {
                try file.expect(
                    named.tensor, equals: "\(name)/after/\(named.name)",
                    gradient: file.tensors["\(name)/gradient/\(named.name)"])
            }
        }
    }

    @Test(arguments: CPULevel.allCases)
    func appauNetStep(level: CPULevel) throws {
        let context = ComputeContext(threads: 2, cpu: level)
        let file = try ParityFile("parity-appau-net-step", beside: #filePath, in: context)
        let learner = try AppauLearner(request(.ppauNet, loss: "kltv"), context: context)
        try check(file, learner) {
            try learner.step(Self.images(of: file)) { RandomSource(seed: 0, stream: $0) }
        }
    }

    @Test(arguments: CPULevel.allCases)
    func s4mclStep(level: CPULevel) throws {
        let context = ComputeContext(threads: 2, cpu: level)
        let file = try ParityFile("parity-s4mcl-step", beside: #filePath, in: context)
        let learner = try S4MCLLearner(
            request(.unet, loss: "gdl"), surrogates: Surrogate.allCases, context: context)
        try check(file, learner) {
            try learner.step(Self.images(of: file), transforms: [1, 4, 3, 5]) {
                RandomSource(seed: 0, stream: $0)
            }
        }
    }

    private static func images(of file: ParityFile) throws -> SemiSupervisedBatches.StepImages {
        SemiSupervisedBatches.StepImages(
            labelled: try file.tensor("input/labelled"), targets: try file.tensor("input/masks"),
            classes: try file.value("targets", as: [Int].self),
            unlabelled: try file.tensor("input/unlabelled"))
    }
}
