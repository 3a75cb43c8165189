import Testing

@testable import Wording

@Suite struct PluralTests {
    @Test func oneIsSingular() {
        #expect(Plural.count(1, "cell") == "1 cell")
        #expect(Plural.count(0, "cell") == "0 cells")
        #expect(Plural.count(Int64(2), "cell") == "2 cells")
        #expect(Plural.count(2, "class", "classes") == "2 classes")
    }
}
