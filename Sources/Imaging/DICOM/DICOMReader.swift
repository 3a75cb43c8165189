/// One pass over the elements of a DICOM file: PS3.5 section 7 and PS3.10 section 7.
///
/// It knows no name of an element but those of `DICOMTag`, copies nothing, and puts nothing that a
/// file says about a person into an error.
struct DICOMReader {
    private let file: String
    private var set: DICOMDataSet
    private var position = 0
    private var isExplicit = true

    /// Sequences may lie in sequences this deep.
    private static let depthLimit = 32
    private static let undefined = 0xFFFF_FFFF

    private init(_ bytes: [UInt8], file: String) {
        set = DICOMDataSet(bytes: bytes)
        self.file = file
    }

    /// Reads the elements; of those behind `last` none.
    /// - Throws: `.truncated` where the file ends within one, `.damaged` where it makes no sense.
    static func read(
        _ bytes: [UInt8], file: String, upTo last: DICOMTag? = nil
    ) throws(ImagingError) -> DICOMDataSet {
        var reader = DICOMReader(bytes, file: file)
        try reader.readMeta()
        while reader.position < bytes.count {
            if try reader.readElement(upTo: last) == false { break }
        }
        return reader.set
    }

    /// Whether bytes start as a file with the preamble does.
    static func hasPreamble(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.count >= 132 && bytes.dropFirst(128).starts(with: Array("DICM".utf8))
    }

    /// Whether bytes start with an element of group 2 or 8, as a file without the preamble does.
    static func hasElement(_ bytes: ArraySlice<UInt8>) -> Bool {
        let head = Array(bytes.prefix(8))
        guard head.count == 8, head[1] == 0, head[0] == 2 || head[0] == 8, head[3] == 0 else {
            return false
        }
        if isType(head[4], head[5]) { return true }
        // Without types: the group's length, else a value that is short and of an even length.
        let length = head[4...].reversed().reduce(0) { $0 << 8 | Int($1) }
        return head[2] == 0 ? length == 4 : length <= 256 && length % 2 == 0
    }

    // MARK: Elements

    private mutating func readMeta() throws(ImagingError) {
        if Self.hasPreamble(set.bytes[...]) { position = 132 }
        while position + 8 <= set.bytes.count, try tag(at: position) >> 16 == 2 {
            _ = try readElement(upTo: nil)
        }
        if let uid = set.text(.transferSyntax) { set.syntax = TransferSyntax(uid: uid) }
        set.isBigEndian = set.syntax.isBigEndian
        // The first element tells whether types are written, whatever the file says of itself.
        if position + 6 <= set.bytes.count, !set.isBigEndian {
            isExplicit = Self.isType(set.bytes[position + 4], set.bytes[position + 5])
        } else {
            isExplicit = !set.syntax.isImplicit
        }
        if case .other(let reason) = set.syntax.coding {
            throw .unsupported(
                file: file, format: "DICOM", reason: reason, advice: DICOM.uncompress)
        }
    }

    /// Reads one element; false where it lies behind `last`, or only padding is left.
    private mutating func readElement(upTo last: DICOMTag?) throws(ImagingError) -> Bool {
        let start = position
        if start + 8 > set.bytes.count, set.bytes[start...].allSatisfy({ $0 == 0 }) { return false }
        let tag = try tag(at: start)
        if tag == 0, set.bytes[start...].allSatisfy({ $0 == 0 }) { return false }
        if let last, tag > last.rawValue { return false }
        let (length, type) = try readHeader(tag)
        if tag == DICOMTag.pixels.rawValue, length == Self.undefined {
            set.pixels = .coded(try readPieces())
            return true
        }
        if tag == DICOMTag.modalityTable.rawValue {
            try readTable(length)
            return true
        }
        guard length != Self.undefined else {
            try skipItems(of: type, depth: 0)
            return true
        }
        let value = try take(length)
        if tag == DICOMTag.pixels.rawValue {
            set.pixels = .plain(value, isWords: type == "OW")
        } else if DICOMTag(rawValue: tag) != nil, set.elements[tag] == nil {
            set.elements[tag] = value
        }
        return true
    }

    /// Passes over tag, type and length; the type is OW where none is written.
    private mutating func readHeader(
        _ tag: UInt32
    ) throws(ImagingError) -> (length: Int, type: String) {
        let isMeta = tag >> 16 == 2
        let isDelimiter = tag >> 16 == 0xFFFE
        let bytes = set.bytes
        guard position + 8 <= bytes.count else { throw truncated }
        guard !isDelimiter, isExplicit || isMeta else {
            let length = number(at: position + 4, width: 4)
            position += 8
            return (length, "OW")
        }
        let (first, second) = (bytes[position + 4], bytes[position + 5])
        guard Self.isType(first, second) else {
            throw .damaged(file: file, reason: "an element at byte \(position) has no type")
        }
        let type = String(decoding: [first, second], as: UTF8.self)
        guard Self.longTypes.contains(type) else {
            let length = number(at: position + 6, width: 2)
            position += 8
            return (length, type)
        }
        guard position + 12 <= bytes.count else { throw truncated }
        let length = number(at: position + 8, width: 4)
        position += 12
        return (length, type)
    }

    /// The pieces of a compressed picture, without the table of offsets before them.
    private mutating func readPieces() throws(ImagingError) -> [Range<Int>] {
        var pieces: [Range<Int>] = []
        while true {
            let tag = try tag(at: position)
            guard position + 8 <= set.bytes.count else { throw truncated }
            let length = number(at: position + 4, width: 4)
            position += 8
            if tag == DICOMTag.sequenceEnd { return Array(pieces.dropFirst()) }
            guard tag == DICOMTag.item, length != Self.undefined else {
                throw .damaged(file: file, reason: "the pieces of the picture are not in a row")
            }
            pieces.append(try take(length))
        }
    }

    /// The first item of the modality's table.
    private mutating func readTable(_ length: Int) throws(ImagingError) {
        let start = position
        if length == Self.undefined {
            try skipItems(of: "SQ", depth: 0)
        } else {
            _ = try take(length)
        }
        let end = position
        var inner = DICOMReader(Array(set.bytes[start..<end]), file: file)
        inner.isExplicit = isExplicit
        inner.set.isBigEndian = set.isBigEndian
        guard end - start >= 8, try inner.tag(at: 0) == DICOMTag.item else { return }
        let size = inner.number(at: 4, width: 4)
        inner.position = 8
        let limit = size == Self.undefined ? end - start : min(8 + size, end - start)
        while inner.position < limit, try inner.tag(at: inner.position) != DICOMTag.itemEnd {
            if try !inner.readElement(upTo: nil) { break }
        }
        set.modalityTable = inner.set.elements.mapValues {
            $0.lowerBound + start..<$0.upperBound + start
        }
    }

    /// Passes over items up to the end of their sequence.
    private mutating func skipItems(of type: String, depth: Int) throws(ImagingError) {
        // A sequence that its writer did not know is written without types.
        let outer = isExplicit
        if type == "UN" { isExplicit = false }
        defer { isExplicit = outer }
        guard depth < Self.depthLimit else {
            throw .damaged(file: file, reason: "sequences lie more than 32 deep in each other")
        }
        while true {
            let tag = try tag(at: position)
            guard position + 8 <= set.bytes.count else { throw truncated }
            let length = number(at: position + 4, width: 4)
            position += 8
            if tag == DICOMTag.sequenceEnd { return }
            guard tag == DICOMTag.item else {
                throw .damaged(file: file, reason: "a sequence holds what is no item")
            }
            guard length == Self.undefined else {
                _ = try take(length)
                continue
            }
            while true {
                let inner = try self.tag(at: position)
                let (length, type) = try readHeader(inner)
                if inner == DICOMTag.itemEnd { break }
                if length == Self.undefined {
                    try skipItems(of: type, depth: depth + 1)
                } else {
                    _ = try take(length)
                }
            }
        }
    }

    // MARK: Bytes

    private var truncated: ImagingError {
        .truncated(file: file, reason: "it ends within an element")
    }

    private mutating func take(_ length: Int) throws(ImagingError) -> Range<Int> {
        guard length <= set.bytes.count - position else { throw truncated }
        defer { position += length }
        return position..<position + length
    }

    private func tag(at place: Int) throws(ImagingError) -> UInt32 {
        guard place + 4 <= set.bytes.count else { throw truncated }
        return UInt32(number(at: place, width: 2) << 16 | number(at: place + 2, width: 2))
    }

    /// A number whose bytes are there.
    private func number(at place: Int, width: Int) -> Int {
        let isBigEndian = set.isBigEndian
        var value = 0
        for i in 0..<width {
            value = value << 8 | Int(set.bytes[place + (isBigEndian ? i : width - 1 - i)])
        }
        return value
    }

    /// Types whose length has 32 bits.
    private static let longTypes: Set = [
        "OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV",
    ]

    private static func isType(_ first: UInt8, _ second: UInt8) -> Bool {
        65...90 ~= first && 65...90 ~= second
    }
}
