internal import Foundation
internal import TensorCore

/// The JSON header of a safetensors file, checked.
struct SafetensorsHeader {
    struct Entry {
        let name: String
        let shape: [Int]
        /// Where its values stand in the file.
        let bytes: Range<Int>
    }

    let entries: [Entry]
    let metadata: [String: String]

    private struct Record: Codable {
        let dtype: String
        let shape: [Int]
        let dataOffsets: [Int]

        enum CodingKeys: String, CodingKey {
            case dtype, shape
            case dataOffsets = "data_offsets"
        }
    }

    private enum Item: Decodable {
        case metadata([String: String])
        case tensor(Record)

        init(from decoder: any Decoder) throws {
            if decoder.codingPath.last?.stringValue == "__metadata__" {
                self = .metadata(try [String: String](from: decoder))
            } else {
                self = .tensor(try Record(from: decoder))
            }
        }
    }

    /// The length and the header, padded with spaces so that values start on 8 bytes.
    static func encode(_ tensors: [NamedTensor], metadata: [String: String], path: String) throws
        -> Data
    {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        func json(_ value: some Encodable) throws -> String {
            String(decoding: try encoder.encode(value), as: UTF8.self)
        }
        var seen: Set<String> = ["__metadata__"]
        var parts = metadata.isEmpty ? [] : ["\"__metadata__\":\(try json(metadata))"]
        var offset = 0
        for named in tensors {
            guard seen.insert(named.name).inserted else {
                throw SafetensorsError.unwritable(
                    path: path, reason: "two tensors are named '\(named.name)'")
            }
            let end = offset + 4 * named.tensor.count
            let record = Record(
                dtype: "F32", shape: named.tensor.shape.dimensions, dataOffsets: [offset, end])
            parts.append("\(try json(named.name)):\(try json(record))")
            offset = end
        }
        var header = Data("{\(parts.joined(separator: ","))}".utf8)
        while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
        let length = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Data($0) }
        return length + header
    }

    /// Reads and checks the header: every range lies in the file, ranges follow each other without
    /// a gap, and each is as long as its shape says.
    static func decode(_ data: Data, path: String) throws -> SafetensorsHeader {
        func malformed(_ reason: String) -> SafetensorsError {
            .malformed(path: path, reason: reason)
        }
        guard data.count >= 8 else {
            throw malformed("it has \(data.count) bytes, fewer than the 8 of the header length")
        }
        let length = data.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= UInt64(Safetensors.longestHeader) else {
            throw malformed("its header claims \(length) bytes")
        }
        guard Int(length) <= data.count - 8 else {
            throw malformed(
                "its header of \(length) bytes is cut off after \(data.count - 8), "
                    + "so the file is truncated")
        }
        let start = data.startIndex + 8
        let items: [String: Item]
        do {
            items = try JSONDecoder().decode(
                [String: Item].self, from: data[start..<start + Int(length)])
        } catch {
            throw malformed("its header is not the JSON that the format asks for")
        }
        var metadata: [String: String] = [:]
        var records: [(name: String, record: Record)] = []
        for (name, item) in items {
            switch item {
            case .metadata(let values): metadata = values
            case .tensor(let record): records.append((name, record))
            }
        }
        records.sort { ($0.record.dataOffsets, $0.name) < ($1.record.dataOffsets, $1.name) }
        var position = 0
        let body = 8 + Int(length)
        let entries = try records.map { name, record in
            let count = try valueCount(record, name: name, path: path)
            guard record.dataOffsets.count == 2, record.dataOffsets[0] == position,
                record.dataOffsets[1] >= position, record.dataOffsets[1] - position == count * 4
            else {
                throw malformed(
                    "tensor '\(name)' of shape \(record.shape) stands at bytes "
                        + "\(record.dataOffsets), expected [\(position), \(position + count * 4)]")
            }
            position = record.dataOffsets[1]
            guard position <= data.count - body else {
                throw malformed(
                    "tensor '\(name)' ends at byte \(position) of \(data.count - body), "
                        + "so the file is truncated")
            }
            return Entry(
                name: name, shape: record.shape,
                bytes: body + record.dataOffsets[0]..<body + record.dataOffsets[1])
        }
        guard position == data.count - body else {
            throw malformed("\(data.count - body - position) bytes belong to no tensor")
        }
        return SafetensorsHeader(entries: entries, metadata: metadata)
    }

    /// How many values the shape asks for; refuses what could not fit in a file.
    private static func valueCount(_ record: Record, name: String, path: String) throws -> Int {
        guard record.dtype == "F32" else {
            throw SafetensorsError.malformed(
                path: path, reason: "tensor '\(name)' has type \(record.dtype), expected F32")
        }
        var count = 1
        for extent in record.shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            guard extent >= 0, !overflow, product <= Int.max / 16 else {
                throw SafetensorsError.malformed(
                    path: path, reason: "tensor '\(name)' has the shape \(record.shape)")
            }
            count = product
        }
        return count
    }
}

/// Byte ranges in order of their start, then their end.
private func < (a: ([Int], String), b: ([Int], String)) -> Bool {
    a.0 == b.0 ? a.1 < b.1 : a.0.lexicographicallyPrecedes(b.0)
}
