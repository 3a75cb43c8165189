internal import ProtocolBuffers

extension ONNXModel {
    /// The file: a `ModelProto`.
    ///
    /// - Throws: `ONNXError.tooLarge`: a protocol buffer ends before 2 GiB.
    public func bytes() throws(ONNXError) -> [UInt8] {
        let size = graph.constants.reduce(0) { $0 + $1.bytes }
        // What is not numbers is small: nodes, names and metadata.
        guard size < Self.limit else { throw .tooLarge(bytes: size, limit: Self.limit) }
        var operators = ProtocolBuffer()
        operators.write(1, text: "")
        operators.write(2, signed: Self.operatorSet)
        var model = ProtocolBuffer()
        model.write(1, signed: Self.formatVersion)
        model.write(2, text: "lightbox")
        model.write(3, text: producerVersion)
        model.write(6, text: documentation)
        model.write(7, message: graph.message)
        model.write(8, message: operators)
        for (key, value) in metadata {
            var entry = ProtocolBuffer()
            entry.write(1, text: key)
            entry.write(2, text: value)
            model.write(14, message: entry)
        }
        return model.bytes
    }

    /// Bytes of weights that a file may have: 2 GiB less what else may stand in it.
    static let limit = (1 << 31) - (1 << 24)
}

// Numbers of fields are those of onnx.proto.

extension ONNXGraph {
    /// A `GraphProto`.
    fileprivate var message: ProtocolBuffer {
        var graph = ProtocolBuffer()
        for node in nodes { graph.write(1, message: node.message) }
        graph.write(2, text: "lightbox")
        for constant in constants { graph.write(5, message: constant.message) }
        for input in inputs { graph.write(11, message: input.message) }
        for output in outputs { graph.write(12, message: output.message) }
        return graph
    }
}

extension ONNXGraph.Node {
    /// A `NodeProto`.
    fileprivate var message: ProtocolBuffer {
        var node = ProtocolBuffer()
        for input in inputs { node.write(1, text: input) }
        node.write(2, text: output)
        node.write(3, text: output)
        node.write(4, text: operation)
        for attribute in attributes { node.write(5, message: attribute.message) }
        return node
    }
}

extension ONNXGraph.Attribute {
    /// An `AttributeProto`.
    fileprivate var message: ProtocolBuffer {
        var attribute = ProtocolBuffer()
        attribute.write(1, text: name)
        let type: UInt64
        switch value {
        case .float(let number):
            attribute.write(2, float: number)
            type = 1
        case .integer(let number):
            attribute.write(3, signed: number)
            type = 2
        case .text(let text):
            attribute.write(4, text: text)
            type = 3
        case .integers(let numbers):
            for number in numbers { attribute.write(8, signed: number) }
            type = 7
        }
        attribute.write(20, integer: type)
        return attribute
    }
}

extension ONNXGraph.Constant {
    /// Bytes of its numbers.
    var bytes: Int {
        switch content {
        case .floats(let numbers): 4 * numbers.count
        case .integers(let numbers): 8 * numbers.count
        }
    }

    /// A `TensorProto`, its numbers as raw bytes, the lowest first.
    fileprivate var message: ProtocolBuffer {
        var tensor = ProtocolBuffer()
        for extent in shape { tensor.write(1, signed: extent) }
        var raw: [UInt8] = []
        raw.reserveCapacity(bytes)
        switch content {
        case .floats(let numbers):
            tensor.write(2, integer: 1)
            for number in numbers { raw += ProtocolBuffer.littleEndian(number.bitPattern) }
        case .integers(let numbers):
            tensor.write(2, integer: 7)
            for number in numbers { raw += ProtocolBuffer.littleEndian(number) }
        }
        tensor.write(8, text: name)
        tensor.write(9, bytes: raw)
        return tensor
    }
}

extension ONNXGraph.Value {
    /// A `ValueInfoProto` of a tensor of 32-bit floats.
    fileprivate var message: ProtocolBuffer {
        var shape = ProtocolBuffer()
        for extent in extents {
            var dimension = ProtocolBuffer()
            switch extent {
            case .fixed(let size): dimension.write(1, signed: size)
            case .any(let name): dimension.write(2, text: name)
            }
            shape.write(1, message: dimension)
        }
        var tensor = ProtocolBuffer()
        tensor.write(1, integer: 1)
        tensor.write(2, message: shape)
        var type = ProtocolBuffer()
        type.write(1, message: tensor)
        var value = ProtocolBuffer()
        value.write(1, text: name)
        value.write(2, message: type)
        value.write(3, text: documentation)
        return value
    }
}
