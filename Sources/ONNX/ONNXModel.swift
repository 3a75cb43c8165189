/// A network in the Open Neural Network Exchange format, as `onnx.proto` of version 1.12 names its parts
/// (github.com/onnx/onnx): a graph of operators, and what is said about it.
public struct ONNXModel: Sendable {
    /// The version of the format: 8, of ONNX 1.12 (2022).
    public static let formatVersion = 8
    /// The set of operators: 17, of the same.
    public static let operatorSet = 17

    /// The network.
    public var graph: ONNXGraph
    /// The version of the program that wrote it.
    public var producerVersion: String
    /// What it is, for people.
    public var documentation: String
    /// Facts about the network for programs, in this order.
    public var metadata: [(key: String, value: String)]

    /// A model; its bytes are `bytes()`.
    public init(
        graph: ONNXGraph, producerVersion: String, documentation: String,
        metadata: [(key: String, value: String)]
    ) {
        self.graph = graph
        self.producerVersion = producerVersion
        self.documentation = documentation
        self.metadata = metadata
    }
}

/// A graph of operators. Maps are `[N, C, H, W]`.
public struct ONNXGraph: Sendable {
    /// An application of an operator.
    public struct Node: Sendable, Hashable {
        /// The operator: "Conv".
        public let operation: String
        /// The values that it reads, by name.
        public let inputs: [String]
        /// The value that it makes; it gives the node its name too.
        public let output: String
        /// What else the operator is told.
        public let attributes: [Attribute]
    }

    /// A named setting of an operator.
    public struct Attribute: Sendable, Hashable {
        /// What it holds.
        public enum Value: Sendable, Hashable {
            case integer(Int)
            case integers([Int])
            case float(Float)
            case text(String)
        }

        /// Its name: "strides".
        public let name: String
        /// What it holds.
        public let value: Value
    }

    /// A constant: weights, statistics, or whole numbers that an operator reads.
    public struct Constant: Sendable, Hashable {
        /// Its numbers.
        public enum Content: Sendable, Hashable {
            case floats([Float])
            case integers([Int64])
        }

        /// Its name: that of the parameter.
        public let name: String
        /// Its extents.
        public let shape: [Int]
        /// Its numbers, the last extent fastest.
        public let content: Content
    }

    /// An extent of an input or output.
    public enum Extent: Sendable, Hashable {
        case fixed(Int)
        /// Whatever is given, by its name: "batch".
        case any(String)
    }

    /// An input or output: a tensor of 32-bit floats.
    public struct Value: Sendable, Hashable {
        /// Its name: "image".
        public let name: String
        /// Its extents.
        public let extents: [Extent]
        /// What its numbers are.
        public let documentation: String
    }

    /// The operators, each behind those whose values it reads.
    public internal(set) var nodes: [Node] = []
    /// The constants, in the order in which they are read.
    public internal(set) var constants: [Constant] = []
    /// What is given.
    public internal(set) var inputs: [Value] = []
    /// What is made.
    public internal(set) var outputs: [Value] = []
}
