import Domain
import RunStore
import Testing

@testable import Reports

/// Seeds and seeds of splits repeat a cell: they are no rows of a table, and they are pairs.
@Suite struct RepetitionTests {
    private static var vocabulary: ReportVocabulary {
        var vocabulary = SampleStore.vocabulary
        vocabulary.settings = [
            "split-seed": .init(standard: "seed", expected: "a whole number from 0, or seed") {
                $0 == "seed" || Int($0) != nil ? $0 : nil
            }
        ]
        return vocabulary
    }

    private func source(
        _ sample: SampleStore, _ change: (inout ReportRequest) -> Void = { _ in }
    ) -> ReportSource {
        var request = ReportRequest()
        change(&request)
        return ReportSource(store: sample.store, vocabulary: Self.vocabulary, request: request)
    }

    /// Two losses with five seeds on the split of seed 1. The first run is older than the setting.
    private func filled() throws -> SampleStore {
        let sample = try SampleStore()
        for seed in 1...5 as ClosedRange<UInt64> {
            for (index, loss) in ["tv", "kltv"].enumerated() {
                var cell = SampleStore.cell(loss: loss, seed: seed)
                if seed > 1 { cell.parameters["split-seed"] = .integer(1) }
                let shift = 0.001 * Double((seed * 7) % 5)
                try sample.complete(cell, dice: 0.9 + 0.02 * Double(index) - shift)
            }
        }
        return sample
    }

    @Test func theSeedOfASplitIsNoRow() throws {
        let sample = try filled()
        let document = try ReportRegistry.require("sweep").document(from: source(sample))
        #expect(document.tables[0].rows.map(\.id) == ["mcx/unet/tv", "mcx/unet/kltv"])
        #expect(document.tables[0].rows.allSatisfy { $0.cells.allSatisfy(\.marks.isEmpty) })
        let data = try source(sample).load()
        #expect(data.varying == [.loss])
        #expect(data.repeating == [.seed], "the split of the first run is that of seed 1")
    }

    /// Runs that redrew their split beside runs of one split are no repetitions of one thing.
    @Test func rowsThatMixSplitsAreMarked() throws {
        let sample = try filled()
        for seed in 2...3 as ClosedRange<UInt64> {
            var cell = SampleStore.cell(loss: "tv", seed: seed)
            cell.configuration = RunConfiguration([
                "seed": .integer(Int64(seed)), "split": .text("redrawn"),
            ])
            try sample.complete(cell, dice: 0.8)
        }
        let document = try ReportRegistry.require("sweep").document(from: source(sample))
        let table = document.tables[0]
        let n = try #require(table.column(named: "n"))
        #expect(table.rows.map { $0.cells[n].marks } == [["§"], []])
        #expect(table.rows.map { $0.cells[n].number } == [7, 5])
        #expect(table.notes.contains { $0.contains("in split-seed (1, 2, 3)") })
        // Where the split's seed is an axis, or is asked for, nothing is mixed.
        for change in [
            { (request: inout ReportRequest) in request.rows = [.loss, .splitSeed] },
            { (request: inout ReportRequest) in try? request.set("where", to: ["split-seed=1"]) },
        ] {
            let table = try ReportRegistry.require("sweep").document(from: source(sample, change))
                .tables[0]
            #expect(table.rows.allSatisfy { $0.cells.allSatisfy { !$0.marks.contains("§") } })
        }
    }

    /// Every seed on every split is a design, and so are seeds that all redraw it.
    @Test func designsAreNotMarked() throws {
        let crossed = try SampleStore(), redrawn = try SampleStore()
        for seed in 1...3 as ClosedRange<UInt64> {
            try redrawn.complete(SampleStore.cell(seed: seed), dice: 0.8)
            for split in 1...2 as ClosedRange<Int64> {
                var cell = SampleStore.cell(seed: seed)
                cell.parameters["split-seed"] = .integer(split)
                cell.configuration = RunConfiguration([
                    "seed": .integer(Int64(seed)), "split": .integer(split),
                ])
                try crossed.complete(cell, dice: 0.8)
            }
        }
        for sample in [crossed, redrawn] {
            let table = try ReportRegistry.require("sweep").document(from: source(sample)).tables[0]
            #expect(table.rows.allSatisfy { $0.cells.allSatisfy(\.marks.isEmpty) })
        }
    }

    @Test func conditionsKnowTheSeedThatDrewTheSplit() throws {
        let sample = try filled()
        var other = SampleStore.cell(seed: 2)
        other.parameters["split-seed"] = .text("seed")
        other.configuration = RunConfiguration(["loss": .text("tv"), "other": .integer(2)])
        let last = try sample.complete(other, dice: 0.8)
        func runs(_ value: String) throws -> [RunID] {
            var request = ReportRequest()
            try request.set("where", to: ["split-seed=\(value)"])
            return try source(sample) { $0 = request }.checked().load().runs.map(\.id)
        }
        #expect(try runs("1") == Array(1...10))
        #expect(try runs("2") == [last])
        #expect(throws: ReportError.self) { try runs("4") }
        let data = try source(sample).load()
        #expect(data.repeating == [.seed, .splitSeed])
        #expect(data.known.contains(.splitSeed))
        let rows = try ReportRegistry.require("sweep").document(
            from: source(sample) { $0.rows = [.loss, .splitSeed] }
        ).tables[0].rows.map(\.id)
        #expect(rows == ["tv/1", "tv/2", "kltv/1"])
    }

    /// The methods of a sheet of overlays have their images from one repetition.
    @Test func overlaysAreOfOneRepetition() throws {
        let sample = try filled()
        for loss in ["tv", "kltv"] {
            var cell = SampleStore.cell(loss: loss, seed: 1)
            cell.parameters["split-seed"] = .integer(loss == "tv" ? 8 : 9)
            cell.configuration = RunConfiguration(["loss": .text(loss), "other": .integer(1)])
            try sample.complete(cell, dice: 0.7)
        }
        let choices = try OverlayCases(data: try source(sample).load(), axes: [.loss]).all()
        let choice = try #require(choices.first)
        #expect(choice.methods.map(\.run) == [1, 2])
        #expect(choice.title.hasSuffix("seed 1, split-seed 1"))
    }

    /// A network of another split is no partner, whatever its seed.
    @Test func pairsShareTheSplit() throws {
        let sample = try filled()
        for seed in 1...5 as ClosedRange<UInt64> {
            var cell = SampleStore.cell(loss: "kltv", seed: seed)
            cell.parameters["split-seed"] = .integer(9)
            cell.configuration = RunConfiguration([
                "seed": .integer(Int64(seed)), "split-seed": .integer(9),
            ])
            try sample.complete(cell, dice: 0.5, test: Array(SampleStore.images.dropFirst(5)))
        }
        let data = try source(sample).load()
        func runs(_ loss: String) -> [RunID] { data.runs.filter { $0.loss == loss }.map(\.id) }
        let pairs = try #require(data.pairing.pairs(runs("tv"), runs("kltv")))
        #expect(pairs.pairs.count == 5)
        #expect(pairs.isOneTestSet)
    }
}
