/// Text over several lines of a terminal.
public enum WrappedText {
    /// A line wrapped between words within `limit` columns. Further lines stand below its last column,
    /// which two blanks or more set off, or, where it has none, two columns further in than it begins.
    /// What is longer than a line (a path, a digest) stays whole, so that it can be copied. The line as
    /// it is where `limit` is nil.
    public static func sentence(_ text: String, within limit: Int?) -> [String] {
        guard let limit, DisplayWidth.of(text) > limit else { return [text] }
        let start = text.prefix { $0 == " " }
        let indent = String(repeating: " ", count: hang(of: text, within: limit))
        var lines: [String] = []
        var line = String(start)
        var hasWord = false
        var gap = ""
        for word in text.dropFirst(start.count)
            .split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        {
            if word.isEmpty {
                gap += " "
                continue
            }
            if hasWord {
                let width = DisplayWidth.of(line) + gap.count + DisplayWidth.of(word)
                if width <= limit {
                    line += gap
                } else {
                    lines.append(line)
                    line = indent
                }
            }
            line += word
            hasWord = true
            gap = " "
        }
        return lines + [line]
    }

    /// Columns at which the further lines of a wrapped line begin.
    private static func hang(of text: String, within limit: Int) -> Int {
        let start = text.prefix { $0 == " " }.count
        var best = start + 18 < limit ? start + 2 : 2
        var columns = 0
        var blanks = 0
        for character in text {
            if character != " ", blanks > 1, columns > start, columns + 24 <= limit {
                best = columns
            }
            blanks = character == " " ? blanks + 1 : 0
            columns += DisplayWidth.of(character)
        }
        return best
    }

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
