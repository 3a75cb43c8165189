/// Text from outside (names, errors, hosts, notes) as people may be shown it.
///
/// A store, a file's name or an argument may hold anything: escape sequences that repaint a
/// terminal, line breaks that forge lines, overrides that turn text round. Such signs are shown, not
/// sent: `\n`, `\t`, `\x1B`, `\u202E`. Every output for people goes through here; outputs for
/// programs (CSV, JSON) stay exact.
public enum VisibleText {
    /// `text` as one line in which every sign can be seen.
    public static func line(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 < 0x20 || $0 >= 0x7F }),
            text.unicodeScalars.contains(where: isHidden)
        else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if isHidden(scalar) {
                result.append(contentsOf: name(of: scalar).unicodeScalars)
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }

    /// The lines of `text`, each as `line` gives it: for text whose line breaks are the program's
    /// own.
    public static func lines(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line(String($0)) }
    }

    /// Whether a sign does something else than to stand there: controls, line and paragraph
    /// separators, and format characters but those that words of some scripts and pictures are
    /// joined by.
    static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20..<0x7F: return false
        case 0x200C, 0x200D, 0xAD, 0x600...0x605, 0x6DD, 0x70F: return false
        case 0xFFF9...0xFFFB: return true
        default: break
        }
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .format, .surrogate: return true
        case .unassigned: return scalar.properties.isNoncharacterCodePoint
        default: return false
        }
    }

    private static func name(of scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        default: break
        }
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let width = scalar.value < 0x100 ? 2 : 4
        let zeros = String(repeating: "0", count: max(0, width - digits.count))
        return (width == 2 ? "\\x" : "\\u") + zeros + digits
    }
}
