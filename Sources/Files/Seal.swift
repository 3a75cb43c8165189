import Hashing

/// A mark inside a file that says that Lightbox made it, with a digest of all the rest: a file that
/// somebody changed by hand is told from one that is as it was written.
///
/// Text ends with a line of comment, a PNG has a `tEXt` chunk before its end.
public enum Seal {
    /// How a text format writes a comment.
    public enum Comment: Sendable, CaseIterable {
        /// `<!-- … -->`: Markdown, HTML, SVG.
        case markup
        /// `% …`: LaTeX.
        case percent

        fileprivate var ends: (start: String, end: String) {
            switch self {
            case .markup: ("<!-- ", " -->")
            case .percent: ("% ", "")
            }
        }
    }

    /// What a file is.
    enum State: Equatable {
        /// As Lightbox wrote it.
        case made
        /// Made by Lightbox and changed since.
        case edited
        /// Without a mark.
        case foreign
    }

    /// No text above this many bytes has a seal.
    private static let longest = 1 << 26
    private static let words = "Sealed by Lightbox: sha256 "

    /// A text that ends with a newline, and its seal behind it.
    public static func sealed(_ text: String, as comment: Comment) -> String {
        text + line(SHA256.hex(of: text), comment) + "\n"
    }

    private static func line(_ digest: String, _ comment: Comment) -> String {
        comment.ends.start + words + digest + comment.ends.end
    }

    /// What the mark of a file with these bytes says.
    static func state(of bytes: [UInt8]) -> State {
        bytes.starts(with: PNGSeal.signature) ? PNGSeal.state(of: bytes) : stateOfText(bytes)
    }

    private static func stateOfText(_ bytes: [UInt8]) -> State {
        if bytes.count > longest { return .foreign }
        let newline = UInt8(ascii: "\n")
        let end = bytes.last == newline ? bytes.count - 1 : bytes.count
        let start = bytes[..<end].lastIndex(of: newline).map { $0 + 1 } ?? 0
        let last = Array(bytes[start..<end])
        var sum = SHA256()
        sum.update(Array(bytes[..<start]))
        let digest = sum.digest()
        if end < bytes.count,
            Comment.allCases.contains(where: { last == Array(line(digest, $0).utf8) })
        {
            return .made
        }
        // Somewhere in it, for what was appended to a sealed text.
        return contains(bytes, Array(words.utf8)) ? .edited : .foreign
    }

    private static func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
        guard let first = part.first, bytes.count >= part.count else { return false }
        var index = 0
        while let found = bytes[index...].firstIndex(of: first) {
            if bytes[found...].starts(with: part) { return true }
            index = found + 1
        }
        return false
    }
}
