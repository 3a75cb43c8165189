import Domain
import RunStore
import Testing

@testable import Reports

/// Reports judge runs by their stored objective.
@Suite struct ObjectiveTests {
    private static let distance = RunObjective(
        split: "validation", name: "hausdorff", direction: .lowerIsBetter)

    /// Two losses, the better of which has the higher Dice and the smaller distance.
    private func fill(_ sample: SampleStore, by objective: RunObjective) throws -> [RunID] {
        try [("tv", 0.90), ("kltv", 0.92)].map { loss, dice in
            var cell = SampleStore.cell(loss: loss)
            cell.objective = objective
            return try sample.complete(cell, dice: dice)
        }
    }

    private func table(_ report: String, _ sample: SampleStore) throws -> Table {
        let document = try ReportRegistry.require(report).document(from: sample.source())
        return try #require(document.tables.first)
    }

    @Test func aLeaderboardRanksByTheObjective() throws {
        let sample = try SampleStore()
        _ = try fill(sample, by: Self.distance)
        let ranking = try table("leaderboard", sample)
        #expect(ranking.title == "Ranking by HD")
        let loss = try #require(ranking.column(named: "loss"))
        #expect(ranking.rows.map { $0.cells[loss] } == [.text("KLTV"), .text("TV")])
        // A run that masks' Dice judges makes that the metric of the whole.
        try sample.complete(SampleStore.cell(loss: "tv", seed: 2), dice: 0.9)
        #expect(try table("leaderboard", sample).title == "Ranking by Dice")
    }

    @Test func aSweepOfClassifiersShowsClasses() throws {
        let sample = try SampleStore()
        var cell = SampleStore.cell()
        cell.objective = RunObjective(
            split: "validation", name: "class-accuracy", direction: .higherIsBetter)
        try sample.complete(cell, dice: 0.9, accuracy: 0.75)
        let grid = try table("sweep", sample)
        #expect(grid.column(named: "class-accuracy") != nil && grid.column(named: "dice") == nil)
    }

    @Test func runsAreComparedByTheObjective() throws {
        let sample = try SampleStore()
        let runs = try fill(sample, by: Self.distance)
        let source = sample.source { $0.figures = true }
        let document = try ComparisonReport(of: runs, from: source).document()
        let tests = try #require(document.tables.first { $0.id == "image-tests" })
        #expect(tests.title == "HD of the trained networks, image by image")
        let difference = try #require(tests.column(named: "difference"))
        #expect(abs(try #require(tests.rows[0].cells[difference].number) + 0.2) < 1e-9)
        let text = document.rendered(as: .markdown)
        #expect(text.contains("test images' HD") && !text.contains("Validation Dice"))
    }

    @Test func theFirstListedMetricJudgesSeveralObjectives() {
        let vocabulary = SampleStore.vocabulary
        let accuracy = RunObjective(
            split: "validation", name: "class-accuracy", direction: .higherIsBetter)
        let other = RunObjective(split: "validation", name: "odd", direction: .higherIsBetter)
        #expect(vocabulary.objective(of: [other, accuracy, Self.distance, nil]) == accuracy)
        #expect(vocabulary.objective(of: [Self.distance, .validationDice]) == .validationDice)
        #expect(vocabulary.objective(of: [other, nil]) == other)
        #expect(vocabulary.objective(of: []) == .validationDice)
        #expect(vocabulary.bounds(of: vocabulary.measure("dice")) == 0...1)
        #expect(vocabulary.bounds(of: vocabulary.measure("hausdorff")) == nil)
        #expect(vocabulary.bounds(of: vocabulary.measure("odd")) == nil)
    }
}
