import Domain
import Testing

/// Which structures of a data set can be chosen, and by what names.
@Suite struct StructureTests {
    private let jsrt = MaskMeaning.lungs(
        publishedPositive: .background, beside: ["heart", "left clavicle", "right clavicle"])

    @Test func withoutAChoiceTheLungsAreUnited() throws {
        #expect(try jsrt.choosing([]) == jsrt)
        #expect(jsrt.names == ["lungs"])
        #expect(jsrt.structures[0].parts == ["left lung", "right lung"])
    }

    @Test func partsPairsAndAllOfThem() throws {
        #expect(
            jsrt.choices.map(\.name) == [
                "lungs", "clavicles", "left lung", "right lung", "heart", "left clavicle",
                "right clavicle",
            ])
        let chosen = try jsrt.choosing(["heart", "clavicles", "lungs"])
        #expect(chosen.names == ["heart", "clavicles", "lungs"])
        #expect(chosen.structures[1].parts == ["left clavicle", "right clavicle"])
        #expect(chosen.structures.map(\.lungs) == [nil, nil, .both])
        #expect(
            try jsrt.choosing(["all"]).names == [
                "left lung", "right lung", "heart", "left clavicle", "right clavicle",
            ])
        #expect(try jsrt.choosing(["all"]).structures[0].lungs == .one)
    }

    @Test func whatIsNotThereOrTwiceIsRefused() {
        #expect(
            throws: StructureError.unknown(name: "liver", known: jsrt.choices.map(\.name) + ["all"])
        ) { try jsrt.choosing(["liver"]) }
        #expect(throws: StructureError.repeated(name: "heart")) {
            try jsrt.choosing(["heart", "all"])
        }
    }

    @Test(arguments: [
        ("left lung", true), ("L3", true), ("T-1_a", true), ("foie", true), ("Lungenflügel", true),
        ("", false), (" heart", false), ("heart ", false), ("a/b", false), ("a,b", false),
        ("[a]", false), ("..", false), ("a\u{7}b", false), ("all", false), ("a\"b", false),
        (String(repeating: "a", count: 65), false),
    ])
    func namesAreLettersDigitsSpacesAndStrokes(_ name: String, _ isName: Bool) {
        #expect(Structure.isName(name) == isName)
    }
}
