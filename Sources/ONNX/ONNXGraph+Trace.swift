public import TensorCore

/// What a network's graph gives, by the variable that a tape has for it.
public enum ONNXOutput {
    /// Probabilities of structures, `[N, H, W, K]`, with the image's height and width.
    case probabilities(Variable)
    /// Logits `[N, L]`, of which the first so many are of classes: their softmax is given.
    case classes(logits: Variable, count: Int)
}

extension ONNXGraph {
    /// The input's name.
    public static let image = "image"
    /// The name of the output with the probabilities of structures.
    public static let probabilities = "probabilities"
    /// The name of the output with the probabilities of classes.
    public static let classes = "classes"

    /// The graph of a network that a tape has traced: the operations that its outputs need, for
    /// batches and images of every size that the network takes.
    ///
    /// - Parameters:
    ///   - trace: of the network, in evaluation, from one image.
    ///   - image: what the network was given, `[N, H, W, C]`; the graph takes `[N, C, H, W]`.
    ///   - outputs: what the graph gives: "probabilities" `[N, K, H, W]`, "classes" `[N, classes]`.
    /// - Throws: `ONNXError`.
    public init(
        _ trace: [TracedOperation], from image: Variable, to outputs: [ONNXOutput]
    ) throws(ONNXError) {
        var builder = GraphBuilder()
        builder.give(Self.image, to: image)
        for (number, step) in Self.needed(trace, outputs).enumerated() {
            try builder.add(step, number: number + 1)
        }
        for output in outputs { try builder.end(with: output, of: image) }
        self = builder.graph
    }

    /// The operations that the outputs follow from; the coarse outputs of deep supervision need more.
    private static func needed(
        _ trace: [TracedOperation], _ outputs: [ONNXOutput]
    ) -> [TracedOperation] {
        var wanted = Set(outputs.map { ObjectIdentifier($0.variable) })
        var result: [TracedOperation] = []
        for step in trace.reversed() where wanted.contains(ObjectIdentifier(step.output)) {
            wanted.formUnion(step.inputs.map { ObjectIdentifier($0) })
            result.append(step)
        }
        return result.reversed()
    }
}

extension ONNXOutput {
    fileprivate var variable: Variable {
        switch self {
        case .probabilities(let variable): variable
        case .classes(let logits, _): logits
        }
    }
}
