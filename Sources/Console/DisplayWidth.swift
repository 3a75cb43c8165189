/// Columns that text takes on a terminal.
public enum DisplayWidth {
    /// Columns of a text without control characters.
    public static func of(_ text: String) -> Int {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
        return text.reduce(0) { $0 + of($1) }
    }

    /// Two for East Asian signs and pictures, one for others, none for a mark that stands alone.
    static func of(_ character: Character) -> Int {
        guard let scalar = character.unicodeScalars.first else { return 0 }
        if scalar.value < 0x300 { return 1 }
        if wide.contains(where: { $0.contains(scalar.value) }) { return 2 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: return 1
        }
    }

    /// The beginning of `text` that takes at most `width` columns, with `…` where it is cut.
    public static func cut(_ text: String, to width: Int) -> String {
        guard of(text) > width else { return text }
        return width > 0 ? prefix(of: text, within: width - 1) + "…" : ""
    }

    /// `text` within `width` columns, with `…` in its middle where it is cut.
    static func cutInside(_ text: String, to width: Int) -> String {
        guard of(text) > width, width > 2 else { return cut(text, to: width) }
        let head = prefix(of: text, within: (width - 1) / 2)
        let tail = prefix(of: String(text.reversed()), within: width - 1 - (width - 1) / 2)
        return head + "…" + String(tail.reversed())
    }

    /// Texts within `width` columns each: cut at their ends or, where that makes different ones
    /// alike, in their middles or at the words that all begin with.
    public static func cut(_ texts: [String], to width: Int) -> [String] {
        guard texts.contains(where: { of($0) > width }) else { return texts }
        let kinds = Set(texts).count
        let ways: [() -> [String]] = [
            { texts.map { cut($0, to: width) } }, { texts.map { cutInside($0, to: width) } },
            { withoutSharedWords(texts).map { cut($0, to: width) } },
        ]
        var best = ways[0]()
        for way in ways.dropFirst() where Set(best).count < kinds {
            let other = way()
            if Set(other).count > Set(best).count { best = other }
        }
        return best
    }

    /// The texts with `…` for the words that all begin with.
    private static func withoutSharedWords(_ texts: [String]) -> [String] {
        let words = texts.map { $0.split(separator: " ", omittingEmptySubsequences: false) }
        guard let first = words.first else { return texts }
        let shared = first.indices.prefix { index in
            words.allSatisfy { $0.count > index + 1 && $0[index] == first[index] }
        }.count
        return shared == 0
            ? texts : words.map { "… " + $0.dropFirst(shared).joined(separator: " ") }
    }

    /// The beginning of `text` that takes at most `width` columns.
    static func prefix(of text: String, within width: Int) -> String {
        var result = ""
        var columns = 0
        for character in text {
            let next = of(character)
            guard columns + next <= width else { break }
            result.append(character)
            columns += next
        }
        return result
    }

    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
        0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD,
    ]
}
