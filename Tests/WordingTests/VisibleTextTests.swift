import Testing

@testable import Wording

@Suite struct VisibleTextTests {
    @Test(arguments: [
        ("plain text, 100 %", "plain text, 100 %"),
        ("\u{1B}]0;owned\u{7}\u{1B}[2J", "\\x1B]0;owned\\x07\\x1B[2J"),
        ("two\nlines\r\n\tand a tab", "two\\nlines\\r\\n\\tand a tab"),
        ("\u{9B}31m", "\\x9B31m"),
        ("invoice\u{202E}gpj.exe", "invoice\\u202Egpj.exe"),
        ("a\u{2066}b\u{2069}c\u{200F}d\u{61C}e", "a\\u2066b\\u2069c\\u200Fd\\u061Ce"),
        ("a\u{2028}b\u{2029}c\u{85}d", "a\\u2028b\\u2029c\\x85d"),
        ("zero\u{200B}width\u{FEFF}", "zero\\u200Bwidth\\uFEFF"),
        ("tag \u{E0041}", "tag \\uE0041"),
        ("delete \u{7F}, null \u{0}", "delete \\x7F, null \\x00"),
        ("\u{1B}\u{301}", "\\x1B\u{301}"),
        ("Müller 漢字 ± – é e\u{301}", "Müller 漢字 ± – é e\u{301}"),
        ("نمی\u{200C}خواهم 👩\u{200D}🔬", "نمی\u{200C}خواهم 👩\u{200D}🔬"),
    ])
    func hiddenSignsAreShown(text: String, expected: String) {
        #expect(VisibleText.line(text) == expected)
        // What is shown is shown again as it is.
        #expect(VisibleText.line(expected) == expected)
    }

    @Test func noSignThatDoesSomethingIsLeft() {
        for value in UInt32(0)...0x2_FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let category = scalar.properties.generalCategory
            guard [.control, .lineSeparator, .paragraphSeparator].contains(category) else {
                continue
            }
            #expect(VisibleText.line(String(scalar)).unicodeScalars.first == "\\")
        }
    }

    @Test func linesAreTheProgramsOwn() {
        #expect(VisibleText.lines("a\n\u{1B}b") == ["a", "\\x1Bb"])
    }
}
