import Domain
import RunStore
import Statistics
import Testing

@testable import Reports

/// Who was tested on what.
@Suite struct ExternalReportTests {
    private static let noise = [0.001, -0.001, 0.002]

    /// Three seeds on MCX and one on SCX; MCX's networks are tested on SCX, and one on drawn images.
    private func filled() throws -> (sample: SampleStore, mcx: [RunID]) {
        let sample = try SampleStore()
        var runs: [RunID] = []
        for (seed, shift) in zip(UInt64(1)..., Self.noise) {
            runs.append(try sample.complete(SampleStore.cell(seed: seed), dice: 0.9 + shift))
        }
        try sample.complete(SampleStore.cell(dataset: "scx"), dice: 0.95)
        for (run, shift) in zip(runs, Self.noise) { try test(run, on: "scx", 0.7 + shift, sample) }
        try test(runs[0], on: "jcx", 0.5, sample, origin: .phantom)
        return (sample, runs)
    }

    private func test(
        _ run: RunID, on dataset: String, _ dice: Double, _ sample: SampleStore,
        origin: DatasetRecord.Origin = .real
    ) throws {
        try sample.test(run, on: dataset, dice: dice, origin: origin)
    }

    private func report(
        _ sample: SampleStore, _ change: (inout ReportRequest) -> Void = { _ in }
    ) throws -> ReportDocument {
        try ReportRegistry.require("external").document(from: sample.source(change))
    }

    @Test func theMatrixHasOwnImagesOnItsDiagonal() throws {
        let (sample, runs) = try filled()
        let document = try report(sample)
        let matrix = try #require(document.tables.first)
        #expect(
            matrix.columns.map(\.title)
                == ["Trained on", "Model", "Loss", "MCX", "SCX", "jcx (phantom)"])
        #expect(matrix.rows.map(\.id) == ["mcx/unet/tv", "scx/unet/tv"])
        let first = matrix.rows[0].cells[3...]
        #expect(first.map { $0.marks } == [["◦"], [], []])
        #expect(first.map { $0.runs } == [runs, runs, [runs[0]]])
        let means = first.compactMap(\.number)
        #expect(
            zip(means, [0.909 + 0.002 / 3, 0.7 + 0.002 / 3, 0.5]).allSatisfy { abs($0 - $1) < 1e-9 }
        )
        #expect(matrix.rows[1].cells[3].content == .missing)
        #expect(matrix.rows[1].cells[4].marks == ["◦"])
        #expect(document.provenance.contains { $0.name == "Tested on jcx (phantom)" })
    }

    @Test func intervalsAreOverNetworks() throws {
        let (sample, _) = try filled()
        let table = try #require(report(sample).tables.last)
        let row = try #require(table.rows.first { $0.id == "mcx/unet/tv/scx" })
        let low = try #require(table.column(named: "low")),
            high = try #require(table.column(named: "high"))
        let expected = try #require(PairedTTest(Self.noise.map { 0.7 + $0 })).interval()
        #expect(abs((row.cells[low].number ?? 0) - expected.lowerBound) < 1e-9)
        #expect(abs((row.cells[high].number ?? 0) - expected.upperBound) < 1e-9)
        let single = try #require(table.rows.first { $0.id == "mcx/unet/tv/jcx (phantom)" })
        #expect(single.cells[low].content == .missing)
    }

    /// Two networks that differ much have an interval beyond what a Dice can be.
    @Test func intervalsBeyondTheMetricAreRemarked() throws {
        let remark = "Ends below 0 or above 1, where Dice cannot be, come of few networks"
        func notes(_ values: [Double], _ name: String) throws -> String {
            let sample = try SampleStore()
            for (seed, dice) in zip(UInt64(1)..., values) {
                try sample.complete(SampleStore.cell(seed: seed), dice: dice)
            }
            let table = try #require(
                ReportRegistry.require(name).document(from: sample.source()).tables.last)
            return table.notes.joined(separator: "\n")
        }
        for name in ["external", "leaderboard"] {
            #expect(try notes([0.95, 0.80], name).contains(remark), "\(name)")
            #expect(try !notes([0.901, 0.902, 0.9], name).contains("cannot be"), "\(name)")
        }
    }

    @Test func optionsAreThoseOfOtherReports() throws {
        let (sample, _) = try filled()
        let blocks = try report(sample) {
            $0.rows = [.dataset]
            $0.columns = [.loss]
            $0.values = ["dice", "hausdorff"]
        }
        #expect(
            blocks.tables.map(\.id).filter { !$0.contains("intervals") }
                == ["external-dice", "external-hausdorff"])
        #expect(blocks.tables[0].columns.map(\.fullHeading).contains("TV, tested on SCX"))
        let chosen = try report(sample) { $0.selection.seeds = [2] }
        #expect(chosen.tables[0].rows.count == 1)
        #expect(throws: ReportError.self) { try report(sample) { $0.values = ["dise"] } }
        let other = try report(sample) { $0.weights = .last }
        #expect(!other.holdsResults)
    }

    /// Further tests change this report's digest, and no other report.
    @Test func otherReportsDoNotKnow() throws {
        let (sample, runs) = try filled()
        let others = ReportRegistry.all.filter { $0.name != "external" && $0.name != "overlays" }
        func all() -> [ReportDocument] {
            others.compactMap { try? $0.document(from: sample.source()) }
        }
        let (before, own) = (all(), try report(sample))
        #expect(before.count > 4)
        try test(runs[1], on: "jcx", 0.6, sample, origin: .phantom)
        #expect(all() == before)
        #expect(try report(sample).provenance != own.provenance)
    }

    /// A run that has seen a part of a data set without labels was tested on the other part: then that
    /// is what all are compared by.
    @Test func runsAreComparedByTheImagesThatAllWereTestedOn() throws {
        let (sample, _) = try filled()
        let teacher = try sample.complete(
            SampleStore.cell(seed: 1, procedure: "mean-teacher"), dice: 0.9)
        try sample.test(teacher, on: "scx", dice: 0.8, images: 0..<2)
        let table = try #require(report(sample).tables.first)
        let scx = try #require(table.columns.firstIndex { $0.title == "SCX" })
        func cell(_ procedure: String) throws -> Reports.Cell {
            try #require(table.rows.first { $0.id.contains(procedure) && $0.id.contains("mcx") })
                .cells[scx]
        }
        // The first two of three images: 0.1 less, and none.
        #expect(abs(try #require(cell("mean-teacher").number) - 0.75) < 1e-9)
        #expect(abs(try #require(cell("supervised").number) - (0.65 + 0.002 / 3)) < 1e-9)
        #expect(try cell("mean-teacher").marks.isEmpty && cell("supervised").marks.isEmpty)
        #expect(table.notes.joined().contains("SCX: the 2 images that every run was tested on"))
        #expect(!table.notes.joined().contains("¶"))
        let intervals = try #require(report(sample).tables.dropFirst().first)
        let images = try #require(intervals.column(named: "images"))
        #expect(
            intervals.rows.filter { $0.id.hasSuffix("/scx") && $0.id.hasPrefix("mcx") }
                .allSatisfy { $0.cells[images].content == .text("2") })
        // Another part: no images that would be a test of all.
        let other = try sample.complete(
            SampleStore.cell(seed: 2, procedure: "mean-teacher"), dice: 0.9)
        try sample.test(other, on: "scx", dice: 0.8, images: 1..<3)
        let marked = try #require(report(sample).tables.first)
        #expect(marked.rows.flatMap { $0.cells[scx].marks }.contains("¶"))
        #expect(marked.notes.joined().contains("¶: on fewer images than other runs"))
    }

    @Test func withoutTestsItSaysHow() throws {
        let sample = try SampleStore()
        try sample.complete(SampleStore.cell(), dice: 0.9)
        let text = try report(sample).rendered(as: .markdown)
        #expect(text.contains("'lightbox evaluate'") && text.contains("0.909◦"))
    }
}
