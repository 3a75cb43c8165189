import Foundation
import Imaging

/// A table of text with a header line, separated by commas, semicolons or tabs.
///
/// Quotes as in RFC 4180: `"a, b"`, `""` for a quote, line breaks inside quotes; text behind a
/// closing quote is an error. A byte order mark, CRLF and trailing blank lines are accepted.
package struct TextTable {
    /// Column names, trimmed and in lower case.
    package let columns: [String]
    /// The fields of each row, trimmed outside quotes, and the line the row starts on.
    package let rows: [(line: Int, fields: [String])]
    private let path: String

    /// Tables above this many bytes are not read.
    private static let limit = 16 << 20

    /// Reads a file.
    init(_ url: URL) throws(DatasetError) {
        if let size = FileStamp(of: url)?.size, size > Self.limit {
            throw .badTable(
                path: url.path, line: 1,
                reason: "it has \(size) bytes, more than the limit of \(Self.limit)")
        }
        try self.init(
            DatasetError.wrapping { () throws(ImagingError) in try ImageFile.bytes(of: url) },
            path: url.path)
    }

    /// Reads bytes; `path` stands for them in errors.
    package init(_ bytes: [UInt8], path: String) throws(DatasetError) {
        self.path = path
        var bytes = bytes[...]
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { bytes = bytes.dropFirst(3) }
        guard let text = String(validating: bytes, as: UTF8.self), !text.contains("\0") else {
            throw .badTable(
                path: path, line: Self.firstBadLine(bytes), reason: "it is not UTF-8 text")
        }
        var reader = RecordReader(text, path: path)
        guard let header = try reader.next() else {
            throw .badTable(path: path, line: 1, reason: "it is empty, expected a header line")
        }
        columns = header.fields.map { $0.lowercased() }
        for (index, column) in columns.enumerated()
        where !column.isEmpty && columns[..<index].contains(column) {
            throw .badTable(
                path: path, line: 1, reason: "the column '\(column)' stands there twice")
        }
        var rows: [(line: Int, fields: [String])] = []
        while let record = try reader.next() {
            if record.fields.allSatisfy(\.isEmpty) { continue }
            guard record.fields.count == columns.count else {
                throw .badTable(
                    path: path, line: record.line,
                    reason: "it has \(record.fields.count) fields, expected \(columns.count) ("
                        + columns.joined(separator: ", ") + ")")
            }
            rows.append(record)
        }
        self.rows = rows
    }

    /// The first line that is not UTF-8 text, from 1.
    private static func firstBadLine(_ bytes: ArraySlice<UInt8>) -> Int {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let bad = lines.firstIndex {
            $0.contains(0) || String(validating: $0, as: UTF8.self) == nil
        }
        return (bad ?? 0) + 1
    }

    /// A field as it is written between quotes, which it may then contain itself.
    package static func quoted(_ field: String) -> String {
        // By scalar: a quote with a combining mark behind it is one character with it.
        var text = String.UnicodeScalarView()
        for scalar in field.unicodeScalars {
            if scalar == "\"" { text.append(scalar) }
            text.append(scalar)
        }
        return "\"" + String(text) + "\""
    }

    /// The index of the first of `names` that is a column, nil when none is.
    func column(_ names: [String]) -> Int? {
        names.lazy.compactMap { columns.firstIndex(of: $0) }.first
    }

    /// The index of the first of `names` that is a column.
    func requiredColumn(_ names: [String]) throws(DatasetError) -> Int {
        if let index = column(names) { return index }
        throw .badTable(
            path: path, line: 1,
            reason: "there is no column '\(names.first ?? "")', found: "
                + columns.joined(separator: ", "))
    }

    /// The error of a row.
    func error(_ line: Int, _ reason: String) -> DatasetError {
        .badTable(path: path, line: line, reason: reason)
    }
}

/// Cuts text into records.
private struct RecordReader {
    private let scalars: [Unicode.Scalar]
    private let separator: Unicode.Scalar
    private let path: String
    private var position = 0
    private var line = 1

    init(_ text: String, path: String) {
        scalars = Array(text.unicodeScalars)
        self.path = path
        // The header decides: the candidate that occurs most often outside quotes.
        var counts: [Unicode.Scalar: Int] = [:]
        var quoted = false
        for scalar in scalars {
            if scalar == "\"" { quoted.toggle() }
            if !quoted && (scalar == "\n" || scalar == "\r") { break }
            if !quoted { counts[scalar, default: 0] += 1 }
        }
        let candidates: [Unicode.Scalar] = [",", ";", "\t"]
        separator = candidates.max { (counts[$0] ?? 0) < (counts[$1] ?? 0) } ?? ","
    }

    /// The next record, nil at the end.
    mutating func next() throws(DatasetError) -> (line: Int, fields: [String])? {
        guard position < scalars.count else { return nil }
        let start = line
        var fields: [String] = []
        while true {
            fields.append(try field(from: start))
            guard position < scalars.count, scalars[position] == separator else { break }
            position += 1
        }
        endLine()
        return (start, fields)
    }

    private mutating func field(from start: Int) throws(DatasetError) -> String {
        while position < scalars.count, scalars[position] == " " { position += 1 }
        var text = String.UnicodeScalarView()
        var quote: Int?
        if position < scalars.count, scalars[position] == "\"" {
            quote = line
            try quoted(into: &text, from: start)
        }
        var rest = String.UnicodeScalarView()
        while position < scalars.count, scalars[position] != separator, !isLineEnd {
            rest.append(scalars[position])
            position += 1
        }
        // What stands in quotes is kept as it is.
        let trimmed = String(rest).trimmingCharacters(in: .whitespaces)
        guard let quote else { return trimmed }
        guard trimmed.isEmpty else {
            throw .badTable(
                path: path, line: line,
                reason: "there is text behind a closing quote (the quote was opened on line "
                    + "\(quote)); a quote inside quotes is written twice")
        }
        return String(text)
    }

    private mutating func quoted(
        into text: inout String.UnicodeScalarView, from start: Int
    ) throws(DatasetError) {
        position += 1
        while position < scalars.count {
            let scalar = scalars[position]
            position += 1
            if scalar == "\"" {
                guard position < scalars.count, scalars[position] == "\"" else { return }
                position += 1
            }
            if scalar == "\n" { line += 1 }
            text.append(scalar)
        }
        throw .badTable(path: path, line: start, reason: "a quote is opened and never closed")
    }

    private var isLineEnd: Bool { scalars[position] == "\n" || scalars[position] == "\r" }

    private mutating func endLine() {
        guard position < scalars.count else { return }
        if scalars[position] == "\r" { position += 1 }
        if position < scalars.count, scalars[position] == "\n" { position += 1 }
        line += 1
    }
}
