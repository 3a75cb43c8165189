/// Text over several lines of a terminal.
public enum WrappedText {
    /// `head` and `text` behind it, wrapped between words within `limit` columns; further lines
    /// begin below the text. Whole on one line where `limit` is nil.
    public static func lines(_ head: String, _ text: String, within limit: Int?) -> [String] {
        let indent = DisplayWidth.of(head)
        guard let limit, indent + DisplayWidth.of(text) > limit, limit - indent >= 16 else {
            return [head + text]
        }
        let room = limit - indent
        var lines: [String] = []
        var line = ""
        for part in text.split(separator: " ", omittingEmptySubsequences: false) {
            var word = String(part)
            if !line.isEmpty, DisplayWidth.of(line) + 1 + DisplayWidth.of(word) <= room {
                line += " " + word
                continue
            }
            if !line.isEmpty { lines.append(line) }
            while DisplayWidth.of(word) > room {
                let piece = DisplayWidth.prefix(of: word, within: room)
                lines.append(piece)
                word.removeFirst(piece.count)
            }
            line = word
        }
        if !line.isEmpty || lines.isEmpty { lines.append(line) }
        let blank = String(repeating: " ", count: indent)
        return lines.enumerated().map { ($0 == 0 ? head : blank) + $1 }
    }
}
