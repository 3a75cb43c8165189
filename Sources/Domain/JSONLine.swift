/// Reads one JSON value as RFC 8259 has it, and nothing looser, but for two things: `NaN`, `Infinity`
/// and `-Infinity` may stand for a value, as Python writes them, and a key that an object has twice is
/// an error, also where its two spellings differ only in how Unicode composes them.
///
/// The one reader of the lines that programs write: logs of runs and reports of trainers.
package struct JSONLine {
    /// Why the bytes are no such value.
    package enum Problem: Error, Equatable {
        /// At a byte, from 0.
        case syntax(at: Int)
        /// A key that an object has twice.
        case twice(String)
        /// A number beyond those of 64 bits.
        case large(String)
    }

    /// Levels that values are nested in at most.
    private static let deepest = 128

    private let bytes: [UInt8]
    private var index = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The value that valid UTF-8 writes.
    package static func value(_ bytes: some Collection<UInt8>) throws(Problem) -> JSONValue {
        var reader = JSONLine(Array(bytes))
        let value = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.index == reader.bytes.count else { throw .syntax(at: reader.index) }
        return value
    }

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            index += 1
        }
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(Problem) {
        skipSpace()
        guard skip(character) else { throw .syntax(at: index) }
    }

    private mutating func value(depth: Int) throws(Problem) -> JSONValue {
        skipSpace()
        guard depth < Self.deepest else { throw .syntax(at: index) }
        switch next {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try list(depth: depth)
        case UInt8(ascii: "\""): return .text(try text())
        default: break
        }
        if let byte = next, (0x30...0x39).contains(byte) { return try number() }
        for (word, value) in Self.words where bytes[index...].starts(with: word.utf8) {
            index += word.utf8.count
            return value
        }
        return try number()
    }

    private static let words: [(String, JSONValue)] = [
        ("true", .flag(true)), ("false", .flag(false)), ("null", .null), ("NaN", .number(.nan)),
        ("Infinity", .number(.infinity)), ("-Infinity", .number(-.infinity)),
    ]

    private mutating func object(depth: Int) throws(Problem) -> JSONValue {
        index += 1
        skipSpace()
        if skip("}") { return .object([:]) }
        // Most objects have a handful of members: room for these is made once.
        var members = [String: JSONValue](minimumCapacity: 6)
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw .syntax(at: index) }
            let key = try text()
            try expect(":")
            guard members.updateValue(try value(depth: depth + 1), forKey: key) == nil else {
                throw .twice(key)
            }
            skipSpace()
            if skip("}") { return .object(members) }
            try expect(",")
        }
    }

    private mutating func list(depth: Int) throws(Problem) -> JSONValue {
        index += 1
        var values: [JSONValue] = []
        skipSpace()
        if skip("]") { return .list(values) }
        while true {
            values.append(try value(depth: depth + 1))
            skipSpace()
            if skip("]") { return .list(values) }
            try expect(",")
        }
    }

    // MARK: Numbers

    private mutating func digits() throws(Problem) {
        let start = index
        while let byte = next, (0x30...0x39).contains(byte) { index += 1 }
        guard index > start else { throw .syntax(at: index) }
    }

    private mutating func number() throws(Problem) -> JSONValue {
        let start = index
        _ = skip("-")
        if !skip("0") { try digits() }
        if skip(".") { try digits() }
        if skip("e") || skip("E") {
            if !skip("-") { _ = skip("+") }
            try digits()
        }
        if let whole = whole(start..<index) { return .integer(whole) }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        if let whole = Int64(text) { return .integer(whole) }
        guard let number = Double(text), number.isFinite else { throw .large(text) }
        return Int64(exactly: number).map { .integer($0) } ?? .number(number)
    }

    /// The whole number that these digits, at most 18, write; nil where there are more, or others.
    private func whole(_ range: Range<Int>) -> Int64? {
        let isNegative = bytes[range.lowerBound] == UInt8(ascii: "-")
        let digits = isNegative ? range.dropFirst() : range
        guard digits.count <= 18 else { return nil }
        var whole: Int64 = 0
        for index in digits {
            guard (0x30...0x39).contains(bytes[index]) else { return nil }
            whole = whole * 10 + Int64(bytes[index] - 0x30)
        }
        return isNegative ? -whole : whole
    }

    // MARK: Texts

    private mutating func text() throws(Problem) -> String {
        index += 1
        let start = index
        while let byte = next, byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\")
        {
            index += 1
        }
        var found = bytes[start..<index]
        while let byte = next {
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: found, as: UTF8.self)
            case UInt8(ascii: "\\"): found += Array(String(try escaped()).utf8)
            case 0..<0x20: throw .syntax(at: index - 1)
            default: found.append(byte)
            }
        }
        throw .syntax(at: index)
    }

    private static let escapes: [UInt8: Unicode.Scalar] = [
        UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/",
        UInt8(ascii: "b"): "\u{8}", UInt8(ascii: "f"): "\u{C}", UInt8(ascii: "n"): "\n",
        UInt8(ascii: "r"): "\r", UInt8(ascii: "t"): "\t",
    ]

    private mutating func escaped() throws(Problem) -> Character {
        let start = index
        guard let byte = next else { throw .syntax(at: index) }
        index += 1
        if let scalar = Self.escapes[byte] { return Character(scalar) }
        guard byte == UInt8(ascii: "u") else { throw .syntax(at: start) }
        var code = try unit()
        if (0xD800..<0xDC00).contains(code) {
            guard skip("\\"), skip("u") else { throw .syntax(at: start) }
            let low = try unit()
            guard (0xDC00..<0xE000).contains(low) else { throw .syntax(at: start) }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw .syntax(at: start) }
        return Character(scalar)
    }

    private mutating func unit() throws(Problem) -> UInt32 {
        let end = index + 4
        guard end <= bytes.count,
            bytes[index..<end].allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }),
            let code = UInt32(String(decoding: bytes[index..<end], as: UTF8.self), radix: 16)
        else { throw .syntax(at: index) }
        index = end
        return code
    }
}
