import Testing

@testable import Assembly

@Suite struct NameListTests {
    @Test(arguments: [
        [], ["normal", "tuberculosis"], ["normal, clear", "TB"], ["a\"b", "[\"c\"]"], ["", " "],
        ["é\n", "\u{202E}x"],
    ])
    func anyNameSurvives(names: [String]) {
        #expect(NameList(metadata: NameList(names).json, known: nil).names == names)
        #expect(NameList(json: NameList(names).json)?.names == names)
    }

    @Test func filesOfEarlierVersionsAreRead() {
        #expect(NameList(metadata: "", known: nil).names == [])
        #expect(NameList(metadata: "a,b", known: nil).names == ["a", "b"])
        #expect(NameList(metadata: "a,b", known: ["x"]).names == ["a", "b"])
        // Joined names tell nothing about a comma in one; the store does.
        let names = ["normal, clear", "TB"]
        #expect(NameList(metadata: "normal, clear,TB", known: names).names == names)
    }
}
