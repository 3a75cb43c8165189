/// A message of Protocol Buffers as it is written: the wire types that Lightbox's formats need.
///
/// Fields stand in the order in which they are written; a field written twice is repeated. Nothing
/// is packed, as proto2 has it. Source: protobuf.dev/programming-guides/encoding.
package struct ProtocolBuffer: Sendable {
    /// The message so far.
    package private(set) var bytes: [UInt8] = []

    /// An empty message.
    package init() {}

    /// A 64-bit float (wire type 1).
    package mutating func write(_ field: UInt64, double: Double) {
        key(field, 1)
        bytes += Self.littleEndian(double.bitPattern)
    }

    /// A 32-bit float (wire type 5).
    package mutating func write(_ field: UInt64, float: Float) {
        key(field, 5)
        bytes += Self.littleEndian(float.bitPattern)
    }

    /// A whole number (wire type 0).
    package mutating func write(_ field: UInt64, integer: UInt64) {
        key(field, 0)
        variable(integer)
    }

    /// A whole number of the type `int64` or `int32`: a negative one has ten bytes.
    package mutating func write(_ field: UInt64, signed: Int) {
        write(field, integer: UInt64(bitPattern: Int64(signed)))
    }

    /// A text, in UTF-8 (wire type 2).
    package mutating func write(_ field: UInt64, text: String) { write(field, bytes: text.utf8) }

    /// A message in this one (wire type 2).
    package mutating func write(_ field: UInt64, message: ProtocolBuffer) {
        write(field, bytes: message.bytes)
    }

    /// Bytes (wire type 2).
    package mutating func write(_ field: UInt64, bytes content: some Collection<UInt8>) {
        key(field, 2)
        variable(UInt64(content.count))
        bytes += content
    }

    /// The bytes of a number, the lowest first.
    package static func littleEndian<Number: FixedWidthInteger>(_ value: Number) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    private mutating func key(_ field: UInt64, _ wireType: UInt64) {
        variable(field << 3 | wireType)
    }

    private mutating func variable(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
