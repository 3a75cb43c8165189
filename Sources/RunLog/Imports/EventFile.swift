internal import Foundation
internal import Hashing

/// Reads the records of a TFRecord file: length, its checksum, payload, its checksum.
struct EventFile {
    private let bytes: Data
    private var offset = 0
    /// Where the file stops to be one; nil where it ended as it should.
    private(set) var damage: Int?

    init(_ file: URL) throws {
        bytes = try SourceFile.data(file, expected: "an event file")
    }

    /// The next record; nil at the end, and where the file is damaged.
    mutating func next() -> Data? {
        guard offset < bytes.count, damage == nil else { return nil }
        let start = bytes.startIndex + offset
        guard bytes.count - offset >= 12 else { return damaged() }
        let header = bytes[start..<start + 8]
        let length = Self.number(header, of: UInt64.self)
        guard Self.number(bytes[start + 8..<start + 12], of: UInt32.self) == CRC32C.masked(header),
            length <= UInt64(bytes.count - offset - 12), length + 16 <= UInt64(bytes.count - offset)
        else { return damaged() }
        let payload = bytes[start + 12..<start + 12 + Int(length)]
        let end = payload.endIndex
        guard Self.number(bytes[end..<end + 4], of: UInt32.self) == CRC32C.masked(payload) else {
            return damaged()
        }
        offset += 16 + Int(length)
        return payload
    }

    private mutating func damaged() -> Data? {
        damage = offset
        return nil
    }

    private static func number<Number: FixedWidthInteger>(
        _ bytes: Data, of type: Number.Type
    ) -> Number {
        bytes.enumerated().reduce(0) { $0 | Number($1.element) << (8 * $1.offset) }
    }
}

/// The fields of a protocol buffer, one after the other; what is cut off ends them.
struct ProtocolFields: Sequence, IteratorProtocol {
    enum Value {
        case number(UInt64)
        case fixed64(UInt64)
        case fixed32(UInt32)
        case bytes(Data)
    }

    private var rest: Data

    init(_ bytes: Data) { rest = bytes }

    mutating func next() -> (field: UInt64, value: Value)? {
        guard let key = variable() else { return nil }
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
            guard let byte = rest.popFirst() else { return nil }
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
    var bytes: Data? { if case .bytes(let data) = self { data } else { nil } }
    var text: String? { bytes.flatMap { String(validating: $0, as: UTF8.self) } }
    var number: UInt64? { if case .number(let number) = self { number } else { nil } }
    var double: Double? {
        if case .fixed64(let bits) = self { Double(bitPattern: bits) } else { nil }
    }
    var float: Float? {
        if case .fixed32(let bits) = self { Float(bitPattern: bits) } else { nil }
    }
}
