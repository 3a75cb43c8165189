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
