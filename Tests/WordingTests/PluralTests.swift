import Testing

@testable import Wording

@Suite struct PluralTests {
    @Test func oneIsSingular() {
        #expect(Plural.count(1, "cell") == "1 cell")
        #expect(Plural.count(0, "cell") == "0 cells")
        #expect(Plural.count(Int64(2), "cell") == "2 cells")
        #expect(Plural.count(2, "class", "classes") == "2 classes")
    }

    /// A comma in a name is none of the list.
    @Test func namesInListsStandApart() {
        #expect(ListedName.of("normal") == "normal" && ListedName.of("0") == "0")
        #expect(ListedName.of("tumor, benign") == "\"tumor, benign\"")
        #expect(ListedName.of("a: b") == "\"a: b\"" && ListedName.of("") == "\"\"")
    }
}
