import Foundation
import ProtocolBuffers

/// A file of ONNX, read back by the numbers of `onnx.proto` alone.
package struct ONNXFile {
    package struct Node {
        package var name = "", operation = ""
        package var inputs: [String] = [], outputs: [String] = []
        package var integers: [String: [Int]] = [:]
        package var floats: [String: Float] = [:]
        package var texts: [String: String] = [:]

        package func integer(_ name: String, or standard: Int) -> Int {
            integers[name]?.first ?? standard
        }
    }

    package struct Constant {
        package var name = ""
        package var shape: [Int] = []
        package var values: [Double] = []
    }

    /// An input or output; extents are numbers or names.
    package struct Value: Equatable {
        package var name = ""
        package var extents: [String] = []

        /// A value without a name and extents.
        package init() {}

        /// An expectation.
        package init(name: String, extents: [String]) {
            self.name = name
            self.extents = extents
        }
    }

    package private(set) var formatVersion = 0
    package private(set) var operatorSets: [String: Int] = [:]
    package private(set) var producer = "", producerVersion = ""
    package private(set) var metadata: [(key: String, value: String)] = []
    package private(set) var nodes: [Node] = []
    package private(set) var constants: [Constant] = []
    package private(set) var inputs: [Value] = [], outputs: [Value] = []

    package init(_ bytes: [UInt8]) {
        for (field, value) in ProtocolFields(Data(bytes)) {
            switch field {
            case 1: formatVersion = Self.integer(value)
            case 2: producer = value.text ?? ""
            case 3: producerVersion = value.text ?? ""
            case 7: readGraph(value)
            case 8:
                let parts = Self.fields(value)
                let domain: String = parts.first { $0.field == 1 }?.value.text ?? ""
                operatorSets[domain] = parts.first { $0.field == 2 }.map { Self.integer($0.value) }
            case 14:
                let parts = Self.fields(value)
                metadata.append(
                    (
                        parts.first { $0.field == 1 }?.value.text ?? "",
                        parts.first { $0.field == 2 }?.value.text ?? ""
                    ))
            default: break
            }
        }
    }

    private static func fields(
        _ value: ProtocolFields.Value
    ) -> [(field: UInt64, value: ProtocolFields.Value)] {
        Array(ProtocolFields(value.bytes ?? Data()))
    }

    private static func integer(_ value: ProtocolFields.Value) -> Int {
        Int(Int64(bitPattern: value.number ?? 0))
    }

    private mutating func readGraph(_ graph: ProtocolFields.Value) {
        for (field, value) in Self.fields(graph) {
            switch field {
            case 1: nodes.append(Self.node(value))
            case 5: constants.append(Self.constant(value))
            case 11: inputs.append(Self.value(value))
            case 12: outputs.append(Self.value(value))
            default: break
            }
        }
    }

    private static func node(_ message: ProtocolFields.Value) -> Node {
        var node = Node()
        for (field, value) in fields(message) {
            switch field {
            case 1: node.inputs.append(value.text ?? "?")
            case 2: node.outputs.append(value.text ?? "?")
            case 3: node.name = value.text ?? "?"
            case 4: node.operation = value.text ?? "?"
            case 5: readAttribute(value, into: &node)
            default: break
            }
        }
        return node
    }

    /// The kind that is said (field 20) decides what is read.
    private static func readAttribute(_ message: ProtocolFields.Value, into node: inout Node) {
        let parts = fields(message)
        let name: String = parts.first { $0.field == 1 }?.value.text ?? "?"
        let kind = parts.first { $0.field == 20 }.map { integer($0.value) }
        switch kind {
        case 1: node.floats[name] = parts.first { $0.field == 2 }?.value.float
        case 2: node.integers[name] = parts.filter { $0.field == 3 }.map { integer($0.value) }
        case 3: node.texts[name] = parts.first { $0.field == 4 }?.value.text
        case 7: node.integers[name] = parts.filter { $0.field == 8 }.map { integer($0.value) }
        default: break
        }
    }

    private static func constant(_ message: ProtocolFields.Value) -> Constant {
        var constant = Constant()
        var kind = 0
        var raw: [UInt8] = []
        for (field, value) in fields(message) {
            switch field {
            case 1: constant.shape.append(integer(value))
            case 2: kind = integer(value)
            case 8: constant.name = value.text ?? "?"
            case 9: raw = Array(value.bytes ?? Data())
            default: break
            }
        }
        func numbers<Number: FixedWidthInteger>(_ type: Number.Type) -> [Number] {
            let size = Number.bitWidth / 8
            return stride(from: 0, to: raw.count, by: size).map { start in
                (0..<size).reduce(0) {
                    $0 | Number(truncatingIfNeeded: raw[start + $1]) << ($1 * 8)
                }
            }
        }
        if kind == 1 {
            constant.values = numbers(UInt32.self).map { Double(Float(bitPattern: $0)) }
        } else if kind == 7 {
            constant.values = numbers(Int64.self).map { Double($0) }
        }
        return constant
    }

    private static func value(_ message: ProtocolFields.Value) -> Value {
        var result = Value()
        for (field, value) in fields(message) {
            if field == 1 { result.name = value.text ?? "?" }
            guard field == 2 else { continue }
            for (_, tensor) in fields(value) {
                for (part, shape) in fields(tensor) where part == 2 {
                    for (_, extent) in fields(shape) {
                        let content = fields(extent).first
                        result.extents.append(
                            content?.value.text ?? content.map { String(integer($0.value)) } ?? "?")
                    }
                }
            }
        }
        return result
    }
}
