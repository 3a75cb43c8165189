import Testing

@testable import Specification

/// Networks and losses that a classifier does not use need not be named.
@Suite struct IdleNameTests {
    private let known = Vocabulary(
        datasets: ["mcx", "folder"], models: ["unet", "attention-unet"], losses: ["tv", "kltv"],
        procedures: ["supervised", "classification"], reports: [])

    private func spec(_ grid: String) throws -> Spec {
        try Spec(
            text: "name: a\ngrid: {dataset: mcx, \(grid)}\n", path: "e.yaml", vocabulary: known)
    }

    @Test func aClassifierNeedsNeither() throws {
        let cells = try SweepPlan(spec("procedure: classification"), vocabulary: known).cells
        #expect(cells.count == 1)
        // It is the run that it is with both named.
        let named = try SweepPlan(
            spec("procedure: classification, model: unet, loss: tv"), vocabulary: known)
        #expect(
            cells[0].configuration(fingerprint: "f")
                == named.cells[0].configuration(fingerprint: "f"))
        #expect(named.titles == ["mcx classification 100 % seed 1"])
    }

    @Test(arguments: [
        "model: unet", "model: unet, procedure: supervised",
        "model: unet, procedure: [classification, supervised]",
    ]) func whoSegmentsNeedsALoss(grid: String) {
        #expect(throws: SpecError.missingKey("grid: loss", path: "e.yaml")) { try spec(grid) }
    }

    /// What the grid varies is shown all the same, so that no two cells have one name.
    @Test func titlesTellCellsApart() throws {
        let plan = try SweepPlan(
            spec("model: unet, loss: [tv, kltv], procedure: [classification, supervised]"),
            vocabulary: known)
        #expect(Set(plan.titles).count == plan.cells.count)
        #expect(SettingUse.isUsed("loss", by: "supervised"))
        #expect(!SettingUse.isUsed("loss", by: "classification"))
        #expect(SettingUse.isUsed("loss", by: "of another program"))
    }

    @Test func ownFoldersAreWrittenWithTheirPrefix() {
        let error = #expect(throws: SpecError.self) {
            try Spec(
                text: "name: a\ngrid: {dataset: data/chests, model: unet, loss: tv}\n",
                path: "e.yaml",
                vocabulary: known)
        }
        #expect(
            error?.description.hasSuffix("; a folder of your own is 'folder:chests'") == true,
            "\(error?.description ?? "")")
    }
}
