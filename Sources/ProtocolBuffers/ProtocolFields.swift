package import Foundation

/// The fields of a protocol buffer, one after the other; what is cut off ends them, and so does what no
/// writer makes: a number of more than 64 bits, a field without a number, a length beyond the end, a group.
///
/// A message in a message is bytes, which its reader looks into or not: nothing nests by itself.
package struct ProtocolFields: Sequence, IteratorProtocol {
    /// What a field holds, by its wire type.
    package enum Value {
        case number(UInt64)
        case fixed64(UInt64)
        case fixed32(UInt32)
        case bytes(Data)
    }

    private var rest: Data

    /// The fields of a message.
    package init(_ bytes: Data) { rest = bytes }

    /// Whether the bytes are fields to their end, those in messages apart.
    package static func isWhole(_ bytes: Data) -> Bool {
        var fields = ProtocolFields(bytes)
        while !fields.rest.isEmpty {
            guard fields.next() != nil else { return false }
        }
        return true
    }

    /// The next field; nil at the end, and where the message is cut off or of a kind that there is not.
    package mutating func next() -> (field: UInt64, value: Value)? {
        guard let key = variable(), key >> 3 > 0 else { return nil }
        switch key & 7 {
        case 0: return variable().map { (key >> 3, .number($0)) }
        case 1: return fixed(UInt64.self).map { (key >> 3, .fixed64($0)) }
        case 2:
            guard let length = variable(), length <= UInt64(rest.count) else { return nil }
            defer { rest = rest.dropFirst(Int(length)) }
            return (key >> 3, .bytes(rest.prefix(Int(length))))
        case 5: return fixed(UInt32.self).map { (key >> 3, .fixed32($0)) }
        default: return nil
        }
    }

    private mutating func variable() -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            // The tenth byte has room for the highest bit only, and there is no eleventh.
            guard let byte = rest.popFirst(), shift < 63 || byte <= 1 else { return nil }
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
        }
        return nil
    }

    private mutating func fixed<Number: FixedWidthInteger>(_ type: Number.Type) -> Number? {
        let size = Number.bitWidth / 8
        guard rest.count >= size else { return nil }
        defer { rest = rest.dropFirst(size) }
        return rest.prefix(size).enumerated().reduce(0) {
            $0 | Number($1.element) << (8 * $1.offset)
        }
    }
}

extension ProtocolFields.Value {
    /// The bytes of wire type 2.
    package var bytes: Data? { if case .bytes(let data) = self { data } else { nil } }
    /// The same as a text, where it is UTF-8.
    package var text: String? { bytes.flatMap { String(validating: $0, as: UTF8.self) } }
    /// The number of wire type 0.
    package var number: UInt64? { if case .number(let number) = self { number } else { nil } }
    /// The same as a number below 0 or not, of the types `int64` and `int32`.
    package var signed: Int? { number.map { Int(Int64(bitPattern: $0)) } }
    /// The same of the type `sint64`, which has the sign in its lowest bit.
    package var zigzag: Int? {
        number.map { Int(Int64(bitPattern: $0 >> 1) ^ -Int64(bitPattern: $0 & 1)) }
    }
    /// The number of wire type 1.
    package var double: Double? {
        if case .fixed64(let bits) = self { Double(bitPattern: bits) } else { nil }
    }
    /// The number of wire type 5.
    package var float: Float? {
        if case .fixed32(let bits) = self { Float(bitPattern: bits) } else { nil }
    }
}
