/// Text for terminals that show ASCII only (`LANG=C`), in as many columns as before.
enum ASCIIText {
    static func of(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 >= 0x80 }) else { return text }
        return text.map { character in
            if character.isASCII { return String(character) }
            let width = DisplayWidth.of(character)
            return (signs[character] ?? "?").padding(to: width)
        }.joined()
    }

    private static let signs: [Character: String] = [
        "─": "-", "–": "-", "—": "-", "\u{2212}": "-", "…": "~", "█": "#", "░": ".", "×": "x",
        "·": ".", "’": "'", "“": "\"", "”": "\"", "±": "+", "→": ">",
    ]
}

extension String {
    fileprivate func padding(to width: Int) -> String {
        self + String(repeating: last.map(String.init) ?? "", count: max(0, width - count))
    }
}
