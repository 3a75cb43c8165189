import TensorCore
import TestSupport
import Testing

@testable import ONNX

/// Operations alone, hostile texts, and what is refused.
@Suite struct ONNXGraphTests {
    private let context = ComputeContext(threads: 1)

    private func file(
        _ graph: ONNXGraph, metadata: [(key: String, value: String)] = []
    ) throws -> ONNXFile {
        ONNXFile(
            try ONNXModel(
                graph: graph, producerVersion: "1", documentation: "", metadata: metadata
            ).bytes())
    }

    private func graph(_ operation: (Tape, Variable) -> Variable) throws(ONNXError) -> ONNXGraph {
        let tape = Tape(tracing: context)
        let image = tape.constant(.zeros(Shape(1, 4, 4, 2), in: context))
        let output = operation(tape, image)
        return try ONNXGraph(tape.trace, from: image, to: [.probabilities(output)])
    }

    /// `[K, kernel, kernel, C]` becomes `[K, C, kernel, kernel]`, `[2, 2, K, C]` becomes `[C, K, 2, 2]`.
    @Test func weightsAreTurned() throws {
        let values = (0..<3 * 3 * 3 * 2).map { Float($0) }
        let weight = Parameter(
            "w", Tensor(values, shape: Shape(3, 3, 3, 2), in: context), in: context)
        let own = try file(
            graph { tape, image in tape.convolution([image], weight: weight, bias: nil) })
        let kernels = try #require(own.constants.first { $0.name == "w" })
        #expect(kernels.shape == [3, 2, 3, 3])
        #expect(kernels.values.prefix(10) == [0, 2, 4, 6, 8, 10, 12, 14, 16, 1])
        let doubling = Parameter(
            "up", Tensor((0..<24).map { Float($0) }, shape: Shape(2, 2, 3, 2), in: context),
            in: context)
        let up = try file(
            graph { tape, image in
                tape.maxPool2(tape.transposedConvolution(image, weight: doubling, bias: nil))
            })
        let turned = try #require(up.constants.first { $0.name == "up" })
        #expect(turned.shape == [2, 3, 2, 2])
        #expect(turned.values.prefix(5) == [0, 6, 12, 18, 2])
    }

    /// One parameter that is used twice is one constant; two of one name are two.
    @Test func constantsHaveNamesOfTheirOwn() throws {
        func parameter(_ value: Float) -> Parameter {
            Parameter("same", .filled(Shape(2, 1, 1, 2), with: value, in: context), in: context)
        }
        let (one, two) = (parameter(1), parameter(2))
        let found = try file(
            graph { tape, image in
                [one, one, two].reduce(image) { tape.convolution([$0], weight: $1, bias: nil) }
            })
        #expect(found.constants.map(\.name) == ["same", "same_2"])
        #expect(found.constants.map { $0.values[0] } == [1, 2])
        let kernels = found.nodes.filter { $0.operation == "Conv" }.map { $0.inputs[1] }
        #expect(kernels == ["same", "same", "same_2"])
        // A parameter that is called like the input or an output.
        for name in ["image", "probabilities", ""] {
            let odd = Parameter(
                name, .filled(Shape(2, 1, 1, 2), with: 1, in: context), in: context)
            let found = try file(
                graph { tape, image in tape.convolution([image], weight: odd, bias: nil) })
            let made = found.nodes.flatMap(\.outputs) + found.constants.map(\.name) + ["image"]
            #expect(Set(made).count == made.count && !made.contains(""), "\(made)")
            #expect(found.outputs.map(\.name) == ["probabilities"])
        }
    }

    /// What a person writes comes back as it was, whatever it is.
    @Test func textsOfMetadataComeBack() throws {
        let hostile = [
            "", "\"", "\\", "\u{0}", "a\nb", "\u{202E}txt", "👩‍⚕️", "<script>",
            "'; DROP TABLE run; --",
            String(repeating: "é", count: 70_000),
        ]
        let own = try file(
            graph { tape, image in tape.sigmoid(image) },
            metadata: hostile.enumerated().map { ("key \($0.offset)", $0.element) })
        #expect(own.metadata.map(\.value) == hostile)
        #expect(own.metadata.map(\.key) == hostile.indices.map { "key \($0)" })
    }

    /// What is not of the image would be that of the image of the trace, for ever.
    @Test func aValueFromElsewhereIsRefused() throws {
        let error = #expect(throws: ONNXError.self) {
            try graph { tape, image in tape.add(image, tape.constant(image.value)) }
        }
        #expect(error == .unknownValue(operation: "sum", shape: "[1, 4, 4, 2]"))
        #expect(error?.description.contains("expected what follows from the image") == true)
        #expect(throws: ONNXError.fixedExtents(operation: "product", shape: "[1, 4, 4, 2]")) {
            try graph { tape, image in tape.product(image, image.value) }
        }
        #expect(
            throws: ONNXError.wrongExtents(
                output: "probabilities", shape: "[1, 2, 2, 2]", expected: "[1, 4, 4, 2]")
        ) { try graph { tape, image in tape.maxPool2(image) } }
    }

    /// What no output needs is left out, and nothing else.
    @Test func onlyWhatIsNeededIsWritten() throws {
        let own = try graph { tape, image in
            let kept = tape.sigmoid(image)
            _ = tape.averagePool2(kept)
            return kept
        }
        #expect(own.nodes.map(\.operation) == ["Sigmoid", "Identity"])
    }

    @Test func anEvaluationHasNoDropout() throws {
        let own = try graph { tape, image in tape.dropout(tape.sigmoid(image), rate: 0.5) }
        #expect(own.nodes.map(\.operation) == ["Sigmoid", "Identity"])
    }

    @Test func moreThanAFileHoldsIsRefused() {
        var graph = ONNXGraph()
        // The same numbers, many times.
        let numbers = [Float](repeating: 0, count: 1 << 20)
        graph.constants = (0..<512).map {
            .init(name: "\($0)", shape: [numbers.count], content: .floats(numbers))
        }
        let model = ONNXModel(graph: graph, producerVersion: "", documentation: "", metadata: [])
        #expect(
            throws: ONNXError.tooLarge(bytes: 1 << 31, limit: ONNXModel.limit)
        ) { try model.bytes() }
    }

    /// Tapes that are not asked for a trace keep none: training would keep all its values.
    @Test func onlyATracingTapeTraces() {
        for tape in [
            Tape(inference: context),
            Tape(context: context, training: true, random: RandomSource(seed: 1)),
        ] {
            _ = tape.sigmoid(tape.constant(.zeros(Shape(1, 1, 1, 1), in: context)))
            #expect(tape.trace.isEmpty)
        }
    }
}
