internal import Wording

/// Text as a piece of Markdown that shows it.
public enum MarkdownText {
    /// Text with Markdown's own signs made harmless; signs that cannot be seen are shown.
    ///
    /// By scalar: a sign with a combining mark behind it is one character with it.
    public static func escaped(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in VisibleText.line(text).unicodeScalars {
            switch scalar {
            case "|", "*", "_", "`", "[", "]", "\\", "~", "#", "$":
                result.append("\\")
                result.append(scalar)
            case "<": result.append(contentsOf: "&lt;".unicodeScalars)
            case ">": result.append(contentsOf: "&gt;".unicodeScalars)
            case "&": result.append(contentsOf: "&amp;".unicodeScalars)
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    /// Text as code; where it holds what might end the code, or markup that a careless reader of
    /// Markdown lets through, as escaped text.
    static func code(_ text: String) -> String {
        let shown = VisibleText.line(text)
        return shown.contains(where: "`<>&".contains) ? escaped(text) : "`\(shown)`"
    }

    /// A file's name as an address relative to the document: everything but letters, digits and
    /// `-._` percent-encoded, so that no sign ends the address, begins a fragment or names a scheme.
    static func address(_ name: String) -> String {
        var result = ""
        for byte in name.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F:
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += "%" + (digits.count < 2 ? "0" : "") + digits
            }
        }
        return result
    }
}
