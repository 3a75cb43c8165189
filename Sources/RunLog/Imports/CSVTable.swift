internal import Foundation

/// A table of RFC 4180: a line of names, then rows of as many fields.
///
/// Fields are separated by commas, semicolons or tabs, by that of which the first line has most; lines
/// end in LF, CR LF or CR.
struct CSVTable {
    /// Names of the columns.
    let columns: [String]
    /// Rows with the numbers of the lines that they begin in, from 1.
    let rows: [(line: Int, fields: [String])]

    /// Bytes that a file may have.
    private static let most = 1 << 30

    init(_ file: URL) throws {
        let data = try SourceFile.data(file, expected: "a file of comma-separated values")
        func bad(_ line: Int, _ found: String, _ expected: String) -> ImportError {
            ImportError.bad(
                path: file.path, place: "line \(line)", found: found, expected: expected)
        }
        guard data.count <= Self.most, String(validating: data, as: UTF8.self) != nil else {
            throw bad(1, "no UTF-8, or more than a gigabyte", "UTF-8")
        }
        var records = CSVRecords()
        do {
            try records.read(data.starts(with: [0xEF, 0xBB, 0xBF]) ? data.dropFirst(3) : data)
        } catch {
            throw bad(error.line, error.found, error.expected)
        }
        var lines = records.records
        guard let head = lines.first, head.fields.contains(where: { !$0.isEmpty }) else {
            throw bad(1, "an empty line", "names of columns")
        }
        lines.removeFirst()
        for (line, fields) in lines where fields.count != head.fields.count {
            throw bad(line, "\(fields.count) fields", "\(head.fields.count), as the first line has")
        }
        let byName = Dictionary(grouping: head.fields) { $0 }
        if let twice = byName.first(where: { $0.value.count > 1 }) {
            throw bad(1, "the column '\(twice.key)' twice", "names of columns, each once")
        }
        columns = head.fields
        rows = lines
    }

    /// The column of the first of these names that there is, whatever its case.
    func index(of names: String...) -> Int? {
        names.lazy.compactMap { name in columns.firstIndex { $0.lowercased() == name } }.first
    }
}

/// Cuts the bytes of a table into records.
private struct CSVRecords {
    /// A quote that is where none may be.
    struct Problem: Error {
        let line: Int, found: String, expected: String
    }

    private enum Place { case start, plain, quoted, afterQuote }

    private(set) var records: [(line: Int, fields: [String])] = []
    private var fields: [String] = [], field: [UInt8] = []
    private var place = Place.start
    private var line = 1, start = 1, quoted = 1

    private static let quote = UInt8(ascii: "\""), lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    mutating func read(_ bytes: Data) throws(Problem) {
        let separator = Self.separator(of: bytes)
        var last: UInt8 = 0
        for byte in bytes {
            defer { last = byte }
            let followsReturn = byte == Self.lineFeed && last == Self.carriageReturn
            if place == .quoted {
                if byte == Self.carriageReturn || byte == Self.lineFeed && !followsReturn {
                    line += 1
                }
                if byte == Self.quote { place = .afterQuote } else { field.append(byte) }
                continue
            }
            switch byte {
            case separator: endField()
            case Self.lineFeed where followsReturn: continue
            case Self.lineFeed, Self.carriageReturn:
                endRecord()
                line += 1
                start = line
            default: try take(byte)
            }
        }
        guard place != .quoted else {
            throw Problem(
                line: quoted, found: "a field whose quote is never closed",
                expected: "a '\"' at its end")
        }
        endRecord()
    }

    private mutating func take(_ byte: UInt8) throws(Problem) {
        switch place {
        case .start where byte == Self.quote:
            place = .quoted
            quoted = line
        case .afterQuote:
            guard byte == Self.quote else {
                throw Problem(
                    line: line, found: "text behind the closing quote of a field",
                    expected: "a separator or the end of the line")
            }
            field.append(byte)
            place = .quoted
        default:
            guard byte != Self.quote else {
                throw Problem(
                    line: line, found: "a '\"' within a field without quotes",
                    expected: "the whole field in quotes, those in it doubled")
            }
            field.append(byte)
            place = .plain
        }
    }

    private mutating func endField() {
        fields.append(String(decoding: field, as: UTF8.self))
        field = []
        place = .start
    }

    private mutating func endRecord() {
        guard place != .start || !fields.isEmpty else { return }
        endField()
        records.append((start, fields))
        fields = []
    }

    /// The separator of which the first line has most outside quotes; a comma where it has none.
    private static func separator(of bytes: Data) -> UInt8 {
        var counts: [UInt8: Int] = [:]
        var isQuoted = false
        for byte in bytes {
            if byte == quote { isQuoted.toggle() }
            if isQuoted { continue }
            if byte == lineFeed || byte == carriageReturn { break }
            counts[byte, default: 0] += 1
        }
        let candidates = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]
        let most = candidates.map { counts[$0] ?? 0 }.max() ?? 0
        return candidates.first { (counts[$0] ?? 0) == most } ?? candidates[0]
    }
}
