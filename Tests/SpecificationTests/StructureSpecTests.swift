import RunStore
import Settings
import Testing
import Training

@testable import Specification

/// How experiment files name structures.
@Suite struct StructureSpecTests {
    private func cells(_ train: String) throws -> [Cell] {
        let text = "name: e\ngrid: {dataset: jcx, model: unet, loss: tv}\ntrain: {\(train)}"
        let spec = try Spec(text: text, path: "e.yaml", vocabulary: vocabulary)
        return try SweepPlan(spec, vocabulary: vocabulary).cells
    }

    @Test func oneListIsOneCellAndListsOfListsAreAnAxis() throws {
        #expect(
            try cells("structures: [lungs, heart]").map(\.settings.structures) == [
                ["lungs", "heart"]
            ])
        #expect(try cells("structures: heart").map(\.settings.structures) == [["heart"]])
        #expect(
            try cells("structures: [default, [left lung, heart], [all]]").map(\.settings.structures)
                == [["default"], ["left lung", "heart"], ["all"]].map {
                    $0 == ["default"] ? [] : $0
                })
        #expect(try cells("structures: default")[0].settings.structures == [])
    }

    @Test func theOrderOfMapsIsPartOfTheIdentityAndTheDefaultIsNot() throws {
        let plain = try cells("epochs: 2")[0].configuration(fingerprint: "f")
        #expect(
            try cells("epochs: 2, structures: default")[0].configuration(fingerprint: "f") == plain)
        #expect(!plain.json.contains("structures"))
        let json = try cells("structures: [heart, lungs]")[0].configuration(fingerprint: "f").json
        #expect(json.contains(#""structures":["heart","lungs"]"#))
    }

    @Test func theTextReadsBack() throws {
        let cell = try cells("structures: [left lung, heart]")[0]
        #expect(cell.text(of: "structures") == "[left lung, heart]")
        #expect(try Cell(texts: cell.texts, from: "t", vocabulary: vocabulary) == cell)
    }

    @Test func classifiersSegmentNothing() throws {
        var cell = try cells("structures: [heart]")[0]
        let before = cell.used.settings.structures
        cell.procedure = "classification"
        #expect(before == ["heart"] && cell.used.settings.structures == [])
    }

    @Test(arguments: ["[heart, heart]", "'a,,b'", "'[]'", "''", "'a/b'", "{a: b}"])
    func whatIsNoListOfNamesIsRefused(_ value: String) {
        #expect(throws: (any Error).self) { try cells("structures: \(value)") }
    }
}
