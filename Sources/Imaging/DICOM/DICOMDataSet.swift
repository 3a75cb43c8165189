/// The elements of a DICOM file that are read, as places in its bytes.
struct DICOMDataSet {
    /// Where the picture is.
    enum Pixels: Equatable {
        /// As it is, in one piece.
        case plain(Range<Int>, isWords: Bool)
        /// Compressed, in pieces.
        case coded([Range<Int>])
    }

    let bytes: [UInt8]
    var elements: [UInt32: Range<Int>] = [:]
    /// The first item of the modality's table of values.
    var modalityTable: [UInt32: Range<Int>]?
    var syntax = TransferSyntax.plain
    var isBigEndian = false
    var pixels: Pixels?

    /// The first 16-bit number of an element.
    func number(_ tag: DICOMTag) -> Int? { elements[tag.rawValue].flatMap { words($0).first } }

    /// The 16-bit numbers of a place.
    func words(_ range: Range<Int>) -> [Int] {
        stride(from: range.lowerBound, to: range.upperBound - 1, by: 2).map { place in
            let (first, second) = (Int(bytes[place]), Int(bytes[place + 1]))
            return isBigEndian ? first << 8 | second : second << 8 | first
        }
    }

    /// The text of an element without what pads it; nil where it is absent or empty.
    func text(_ tag: DICOMTag) -> String? {
        guard let range = elements[tag.rawValue] else { return nil }
        let padding: (UInt8) -> Bool = { $0 == 0 || $0 == 32 }
        let trimmed = bytes[range].drop(while: padding)
        guard let last = trimmed.lastIndex(where: { !padding($0) }) else { return nil }
        return String(decoding: trimmed[...last], as: UTF8.self)
    }

    /// The decimal numbers of an element; empty where it is absent or none.
    func decimals(_ tag: DICOMTag) -> [Double] {
        let parts = text(tag)?.split(separator: "\\").map { $0.filter { $0 != " " } } ?? []
        let numbers = parts.compactMap { Double($0) }
        return numbers.count == parts.count ? numbers : []
    }
}
