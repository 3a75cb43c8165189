/// A mask's file that shows several structures, a value each.
///
/// The one way in which Lightbox reads a file of whose values a table says what they show. Values are
/// those of the file: grays, colours, or the entries of a PNG's palette. A value that occurs and is not
/// in the table is an error.
public struct LabelMap: Sendable {
    /// What the file says about itself.
    public let info: ImageInfo
    private let numbers: [UInt8]
    private let meanings: [MaskLabels.Meaning]

    /// Reads a file in memory; `name` is its path.
    /// - Throws: `ImagingError.unknownLabels` for values that the table does not name, `lossyMask` for
    ///   a format that changes values.
    public init(
        _ bytes: [UInt8], name: String, labels: MaskLabels, pixelLimit: Int = defaultPixelLimit
    ) throws(ImagingError) {
        let found = try ImageFile.mask(bytes, name: name, pixelLimit: pixelLimit)
        info = found.info
        numbers = found.numbers
        meanings = try Self.meanings(
            of: found.values, palette: PNG.palette(of: bytes), labels: labels, name: name)
    }

    /// The pixels of a structure.
    public func mask(of structure: String) -> MaskImage {
        var table = [UInt8](repeating: 0, count: 256)
        for (number, meaning) in meanings.enumerated() where meaning == .structure(structure) {
            table[number] = 1
        }
        let pixels = numbers.map { table[Int($0)] }
        let isThere = meanings.contains(.structure(structure))
        return MaskImage(
            info: info, pixels: pixels,
            inside: isThere ? MaskValue(gray: 255, maximum: 255) : nil)
    }

    // MARK: Values

    /// What each value of a file shows.
    private static func meanings(
        of found: MaskValues, palette: [MaskLabels.Value], labels: MaskLabels, name: String
    ) throws(ImagingError) -> [MaskLabels.Meaning] {
        let values = found.values
        let shown = values.map { labels.meaning(of: $0) }
        let isShown = !found.hasMore && !shown.contains(nil)
        if !palette.isEmpty, !found.hasMore {
            let entries = values.map { meanings(of: $0, in: palette, labels) }
            // Of colours that two entries have, the entries may say two things.
            if let twice = entries.firstIndex(where: { $0.count > 1 }), !isShown {
                throw .ambiguousLabels(
                    file: name,
                    reason:
                        "its palette has \(values[twice].label) twice, and \(labels.table) says "
                        + "two things of it; give each structure a colour of its own")
            }
            let named = entries.map(\.first)
            if !named.contains(nil) && !entries.contains(where: { $0.count > 1 }) {
                guard isShown, shown != named else { return named.compactMap(\.self) }
                throw .ambiguousLabels(
                    file: name,
                    reason: "its values are entries of a palette and grays, and \(labels.table) "
                        + "says two things of them; name colours there, such as #808080")
            }
        }
        if isShown { return shown.compactMap(\.self) }
        let unknown = zip(values, shown).filter { $0.1 == nil }.map(\.0)
        let texts = unknown.sorted { ($0.gray, $0.red, $0.green) < ($1.gray, $1.red, $1.green) }
            .map(\.label)
        throw .unknownLabels(
            file: name, values: found.hasMore ? [] : texts, table: labels.table)
    }

    /// What the entries of a palette that have a value's colour show, each meaning once.
    private static func meanings(
        of value: MaskValue, in palette: [MaskLabels.Value], _ labels: MaskLabels
    ) -> [MaskLabels.Meaning] {
        if value.isTransparent { return [.background] }
        guard value.alpha == value.maximum, let colour = value.colour else { return [] }
        var found: [MaskLabels.Meaning] = []
        for (number, entry) in palette.enumerated() where entry == colour {
            guard let meaning = labels.meaning(ofNumber: number) else { continue }
            if !found.contains(meaning) { found.append(meaning) }
        }
        return found
    }

    /// Values in a sentence: `the values 3, 4 and 7`.
    static func list(_ values: [String]) -> String {
        guard let last = values.last else { return "more than 256 values" }
        if values.count == 1 { return "the value \(last)" }
        if values.count > 8 {
            return "the values " + values.prefix(8).joined(separator: ", ") + " and more"
        }
        return "the values " + values.dropLast().joined(separator: ", ") + " and " + last
    }
}

extension PNG {
    /// The colours of a PNG's palette; empty for a file without one.
    static func palette(of bytes: [UInt8]) -> [MaskLabels.Value] {
        let isIndexed = bytes.count > 33 && bytes[25] == 3 && bytes.starts(with: [0x89, 0x50])
        guard isIndexed else { return [] }
        var start = 8
        while start + 12 <= bytes.count {
            let length = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
            guard length <= bytes.count - start - 12 else { return [] }
            let kind = Array(bytes[start + 4..<start + 8])
            if kind == Array("PLTE".utf8) {
                let colours = bytes[start + 8..<start + 8 + length]
                return stride(from: colours.startIndex, to: colours.endIndex - 2, by: 3).map {
                    .colour(
                        red: Int(colours[$0]), green: Int(colours[$0 + 1]),
                        blue: Int(colours[$0 + 2]))
                }
            }
            if kind == Array("IDAT".utf8) { return [] }
            start += 12 + length
        }
        return []
    }
}
