import Testing

@testable import Datasets

struct TextTableTests {
    private func table(_ text: String) throws -> TextTable {
        try TextTable(Array(text.utf8), path: "labels.csv")
    }

    @Test func quotesLineBreaksAndSeparators() throws {
        let plain = try table("file,class\na.png,1\nb.png,0\n")
        #expect(plain.columns == ["file", "class"])
        #expect(plain.rows.map(\.fields) == [["a.png", "1"], ["b.png", "0"]])
        let odd = try table(
            "\u{feff}File; Class ;Note\r\n\"a;b.png\";\"say \"\"x\"\"\"; two words \r\n\r\n"
                + "c;\"1\r\n2\";\r\n;;\r\n")
        #expect(odd.columns == ["file", "class", "note"])
        #expect(
            odd.rows.map(\.fields) == [
                ["a;b.png", "say \"x\"", "two words"], ["c", "1\r\n2", ""],
            ])
        #expect(odd.rows.map(\.line) == [2, 4])
        #expect(try table("file\tclass\nä ö.png\t1").rows[0].fields == ["ä ö.png", "1"])
        #expect(try table("file,class\ra,1\rb,0").rows.count == 2)
    }

    @Test(arguments: [
        ("", 1), ("file,file\n", 1), ("file,class\na\n", 2), ("file,class\na,1\nb,\"x\n", 3),
        ("file,class\na,1,2\n", 2),
        // A stray quote takes in what follows, until the next one: text behind that tells.
        ("file,class\na,\"1\nb,0\nc,\"0\n", 4), ("file,class\n\"a\"b,1\n", 2),
    ])
    func faultsNameTheLine(text: String, line: Int) {
        let error = #expect(throws: DatasetError.self) { try table(text) }
        guard case .badTable(let path, let found, _) = error else {
            Issue.record("not a table error: \(String(describing: error))")
            return
        }
        #expect(path == "labels.csv" && found == line)
    }

    @Test func bytesThatAreNoText() {
        #expect(throws: DatasetError.self) { try TextTable([0xff, 0xfe, 0x41], path: "x") }
        #expect(throws: DatasetError.self) { try TextTable([0x66, 0, 0x41], path: "x") }
    }

    @Test func theLineOfBytesThatAreNoText() {
        let error = #expect(throws: DatasetError.self) {
            try TextTable(Array("file,class\na,1\n".utf8) + [0x62, 0xe9, 0x2c, 0x31], path: "x")
        }
        #expect(error?.description.hasPrefix("x, line 3: ") == true)
    }
}
