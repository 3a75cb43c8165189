internal import Foundation
public import NN
public import TensorCore
public import Testing

/// A golden file of `ModelsTests/Fixtures/make_parity.py`: weights, batches, and what PyTorch made
/// of them in float64.
public struct ParityFile {
    /// Everything in the file, by name.
    public let tensors: [String: Tensor]
    private let metadata: [String: String]
    private let name: String

    /// Reads `Fixtures/<name>.safetensors` beside the test file `test`.
    public init(_ name: String, beside test: String, in context: ComputeContext) throws {
        let file = URL(filePath: test).deletingLastPathComponent()
            .appending(path: "Fixtures/\(name).safetensors")
        let (tensors, metadata) = try Safetensors.read(from: file, in: context)
        self.tensors = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.tensor) })
        self.metadata = metadata
        self.name = name
    }

    /// A tensor of the file.
    public func tensor(_ name: String) throws -> Tensor {
        try #require(tensors[name], "\(self.name) has no \(name)")
    }

    /// A JSON value of the file's metadata.
    public func value<Value: Decodable>(_ key: String, as type: Value.Type) throws -> Value {
        let text = try #require(metadata[key])
        return try JSONDecoder().decode(type, from: Data(text.utf8))
    }

    /// Puts the file's weights `<prefix>/<parameter>` into a network that has just those.
    public func load(_ prefix: String, into module: any Module) throws {
        for parameter in module.parameters {
            parameter.value.copy(from: try tensor("\(prefix)/\(parameter.name)"))
        }
        let names = tensors.keys.filter { $0.hasPrefix(prefix + "/") }
        #expect(names.count == module.parameters.count)
    }

    /// Expects `|found - expected| <= tolerance * |expected|` (Euclidean norms); where the file
    /// holds zeros, the found values must be zeros. Elements whose `gradient` is below a hundred
    /// thousandth of its largest do not count: Adam's first step is the sign of what may be noise.
    public func expect(
        _ found: Tensor, equals name: String, within tolerance: Double = 1e-4,
        gradient: Tensor? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let expected = try tensor(name)
        try #require(found.shape == expected.shape, "\(name)", sourceLocation: sourceLocation)
        var difference = 0.0
        var size = 0.0
        let gradients = gradient?.values.map(abs) ?? []
        let least = 1e-5 * (gradients.max() ?? 0)
        for (index, (a, b)) in zip(found.values, expected.values).enumerated() {
            if !gradients.isEmpty, gradients[index] < least { continue }
            difference += (Double(a) - Double(b)) * (Double(a) - Double(b))
            size += Double(b) * Double(b)
        }
        let error = difference.squareRoot()
        #expect(
            error <= tolerance * size.squareRoot(),
            "\(self.name): \(name) is off by \(error) of \(size.squareRoot())",
            sourceLocation: sourceLocation)
    }
}
