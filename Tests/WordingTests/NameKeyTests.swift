import Testing
import Wording

struct NameKeyTests {
    @Test(arguments: [
        ("P0", "p0"), ("1", "01"), ("1", "1\u{200B}"), ("patient 7", "Patient07"),
        ("\u{FEFF}a1", "A001"), ("é", "e\u{301}"), ("１２", "12"), ("x00", "X0"), ("3\t", "3"),
        ("17.0", "017"),
    ])
    func namesThatAreProbablyOne(pair: (String, String)) {
        #expect(NameKey.of(pair.0) == NameKey.of(pair.1))
    }

    @Test(arguments: [
        ("1", "10"), ("P1", "P2"), ("100", "1"), ("0", ""), ("a0b", "ab"), ("1.05", "1.15"),
        ("1.0.0", "1"),
    ])
    func namesThatAreNot(pair: (String, String)) {
        #expect(NameKey.of(pair.0) != NameKey.of(pair.1))
    }

    @Test func similarNamesStandTogether() {
        #expect(
            NameKey.similar(["b", "p1", "P1", "P01", "a", "b"]) == [["P01", "P1", "p1"]])
    }
}
