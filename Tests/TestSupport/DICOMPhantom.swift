import Foundation

/// Writes small uncompressed DICOM files for tests, element by element.
public struct DICOMPhantom {
    /// How elements are written.
    public enum Form: Sendable {
        case explicit, implicit, bigEndian
    }

    /// Elements by tag: type and value, in little-endian order; numbers are words.
    private var elements: [UInt32: (type: String, value: Value)] = [:]
    private let form: Form
    private let hasPreamble: Bool

    private enum Value {
        case bytes([UInt8])
        case words([UInt16])
    }

    /// A gray picture of `width * height` stored values.
    public init(
        width: Int, height: Int, stored: [UInt16], bits: Int = 12, isSigned: Bool = false,
        photometric: String = "MONOCHROME2", form: Form = .explicit, hasPreamble: Bool = true
    ) {
        self.form = form
        self.hasPreamble = hasPreamble
        set(0x0028_0002, words: [1])
        set(0x0028_0004, "CS", photometric)
        set(0x0028_0010, words: [UInt16(height)])
        set(0x0028_0011, words: [UInt16(width)])
        set(0x0028_0100, words: [16])
        set(0x0028_0101, words: [UInt16(bits)])
        set(0x0028_0102, words: [UInt16(bits - 1)])
        set(0x0028_0103, words: [isSigned ? 1 : 0])
        elements[0x7FE0_0010] = ("OW", .words(stored))
    }

    /// Sets an element of text.
    public mutating func set(_ tag: UInt32, _ type: String, _ text: String) {
        var bytes = Array(text.utf8)
        if bytes.count % 2 == 1 { bytes.append(type == "UI" ? 0 : 32) }
        elements[tag] = (type, .bytes(bytes))
    }

    /// Sets an element of 16-bit numbers.
    public mutating func set(_ tag: UInt32, _ type: String = "US", words: [UInt16]) {
        elements[tag] = (type, .words(words))
    }

    /// Sets an element of bytes, such as a sequence.
    public mutating func set(_ tag: UInt32, _ type: String, bytes: [UInt8]) {
        elements[tag] = (type, .bytes(bytes))
    }

    /// Takes an element away.
    public mutating func remove(_ tag: UInt32) { elements[tag] = nil }

    /// The file.
    public var bytes: [UInt8] {
        var file: [UInt8] = []
        let root = "1.2.840.10008.1.2"
        let syntax: String
        switch form {
        case .explicit: syntax = root + ".1\0"
        case .implicit: syntax = root + "\0"
        case .bigEndian: syntax = root + ".2\0"
        }
        if hasPreamble {
            file = [UInt8](repeating: 0, count: 128) + Array("DICM".utf8)
            file += Self.element(0x0002_0010, "UI", Array(syntax.utf8), .explicit)
        }
        return file + Self.dataSet(elements, form)
    }

    /// Elements without what stands before them in a file, for the items of sequences.
    public static func item(_ elements: [(tag: UInt32, words: [UInt16])]) -> [UInt8] {
        var all: [UInt32: (type: String, value: Value)] = [:]
        for element in elements { all[element.tag] = ("US", .words(element.words)) }
        let body = dataSet(all, .explicit)
        return little(0xFFFE, 2) + little(0xE000, 2) + little(body.count, 4) + body
    }

    private static func dataSet(
        _ elements: [UInt32: (type: String, value: Value)], _ form: Form
    ) -> [UInt8] {
        elements.sorted { $0.key < $1.key }.flatMap { tag, element -> [UInt8] in
            let value: [UInt8]
            switch element.value {
            case .bytes(let bytes): value = bytes
            case .words(let words): value = words.flatMap { number(Int($0), 2, form) }
            }
            return self.element(tag, element.type, value, form)
        }
    }

    private static func element(
        _ tag: UInt32, _ type: String, _ value: [UInt8], _ form: Form
    ) -> [UInt8] {
        var bytes = number(Int(tag >> 16), 2, form) + number(Int(tag & 0xFFFF), 2, form)
        switch form {
        case .implicit: bytes += number(value.count, 4, form)
        case _ where ["OB", "OW", "SQ", "UN"].contains(type):
            bytes += Array(type.utf8) + [0, 0] + number(value.count, 4, form)
        default: bytes += Array(type.utf8) + number(value.count, 2, form)
        }
        return bytes + value
    }

    private static func number(_ value: Int, _ width: Int, _ form: Form) -> [UInt8] {
        form == .bigEndian ? little(value, width).reversed() : little(value, width)
    }

    private static func little(_ value: Int, _ width: Int) -> [UInt8] {
        (0..<width).map { UInt8(value >> (8 * $0) & 255) }
    }
}
