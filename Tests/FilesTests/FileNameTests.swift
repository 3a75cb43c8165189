import Testing

@testable import Files

@Suite struct FileNameTests {
    @Test func ordinaryNamesStay() {
        for name in ["demo", "label-fraction-quick", "a_b.c", "größe", "README", "1"] {
            #expect(FileName.encoded(name) == name)
        }
    }

    @Test(arguments: [
        "../../victim", "/etc/passwd", "..", ".", "", ".hidden", "a/b", "a\0b", "a\nb", "a b",
        "-\u{202e}x", String(repeating: "x", count: 300), String(repeating: "ü", count: 90), "%s",
        "a\\b", "$(x)", "~",
    ])
    func hostileNamesBecomeOneComponent(_ name: String) {
        let encoded = FileName.encoded(name)
        #expect(!encoded.contains("/") && !encoded.hasPrefix(".") && !encoded.isEmpty)
        #expect(encoded.utf8.count <= FileName.longest)
        #expect(encoded != name)
        #expect(FileName.encoded(encoded) == encoded)
    }

    @Test func differentNamesStayDifferent() {
        let names = ["a/b", "a b", "a\\b", "a-b", "../a-b", "a/../b", "..a-b"]
        #expect(Set(names.map(FileName.encoded)).count == names.count)
    }
}
