import Domain
import RunStore
import Statistics
import Testing

@testable import Reports

/// Folds repeat a cell, and their test images are one set together.
@Suite struct OutOfFoldTests {
    /// Two losses, five folds of two images, two seeds; image i of a fold has Dice `dice + 0.002 i`.
    private func filled() throws -> SampleStore {
        let sample = try SampleStore()
        let images = Array(SampleStore.images.dropFirst(2))
        for seed in 1...2 as ClosedRange<UInt64> {
            for fold in 0..<5 {
                let test = Array(images[(2 * fold)..<(2 * fold + 2)])
                for (index, loss) in ["tv", "kltv"].enumerated() {
                    var cell = SampleStore.cell(loss: loss, seed: seed)
                    cell.parameters["folds"] = .integer(5)
                    cell.parameters["fold"] = .integer(Int64(fold + 1))
                    cell.configuration = RunConfiguration([
                        "loss": .text(loss), "seed": .integer(Int64(seed)),
                        "fold": .integer(Int64(fold)),
                    ])
                    let noise = 0.001 * Double((fold * 3 + index * fold) % 4)
                    try sample.complete(
                        cell,
                        dice: 0.8 + 0.01 * Double(fold) + 0.1 * Double(index) + noise
                            + 0.004 * Double(seed),
                        train: images.filter { !test.contains($0) }, test: test)
                }
            }
        }
        return sample
    }

    @Test func foldsAreRunsOfARowAndPairs() throws {
        let sample = try filled()
        let source = sample.source {
            $0.reference = ReportRequest.Reference(axis: .loss, value: "tv")
        }
        let document = try ReportRegistry.require("sweep").document(from: source)
        let grid = document.tables[0]
        #expect(grid.rows.map(\.id) == ["mcx/unet/tv", "mcx/unet/kltv"])
        let n = try #require(grid.column(named: "n"))
        #expect(grid.rows.map { $0.cells[n].number } == [10, 10])
        #expect(grid.notes.contains { $0.contains("the n runs (seeds and folds) of a row") })
        let paired = try #require(document.tables.first { $0.id == "paired-tests" })
        let pairs = try #require(paired.column(named: "seeds"))
        #expect(paired.rows[0].cells[pairs].number == 5)
        #expect(paired.columns[pairs].title == "Folds")
        #expect(paired.notes.contains { $0.contains("averaged first and count as one") })
        #expect(paired.notes.contains { $0.contains("Nadeau and Bengio") })
        let data = try source.load()
        func runs(_ loss: String) -> [RunID] { data.runs.filter { $0.loss == loss }.map(\.id) }
        let found = try #require(data.pairing.pairs(runs("kltv"), runs("tv")))
        #expect(found.images == .redrawn(ratio: 2.0 / 8))
        #expect(found.pairs.count == 10)
        #expect(found.units.map(\.count) == [2, 2, 2, 2, 2])
    }

    /// A row of one fold has its seeds.
    @Test func rowsOfAFoldCountSeeds() throws {
        let sample = try filled()
        let document = try ReportRegistry.require("sweep").document(
            from: sample.source {
                $0.rows = [.loss, Axis("fold")]
                $0.reference = ReportRequest.Reference(axis: .loss, value: "tv")
            })
        #expect(document.tables[0].rows.count == 10)
        #expect(document.tables[0].notes.contains { $0.contains("the n runs (seeds) of a row") })
        let paired = try #require(document.tables.first { $0.id == "paired-tests" })
        let pairs = try #require(paired.column(named: "seeds"))
        #expect(paired.columns[pairs].title == "Seeds")
        #expect(paired.rows.map { $0.cells[pairs].number } == [2, 2, 2, 2, 2])
    }

    /// The leaderboard's interval counts folds, not runs, and knows that their training images overlap.
    @Test func theLeaderboardCountsFolds() throws {
        let sample = try filled()
        let data = try sample.source().load()
        let runs = data.runs.filter { $0.loss == "tv" }.map(\.id)
        let units = data.pairing.units(of: runs)
        #expect(units.runs.map(\.count) == [2, 2, 2, 2, 2])
        #expect(units.overlap == 2.0 / 8)
        let values = try sample.store.reportImageValues(
            of: "dice", runs: runs, weights: .best, split: .test)
        let folds = units.runs.map { unit in
            Dictionary(grouping: unit.flatMap { values[$0] ?? [] }, by: \.image).mapValues {
                $0.reduce(0) { $0 + $1.value } / Double($0.count)
            }
        }
        let table = try ReportRegistry.require("leaderboard").document(from: sample.source())
            .tables[0]
        let row = try #require(table.rows.first { $0.id.contains("/tv") })
        let interval = try #require(
            TwoLevelBootstrap.interval(folds, overlap: 2.0 / 8, resamples: 500))
        #expect(
            row.cells[try #require(table.column(named: "low"))].number == interval.lowerBound)
    }

    @Test func everyImageCountsOnce() throws {
        let sample = try filled()
        let document = try ReportRegistry.require("sweep").document(from: sample.source())
        let table = try #require(document.tables.first { $0.id == "out-of-fold" })
        let column = { try #require(table.column(named: $0)) }
        #expect(table.rows[0].cells[try column("images")] == .text("10 of 12"))
        #expect(table.rows[0].cells[try column("n")].number == 10)
        // Of fold f: 0.8 + 0.01 f + noise + (0.004 + 0.008) / 2, and 0.002 more for the second image.
        let noise = [0, 3, 2, 1, 0].map { 0.001 * $0 }
        let images = (0..<5).flatMap { fold in
            [0, 0.002].map { (image: Double) -> Double in
                0.806 + 0.01 * Double(fold) + noise[fold] + image
            }
        }
        let mean = try #require(table.rows[0].cells[try column("mean")].number)
        #expect(abs(mean - images.reduce(0, +) / 10) < 1e-9)
        let worst = try #require(table.rows[0].cells[try column("worst")].number)
        #expect(abs(worst - 0.806) < 1e-9)
    }

    @Test func aRowAnImage() throws {
        let sample = try filled()
        let document = try ReportRegistry.require("out-of-fold").document(from: sample.source())
        #expect(document.tables.map(\.id) == ["out-of-fold", "images"])
        let table = document.tables[1]
        #expect(table.rows.count == 10)
        #expect(table.rows[0].id == "MCX/IMG_3" || table.rows[0].id == "mcx/IMG_3")
        #expect(table.columns.map(\.title).suffix(2) == ["TV", "KLTV"])
        #expect(table.rows.allSatisfy { $0.cells.suffix(2).allSatisfy { $0.runs.count == 2 } })
    }

    /// Runs of folds and runs of one split are never one row, but on purpose, and then it is marked.
    @Test func foldsAndSplitsShareNoRow() throws {
        let sample = try filled()
        var plain = SampleStore.cell(loss: "tv", seed: 1)
        plain.parameters["folds"] = .text("none")
        plain.configuration = RunConfiguration(["plain": .integer(1)])
        try sample.complete(plain, dice: 0.7)
        let table = try ReportRegistry.require("sweep").document(from: sample.source()).tables[0]
        let folds = try #require(table.column(named: "folds"))
        #expect(table.rows.map { $0.cells[folds] } == [.text("5"), .text("none"), .text("5")])
        #expect(table.rows.allSatisfy { $0.cells.allSatisfy(\.marks.isEmpty) })
        let mixed = try ReportRegistry.require("sweep").document(
            from: sample.source { $0.rows = [.loss] }
        ).tables[0]
        let n = try #require(mixed.column(named: "n"))
        let tv = try #require(mixed.rows.first { $0.id == "tv" })
        #expect(tv.cells[n].marks == ["§"])
        #expect(mixed.notes.contains { $0.contains("folds (5, none)") })
    }

    /// Without folds a sweep's report is what it was.
    @Test func runsWithoutFoldsHaveNoSuchTable() throws {
        let sample = try SampleStore()
        try sample.fillPair()
        let document = try ReportRegistry.require("sweep").document(from: sample.source())
        #expect(!document.tables.contains { $0.id == "out-of-fold" })
        #expect(document.tables[0].notes.contains { $0.contains("(seeds)") })
    }
}
