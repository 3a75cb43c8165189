/// Text for shells and scripts.
public enum ShellText {
    /// One word for a shell that stands for `text`, whatever it holds.
    public static func quoted(_ text: String) -> String {
        let plain = "%+,-./:=@_"
        let isPlain = text.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII
                && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                    || plain.unicodeScalars.contains(scalar))
        }
        if isPlain, !text.isEmpty { return text }
        return "'"
            + text.split(separator: "'", omittingEmptySubsequences: false)
            .joined(separator: "'\\''") + "'"
    }

    /// `text` for a comment: one line, no control characters.
    package static func comment(_ text: String) -> String {
        String(text.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : Character($0) })
    }

    /// `text` as a name of letters, digits, '-', '_' and '.' that schedulers take.
    package static func name(_ text: String) -> String {
        let allowed = "-_."
        let name = String(
            text.unicodeScalars.map { scalar in
                scalar.isASCII
                    && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                        || allowed.unicodeScalars.contains(scalar))
                    ? Character(scalar) : "-"
            })
        return String(name.prefix(60))
    }
}
