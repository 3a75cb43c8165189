import Domain
import Foundation
import RunStore
import Statistics
import Testing

@testable import Reports

/// Marks and bold follow a test over networks that were tested on the same images.
@Suite struct ComparisonTests {
    private let sample: SampleStore

    init() throws { sample = try SampleStore() }

    /// Two losses with these Dice, one a seed; `shift` draws the test images by the seed.
    private func fill(_ tv: [Double], _ kltv: [Double], redrawn: Bool = false) throws {
        for (loss, values) in [("tv", tv), ("kltv", kltv)] {
            for (index, dice) in values.enumerated() {
                var images = Array(SampleStore.images.dropFirst(2))
                if redrawn { images.append(contentsOf: images.prefix(index)) }
                let test = redrawn ? Array(images.suffix(images.count - index).prefix(6)) : images
                let rest = SampleStore.images.filter { !test.contains($0) && $0 != "IMG_2" }
                try sample.complete(
                    SampleStore.cell(loss: loss, seed: UInt64(index + 1)), dice: dice,
                    train: redrawn ? rest : ["IMG_1"], test: test)
            }
        }
    }

    private func tables(_ change: (inout ReportRequest) -> Void = { _ in }) throws -> [Table] {
        try ReportRegistry.require("sweep").document(
            from: sample.source {
                $0.reference = .init(axis: .loss, value: "tv")
                change(&$0)
            }
        ).tables
    }

    private func cell(_ table: Table, _ row: Int, _ column: String) throws -> Cell {
        table.rows[row].cells[try #require(table.column(named: column), "\(column)")]
    }

    /// Three networks never make a claim, however far apart they are.
    @Test func belowFiveSeedsNothingIsMarked() throws {
        try fill([0.7, 0.701, 0.702], [0.9, 0.901, 0.9021])
        let tables = try tables()
        #expect(try cell(tables[0], 1, "dice").marks.isEmpty)
        #expect(!tables[0].rows.contains { $0.cells.contains(where: \.isBest) })
        #expect(tables[0].notes.contains { $0.hasPrefix("Nothing is bold: ") })
        #expect(tables[0].notes.contains { $0.hasPrefix("No row is tested") })
        // The difference and its interval stand there all the same.
        #expect(abs((try cell(tables[1], 0, "difference").number ?? 0) - 0.2) < 1e-3)
        #expect(try cell(tables[1], 0, "p-holm").content == .missing)
        #expect(try cell(tables[1], 0, "p-same").content == .missing)
    }

    /// Every image agrees and networks do not: images claimed what networks cannot.
    @Test func imagesMarkNothing() throws {
        try fill([0.90, 0.90, 0.90, 0.90, 0.90], [0.93, 0.89, 0.92, 0.885, 0.91])
        let tables = try tables()
        #expect((try cell(tables[1], 0, "p-images").number ?? 1) < 0.01)
        #expect((try cell(tables[1], 0, "p").number ?? 0) > 0.3)
        #expect(try cell(tables[0], 1, "dice").marks.isEmpty)
        #expect(!tables[0].rows.contains { $0.cells.contains(where: \.isBest) })
    }

    @Test func theSameWithinAMarginIsAResult() throws {
        try fill([0.9, 0.91, 0.92, 0.93, 0.94], [0.901, 0.909, 0.9205, 0.9295, 0.9402])
        let tables = try tables()
        #expect(try cell(tables[0], 1, "dice").marks == [PairedTests.sameMark])
        #expect(tables[0].notes.contains { $0.contains("the same within 0.005, p < 0.05") })
        #expect((try cell(tables[1], 0, "p-same").number ?? 1) < 0.05)
        let strict = try self.tables { try? $0.set("margin", to: ["0.0005"]) }
        #expect(try cell(strict[0], 1, "dice").marks.isEmpty)
        #expect(strict[1].notes.contains { $0.contains("0.0005") })
    }

    /// Where the seed draws the images, pairs depend on each other and count for less.
    @Test func redrawnSplitsAreSaidAndCorrected() throws {
        let tv = [0.9, 0.91, 0.92, 0.93, 0.94], kltv = [0.91, 0.926, 0.929, 0.945, 0.951]
        try fill(tv, kltv, redrawn: true)
        let table = try tables()[1]
        #expect(try cell(table, 0, "images").content == .text("6, redrawn"))
        #expect(table.notes.contains { $0.contains("Nadeau and Bengio") })
        let own = try #require(
            PairedComparison(differences: zip(kltv, tv).map { $0 - $1 }, images: .same))
        let drawn = try #require(
            PairedComparison(
                differences: zip(kltv, tv).map { $0 - $1 }, images: .redrawn(ratio: 6.0 / 5)))
        let p = try #require(try cell(table, 0, "p").number)
        #expect(abs(p - drawn.test.pValue) < 1e-9)
        #expect(p > own.test.pValue)
    }

    @Test func oneSplitIsSaidToo() throws {
        try fill([0.9, 0.91], [0.91, 0.92])
        let table = try tables()[1]
        #expect(try cell(table, 0, "images").content == .text("10, the same"))
        #expect(!table.notes.contains { $0.contains("Nadeau") })
    }

    /// Runs of a seed that were tested on other images are no pair.
    @Test func pairsShareTheirTestImages() throws {
        let halves = [("tv", SampleStore.images[2..<7]), ("kltv", SampleStore.images[7..<12])]
        for (loss, test) in halves {
            for seed in 1...5 as ClosedRange<UInt64> {
                try sample.complete(
                    SampleStore.cell(loss: loss, seed: seed), dice: loss == "tv" ? 0.8 : 0.9,
                    test: Array(test))
            }
        }
        let tables = try tables()
        #expect(tables.count == 1)
        #expect(!tables[0].rows.contains { $0.cells.contains(where: \.isBest) })
    }

    /// The best must differ from every other row, and the correction is over what could be bold.
    @Test func boldIsOverAllRowsOfItsGroup() throws {
        let tv = [0.9, 0.91, 0.92, 0.93, 0.94]
        try fill(tv, tv.map { $0 + 0.02 + ($0 - 0.92) / 10 })
        let table = try tables()[0]
        #expect(try cell(table, 1, "dice").isBest)
        #expect(table.notes.contains { $0.hasPrefix("Bold: ") && $0.contains("seeds") })
        // A third row as good as the best, seed by seed better or worse.
        for (index, dice) in [0.94, 0.91, 0.95, 0.93, 0.97].enumerated() {
            try sample.complete(
                SampleStore.cell(model: "ppau-net", loss: "kltv", seed: UInt64(index + 1)),
                dice: dice)
        }
        let three = try tables { $0.reference = nil }[0]
        #expect(
            !three.rows.contains { row in
                row.cells[three.column(named: "dice") ?? 0].isBest
            })
    }

    @Test func fewerRunsThanFiveCannotBeAskedFor() throws {
        var request = ReportRequest()
        try request.set("min-runs", to: ["2"])
        #expect(request.boldRule.fewest == 5)
        try request.set("min-runs", to: ["8"])
        #expect(request.boldRule.fewest == 8)
        for margin in ["0", "-1", "x"] {
            #expect(throws: ReportError.self, "\(margin)") {
                try request.set("margin", to: [margin])
            }
        }
    }

    /// Seeds of two settings beside each other are compared as networks; single runs image by image.
    @Test func comparedRunsAreSettingsWhereTheyAreSeeds() throws {
        try sample.fillPair()
        let all = try ComparisonReport(of: Array(1...10), from: sample.source()).document()
        #expect(all.tables.map(\.id) == ["settings", "results", "paired-tests", "image-tests"])
        let paired = all.tables[2]
        #expect(try cell(paired, 0, "against").content == .text("TV"))
        #expect(try cell(paired, 0, "seeds").content == .count(5))
        #expect((try cell(paired, 0, "p-holm").number ?? 1) < 0.001)
        let two = try ComparisonReport(of: [1, 2], from: sample.source()).document()
        #expect(two.tables.map(\.id) == ["settings", "results", "image-tests"])
        #expect(try cell(two.tables[2], 0, "images").content == .text("10, the same"))
    }
}
