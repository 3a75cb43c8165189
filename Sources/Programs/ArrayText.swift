internal import Foundation

/// Arrays as NumPy's `.npy` files have them, without NumPy.
struct ArrayText {
    /// The extents, outermost first.
    let shape: [Int]
    /// Whether the file's values are real numbers, and not whole ones or flags.
    let isReal: Bool
    /// The values in row order.
    let values: [Float]

    private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

    // MARK: Writing

    /// The beginning of a file of version 1 for values of a kind such as `<f4`.
    static func header(kind: String, shape: [Int]) -> Data {
        let extents = shape.map { "\($0)," }.joined(separator: " ")
        var text = "{'descr': '\(kind)', 'fortran_order': False, 'shape': (\(extents)), }"
        let used = magic.count + 4 + text.utf8.count + 1
        text += String(repeating: " ", count: (64 - used % 64) % 64) + "\n"
        let count = UInt16(text.utf8.count)
        return Data(magic + [1, 0, UInt8(count & 255), UInt8(count >> 8)] + Array(text.utf8))
    }

    // MARK: Reading

    /// What a file holds.
    ///
    /// - Throws: `Fault`, what is wrong about it.
    init(_ bytes: [UInt8]) throws(Fault) {
        guard bytes.starts(with: Self.magic), bytes.count >= 12 else {
            throw Fault("is no .npy file")
        }
        let isLong = bytes[6] > 1
        var count = Int(bytes[8]) | Int(bytes[9]) << 8
        if isLong { count |= Int(bytes[10]) << 16 | Int(bytes[11]) << 24 }
        let start = isLong ? 12 : 10
        guard (1...3).contains(bytes[6]), count <= 1 << 16, bytes.count >= start + count else {
            throw Fault("is cut off in its header")
        }
        let text = String(decoding: bytes[start..<(start + count)], as: UTF8.self)
        guard let kind = text.firstMatch(of: /'descr': *'([^']*)'/)?.1,
            let order = text.firstMatch(of: /'fortran_order': *(True|False)/)?.1,
            let extents = text.firstMatch(of: /'shape': *\(([0-9, ]*)\)/)?.1
        else { throw Fault("has a header that cannot be read") }
        let numbers = extents.split(separator: ",")
            .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        shape = numbers.compactMap(Int.init)
        guard shape.count == numbers.count else { throw Fault("is too large") }
        guard order == "False" else { throw Fault("is in Fortran order; expected C order") }
        var size = 1
        for extent in shape {
            let (product, isTooLarge) = size.multipliedReportingOverflow(by: extent)
            guard !isTooLarge, product <= 1 << 31 else { throw Fault("is too large") }
            size = product
        }
        let data = bytes[(start + count)...]
        guard let reader = Self.readers[String(kind)] else {
            throw Fault(
                "has values of kind '\(kind)'; expected float32, float64, bool or whole numbers, "
                    + "the lowest byte first")
        }
        guard data.count == size * reader.bytes else {
            throw Fault("has \(data.count) bytes of values, expected \(size * reader.bytes)")
        }
        isReal = reader.isReal
        values = data.withUnsafeBytes { buffer in
            (0..<size).map { reader.value(buffer, $0 * reader.bytes) }
        }
    }

    /// What is wrong about a file, as a clause that follows its name.
    struct Fault: Error {
        let reason: String
        init(_ reason: String) { self.reason = reason }
    }

    private struct Reader: Sendable {
        let bytes: Int
        let isReal: Bool
        let value: @Sendable (UnsafeRawBufferPointer, Int) -> Float
    }

    /// The kinds of values by NumPy's names; the lowest byte of each comes first.
    private static let readers: [String: Reader] = [
        "|b1": whole(UInt8.self), "|u1": whole(UInt8.self), "|i1": whole(Int8.self),
        "<u2": whole(UInt16.self), "<i2": whole(Int16.self), "<u4": whole(UInt32.self),
        "<i4": whole(Int32.self), "<u8": whole(UInt64.self), "<i8": whole(Int64.self),
        "<f4": Reader(bytes: 4, isReal: true) {
            $0.loadUnaligned(fromByteOffset: $1, as: Float.self)
        },
        "<f8": Reader(bytes: 8, isReal: true) {
            Float($0.loadUnaligned(fromByteOffset: $1, as: Double.self))
        },
    ]

    private static func whole<Whole: FixedWidthInteger & BitwiseCopyable & Sendable>(
        _: Whole.Type
    ) -> Reader {
        Reader(bytes: Whole.bitWidth / 8, isReal: false) {
            Float($0.loadUnaligned(fromByteOffset: $1, as: Whole.self))
        }
    }
}
