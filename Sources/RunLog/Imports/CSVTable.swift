internal import Foundation

/// A table of RFC 4180: a line of names, then rows of as many fields.
struct CSVTable {
    /// Names of the columns.
    let columns: [String]
    /// Rows with the numbers of the lines that they begin in, from 1.
    let rows: [(line: Int, fields: [String])]

    /// Bytes that a file may have.
    private static let most = 1 << 30

    init(_ file: URL) throws {
        guard let data = FileManager.default.contents(atPath: file.path) else {
            throw ImportError.missing(path: file.path, expected: "a file of comma-separated values")
        }
        func bad(_ line: Int, _ found: String, _ expected: String) -> ImportError {
            ImportError.bad(
                path: file.path, place: "line \(line)", found: found, expected: expected)
        }
        guard data.count <= Self.most, String(validating: data, as: UTF8.self) != nil else {
            throw bad(1, "no UTF-8, or more than a gigabyte", "UTF-8")
        }
        var lines = Self.records(data)
        guard let head = lines.first, head.fields.contains(where: { !$0.isEmpty }) else {
            throw bad(1, "an empty line", "names of columns")
        }
        lines.removeFirst()
        for (line, fields) in lines where fields.count != head.fields.count {
            throw bad(line, "\(fields.count) fields", "\(head.fields.count), as the first line has")
        }
        if let twice = Dictionary(grouping: head.fields) { $0 }.first(where: { $0.value.count > 1 })
        {
            throw bad(1, "the column '\(twice.key)' twice", "names of columns, each once")
        }
        columns = head.fields
        rows = lines
    }

    /// The column of the first of these names that there is, whatever its case.
    func index(of names: String...) -> Int? {
        names.lazy.compactMap { name in columns.firstIndex { $0.lowercased() == name } }.first
    }

    private static func records(_ data: Data) -> [(line: Int, fields: [String])] {
        var records: [(line: Int, fields: [String])] = []
        var fields: [String] = [], field: [UInt8] = []
        var isQuoted = false, wasQuote = false, hasField = false
        var line = 1, start = 1
        func text() -> String { String(decoding: field, as: UTF8.self) }
        func endRecord() {
            if hasField || !fields.isEmpty {
                fields.append(text())
                records.append((start, fields))
            }
            (fields, field, hasField) = ([], [], false)
        }
        let bytes = data.starts(with: [0xEF, 0xBB, 0xBF]) ? data.dropFirst(3) : data
        for byte in bytes {
            if isQuoted, !wasQuote {
                if byte == UInt8(ascii: "\"") { wasQuote = true } else { field.append(byte) }
                if byte == UInt8(ascii: "\n") { line += 1 }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""):
                if wasQuote { field.append(byte) }
                (isQuoted, wasQuote, hasField) = (true, false, true)
            case UInt8(ascii: ","):
                fields.append(text())
                (field, isQuoted, wasQuote, hasField) = ([], false, false, true)
            case UInt8(ascii: "\r"): continue
            case UInt8(ascii: "\n"):
                endRecord()
                (isQuoted, wasQuote) = (false, false)
                line += 1
                start = line
            default:
                (isQuoted, wasQuote, hasField) = (false, false, true)
                field.append(byte)
            }
        }
        endRecord()
        return records
    }
}
