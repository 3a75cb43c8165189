import Testing

@testable import Assembly

@Suite struct ClassNamesTests {
    @Test(arguments: [
        [], ["normal", "tuberculosis"], ["normal, clear", "TB"], ["a\"b", "[\"c\"]"], ["", " "],
        ["é\n", "\u{202E}x"],
    ])
    func anyNameSurvives(names: [String]) {
        #expect(ClassNames(metadata: ClassNames(names).json, known: nil).names == names)
        #expect(ClassNames(json: ClassNames(names).json)?.names == names)
    }

    @Test func filesOfEarlierVersionsAreRead() {
        #expect(ClassNames(metadata: "", known: nil).names == [])
        #expect(ClassNames(metadata: "a,b", known: nil).names == ["a", "b"])
        #expect(ClassNames(metadata: "a,b", known: ["x"]).names == ["a", "b"])
        // Joined names tell nothing about a comma in one; the store does.
        let names = ["normal, clear", "TB"]
        #expect(ClassNames(metadata: "normal, clear,TB", known: names).names == names)
    }
}
