internal import Wording

/// Text as a piece of LaTeX that prints it.
enum LaTeXText {
    /// Text with LaTeX's own signs made harmless; signs that cannot be seen are shown.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in VisibleText.line(text).unicodeScalars {
            if let sign = signs[scalar] {
                result += sign
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Text behind a `%`.
    static func comment(_ text: String) -> String { VisibleText.line(text) }

    /// A name for `\label`: letters, digits and `-:` as they are, other bytes as `.` and two
    /// hexadecimal digits.
    static func label(_ name: String) -> String {
        name.utf8.map { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x3A, 0x5F:
                String(Unicode.Scalar(byte))
            default: "." + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }.joined()
    }

    /// A file's name for `\includegraphics`, which expands its argument: signs that mean something
    /// to LaTeX come from macros that give them as plain letters.
    static func fileName(_ name: String) -> String {
        var result = ""
        for scalar in name.unicodeScalars {
            switch scalar {
            case "%": result += "\\csname @percentchar\\endcsname "
            case "\\": result += "\\csname @backslashchar\\endcsname "
            case "{": result += "\\csname @charlb\\endcsname "
            case "}": result += "\\csname @charrb\\endcsname "
            case "#", "&", "$", "~", "^": result += "\\string\(scalar)"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static let signs: [Unicode.Scalar: String] = [
        "\\": "\\textbackslash{}", "&": "\\&", "%": "\\%", "$": "\\$", "#": "\\#", "_": "\\_",
        "{": "\\{", "}": "\\}", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}",
        "<": "\\textless{}", ">": "\\textgreater{}", "|": "\\textbar{}",
        // Behind the end of a row these two would be an option of it.
        "[": "{[}", "*": "{*}",
        "±": "$\\pm$", "\u{2212}": "$-$", "–": "--", "—": "---", "×": "$\\times$", "≥": "$\\ge$",
        "≤": "$\\le$", "≈": "$\\approx$", "√": "$\\surd$", "²": "\\textsuperscript{2}",
        "₁": "\\textsubscript{1}",
        "₂": "\\textsubscript{2}", "†": "$\\dagger$", "‡": "$\\ddagger$", "¶": "\\P{}",
        "Δ": "$\\Delta$",
        "·": "$\\cdot$", "◦": "$\\circ$", "→": "$\\rightarrow$", "α": "$\\alpha$", "β": "$\\beta$",
        "“": "``", "”": "''", "’": "'", "…": "\\dots{}", "\u{00A0}": "~", "▲": "$\\uparrow$",
        "▼": "$\\downarrow$",
    ]
}
