import Domain
import RunStore
import Settings
import Testing
import Training

@testable import Specification

/// A split can have a seed of its own; one by the run's seed is the split that it always was.
@Suite struct SplitSeedTests {
    private func cell(seed: UInt64, split: Int? = nil) -> Cell {
        var cell = Cell()
        (cell.dataset, cell.model, cell.loss, cell.seed) = ("mcx", "unet", "tv", seed)
        cell.settings.splitSeed = split
        return cell
    }

    private func plan(_ grid: String) throws -> SweepPlan {
        let text = "name: e\ngrid: {dataset: mcx, model: unet, loss: tv}\n\(grid)"
        return try SweepPlan(
            Spec(text: text, path: "e.yaml", vocabulary: vocabulary), vocabulary: vocabulary)
    }

    @Test func theRunsOwnSeedIsTheIdentityOfBefore() {
        let own = cell(seed: 3).configuration(fingerprint: "f")
        #expect(own.json.hasSuffix(#""seed":3,"settings":{}}"#))
        #expect(cell(seed: 3, split: 3).configuration(fingerprint: "f") == own)
        let fixed = cell(seed: 3, split: 1).configuration(fingerprint: "f")
        #expect(fixed.json.hasSuffix(#""seed":3,"settings":{"split-seed":1}}"#))
        let recorded = cell(seed: 3, split: 3).description(fingerprint: "f").parameters
        #expect(recorded["split-seed"] == .text("seed"))
    }

    @Test func theSplitTakesItsSeed() {
        #expect(cell(seed: 3).splitSeed == 3)
        #expect(cell(seed: 3, split: 0).splitSeed == 0)
    }

    @Test func filesHaveItAsANumberOrTheWord() throws {
        let cells = try plan("train: {split-seed: [seed, 1.0], epochs: 2}").cells
        #expect(cells.map(\.settings.splitSeed) == [nil])
        let fixed = try plan("train: {split-seed: 7}").cells[0]
        #expect(try Cell(texts: fixed.texts, from: "t", vocabulary: vocabulary) == fixed)
        for bad in ["-1", "1.5", "run", "''"] {
            #expect {
                try plan("train: {split-seed: \(bad)}")
            } throws: {
                "\($0)".contains("expected a whole number from 0, or seed")
            }
        }
    }

    @Test func aSplitByTheRunsSeedIsOneCellHoweverItIsWritten() throws {
        let text = "name: e\ngrid: {dataset: mcx, model: unet, loss: tv, seed: [1, 2]}\n"
        let spec = try Spec(
            text: text + "train: {split-seed: [1, seed]}", path: "e.yaml", vocabulary: vocabulary)
        let plan = try SweepPlan(spec, vocabulary: vocabulary)
        #expect(plan.cells.count == 3)
        #expect(
            plan.notes == [
                "1 of the grid's 4 cells is trained once with another: it differs only in "
                    + "split-seed, which is the run's seed there"
            ])
    }
}
