import Testing

@testable import Specification

/// `evaluate:` names data sets and is no part of a cell.
@Suite struct EvaluateKeyTests {
    private static let vocabulary = Vocabulary(
        datasets: ["mcx", "scx", "folder"], models: ["unet"], losses: ["tv"],
        procedures: ["supervised"], reports: ["sweep"])
    private static let grid = "name: e\ngrid: {dataset: mcx, model: unet, loss: tv}\n"

    private func spec(_ more: String, _ overrides: [String] = []) throws -> Spec {
        try Spec(
            text: Self.grid + more, path: "e.yaml", overrides: overrides,
            vocabulary: Self.vocabulary)
    }

    @Test func namesAreReadAndCellsStay() throws {
        #expect(try spec("").evaluate == [])
        #expect(try spec("evaluate: scx").evaluate == ["scx"])
        let both = try spec("evaluate: [scx, 'folder:clinic b', scx]")
        #expect(both.evaluate == ["scx", "folder:clinic b"])
        #expect(
            try SweepPlan(both, vocabulary: Self.vocabulary).cells
                == SweepPlan(spec(""), vocabulary: Self.vocabulary).cells)
        #expect(try spec("evaluate: scx", ["evaluate=[]"]).evaluate == [])
        #expect(try spec("", ["evaluate=[mcx]"]).evaluate == ["mcx"])
    }

    @Test(arguments: ["evaluate: sxc", "evaluate: unet", "evaluate: {a: b}", "evaluate:"])
    func whatIsNoneIsRefusedWithItsPlace(text: String) throws {
        let error = try #require(throws: SpecError.self) { try spec(text) }
        #expect(error.description.hasPrefix("e.yaml:3:"), "\(error)")
    }
}
