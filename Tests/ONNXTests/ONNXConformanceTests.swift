import Models
import NN
import Settings
import TensorCore
import TestSupport
import Testing

@testable import ONNX

/// Every network of the registries as ONNX, read back and run by the words of the specification: it says
/// what the network says, for other batches and sizes than those that it was traced with.
@Suite struct ONNXConformanceTests {
    /// Networks that one graph is made of.
    struct Subject: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var segmentor: ModelEntry?
        var classifier: ClassifierEntry?
        var structures = 1
        var channels = 1
        var isExclusive = false
        /// What a classifier beside a segmentor sees.
        var critic = Critic.pair

        enum Critic { case pair, masked }
    }

    static let subjects: [Subject] =
        ModelRegistry.all.map { Subject(testDescription: $0.name, segmentor: $0) }
        + ModelRegistry.all.map {
            Subject(
                testDescription: $0.name + ", exclusive", segmentor: $0, structures: 3, channels: 2,
                isExclusive: true)
        }
        + ClassifierRegistry.all.map { Subject(testDescription: $0.name, classifier: $0) }
        + ClassifierRegistry.all.flatMap { entry in
            [Subject.Critic.pair, .masked].map {
                Subject(
                    testDescription: "unet and \(entry.name), \($0)", segmentor: .unet,
                    classifier: entry, structures: 2, channels: 2, critic: $0)
            }
        }

    private let context = ComputeContext(threads: 1)
    private static let classes = 2

    /// Networks whose weights, biases and statistics are all those of no special case.
    private struct Networks {
        var segmentor: (any SegmentationNetwork)?
        var classifier: (any ClassificationNetwork)?
        let subject: Subject

        init(_ subject: Subject, in context: ComputeContext) {
            self.subject = subject
            var make = Initialiser(context: context, random: RandomSource(seed: 1))
            var values = SettingValues()
            values[NetworkWidth.self].width = 2
            values[UNet.GateSettings.self].onLevel1 = true
            segmentor = subject.segmentor.map {
                let build = $0.make
                return build(
                    NetworkSettings(
                        inputChannels: subject.channels, structures: subject.structures,
                        isExclusive: subject.isExclusive, values: values), &make)
            }
            let (channels, structures) = (subject.channels, subject.structures)
            let inputs =
                segmentor == nil
                ? channels : subject.critic == .pair ? channels + structures : channels * structures
            classifier = subject.classifier.map {
                let build = $0.make
                // One logit more than there are classes, as a discriminator has.
                return build(inputs, ONNXConformanceTests.classes + 1, values, &make)
            }
            var random = RandomSource(seed: 5)
            for tensor in (segmentor?.weights ?? []) + (classifier?.weights ?? [])
            where tensor.tensor.shape.rank == 1 {
                for index in 0..<tensor.tensor.count {
                    tensor.tensor[index] = Float(0.5 + random.uniform())
                }
            }
        }

        func callAsFunction(_ images: Variable, on tape: Tape) -> [ONNXOutput] {
            let mask = segmentor.map { $0(images, on: tape).mask }
            let logits = classifier.map { classifier in
                guard let mask else { return classifier([images], on: tape) }
                return classifier(
                    subject.critic == .pair ? [images, mask] : [tape.masked(images, by: mask)],
                    on: tape)
            }
            return (mask.map { [.probabilities($0)] } ?? [])
                + (logits.map {
                    [.classes(logits: $0, count: ONNXConformanceTests.classes)]
                } ?? [])
        }
    }

    private func images(_ shape: Shape) -> Tensor {
        var random = RandomSource(seed: 3)
        return Tensor(
            (0..<shape.count).map { _ in Float(random.normal()) }, shape: shape, in: context)
    }

    private func model(_ networks: Networks, _ shape: Shape) throws -> ONNXModel {
        let tape = Tape(tracing: context)
        let image = tape.constant(.zeros(shape, in: context))
        let outputs = networks(image, on: tape)
        return ONNXModel(
            graph: try ONNXGraph(tape.trace, from: image, to: outputs), producerVersion: "1",
            documentation: "", metadata: [])
    }

    /// Sizes that need no padding and such that do.
    @Test(arguments: subjects, [(16, 32), (19, 17)])
    func theFileSaysWhatTheNetworkSays(
        _ subject: Subject, _ size: (height: Int, width: Int)
    ) throws {
        let networks = Networks(subject, in: context)
        let channels = subject.channels
        let file = ONNXFile(try model(networks, Shape(1, 32, 32, channels)).bytes())
        let images = images(Shape(2, size.height, size.width, channels))
        let tape = Tape(inference: context)
        let expected = networks(tape.constant(images), on: tape)
        let found = try ReferenceRuntime(file).run(NumberArray(images))
        #expect(found.count == expected.count)
        for output in expected {
            switch output {
            case .probabilities(let map):
                let result = try #require(found["probabilities"])
                #expect(
                    result.shape == [2, subject.structures, size.height, size.width])
                expectClose(result, NumberArray(map.value))
            case .classes(let logits, let count):
                let result = try #require(found["classes"])
                #expect(result.shape == [2, count])
                let terms = LogitTerms(logits.value)
                expectClose(
                    result,
                    NumberArray(
                        terms.probabilities(over: 0..<count).flatMap(\.self), shape: [2, count]))
            }
        }
    }

    private func expectClose(_ found: NumberArray, _ expected: NumberArray) {
        let pairs = zip(found.values, expected.values)
        let worst = pairs.map { abs($0 - $1) }.max() ?? 1
        #expect(found.values.count == expected.values.count && worst < 1e-5, "\(worst)")
        // All the same would be equal to much.
        let range = (expected.values.max() ?? 0) - (expected.values.min() ?? 0)
        #expect(range > 1e-3, "the network says the same of everything")
    }

    /// What stands in the file besides numbers.
    @Test(arguments: subjects)
    func theFileIsWhole(_ subject: Subject) throws {
        let networks = Networks(subject, in: context)
        let file = ONNXFile(try model(networks, Shape(1, 32, 32, subject.channels)).bytes())
        #expect(file.formatVersion == 8 && file.operatorSets == ["": 17])
        #expect(
            file.inputs == [
                .init(
                    name: "image", extents: ["batch", "\(subject.channels)", "height", "width"])
            ])
        var outputs: [ONNXFile.Value] = []
        if subject.segmentor != nil {
            outputs.append(
                .init(
                    name: "probabilities",
                    extents: ["batch", "\(subject.structures)", "height", "width"]))
        }
        if subject.classifier != nil {
            outputs.append(.init(name: "classes", extents: ["batch", "2"]))
        }
        #expect(file.outputs == outputs)
        // Each value is made once, and all weights that the outputs need are there under their names.
        let made = file.nodes.flatMap(\.outputs) + file.constants.map(\.name) + ["image"]
        #expect(Set(made).count == made.count)
        let read = Set(file.nodes.flatMap(\.inputs) + outputs.map(\.name))
        #expect(made.filter { !read.contains($0) } == [])
        let weights = (networks.segmentor?.weights ?? []) + (networks.classifier?.weights ?? [])
        let names = Set(file.constants.map(\.name))
        #expect(weights.map(\.name).filter { !names.contains($0) } == [])
    }
}

extension NumberArray {
    /// Maps `[N, H, W, C]` as `[N, C, H, W]`.
    fileprivate init(_ tensor: Tensor) {
        let values = tensor.values
        let (height, width, channels) = (
            tensor.shape.height, tensor.shape.width, tensor.shape.channels
        )
        self.init(shape: [tensor.shape.batch, channels, height, width]) { place in
            let pixel = (place[0] * height + place[2]) * width + place[3]
            return Double(values[pixel * channels + place[1]])
        }
    }
}
