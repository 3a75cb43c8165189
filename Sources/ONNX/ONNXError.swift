/// Why a network is no ONNX file, in one sentence.
public enum ONNXError: Error, Equatable, CustomStringConvertible {
    /// An operation reads a value that no operation made and that is no input.
    case unknownValue(operation: String, shape: String)
    /// An operation whose constant has the extents of one batch.
    case fixedExtents(operation: String, shape: String)
    /// An output that has not the extents of the input.
    case wrongExtents(output: String, shape: String, expected: String)
    /// More than a protocol buffer holds.
    case tooLarge(bytes: Int, limit: Int)

    /// What, where, found, expected.
    public var description: String {
        switch self {
        case .unknownValue(let operation, let shape):
            "the network's operation '\(operation)' reads a value \(shape) that is neither its input nor "
                + "made by an operation of the tape; expected what follows from the image, for images "
                + "of every size"
        case .fixedExtents(let operation, let shape):
            "the network's operation '\(operation)' has a constant \(shape), the extents of one batch; "
                + "expected one that holds for images of every size"
        case .wrongExtents(let output, let shape, let expected):
            "the network's output '\(output)' is \(shape); expected \(expected), as its input is"
        case .tooLarge(let bytes, let limit):
            "the network's weights have \(bytes) bytes; expected at most \(limit), as a file of ONNX "
                + "holds"
        }
    }
}
