public import Foundation
public import NN
public import RunStore
public import TensorCore

/// The weights that a run left, read the one way there is: the bytes are those that the run wrote,
/// the format is right, and every value is a number.
public struct WeightsFile {
    /// The whole file.
    public let bytes: Data
    private let path: String

    /// Reads the file.
    ///
    /// - Throws: `ArtifactError` where it is not what the run wrote, `SafetensorsError` where its
    ///   content is no network's.
    public init(_ file: ArtifactFile) throws {
        bytes = try file.read()
        path = file.url.path
        try Safetensors.check(bytes, path: path)
    }

    /// What the file says about its tensors.
    public func metadata() throws -> [String: String] {
        try Safetensors.metadata(of: bytes, path: path)
    }

    /// The tensors and what the file says about them.
    public func tensors(in context: ComputeContext) throws -> (
        tensors: [NamedTensor], metadata: [String: String]
    ) {
        try Safetensors.read(bytes, path: path, in: context)
    }
}
