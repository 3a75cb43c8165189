import Domain
import Foundation
import RunStore
import Testing

@testable import Reports

/// A table says what it holds.
@Suite struct HonestTableTests {
    private let sample: SampleStore

    init() throws { sample = try SampleStore() }

    private func table(
        _ report: String = "sweep", _ change: (inout ReportRequest) -> Void = { _ in }
    ) throws -> Table {
        try #require(
            try ReportRegistry.require(report).document(from: sample.source(change)).tables.first)
    }

    private func cells(_ table: Table, _ column: String) throws -> [Cell] {
        let index = try #require(table.column(named: column))
        return table.rows.map { $0.cells[index] }
    }

    /// Two widths that a table without the axis `width` takes together, and a loss of one width.
    private func fillPooled() throws {
        for seed in 1...3 as ClosedRange<UInt64> {
            let shift = 0.001 * Double(seed)
            try sample.complete(
                SampleStore.cell(loss: "tv", seed: seed, width: 8), dice: 0.95 + shift)
            try sample.complete(
                SampleStore.cell(loss: "tv", seed: seed, width: 16), dice: 0.951 + shift)
            try sample.complete(
                SampleStore.cell(loss: "kltv", seed: seed, width: 8), dice: 0.7 + shift)
        }
    }

    @Test func aRowOfSeveralCellsIsMarkedAndNeverBold() throws {
        try fillPooled()
        let table = try table { $0.rows = [.loss] }
        #expect(table.rows.map(\.id) == ["tv", "kltv"])
        #expect(try cells(table, "n").map(\.marks) == [["§"], []])
        // Far ahead, but not one cell's.
        #expect(try cells(table, "dice").allSatisfy { !$0.isBest })
        let note = try #require(table.notes.first { $0.hasPrefix("§") })
        #expect(note.contains("width (8, 16)"))
        #expect(note.contains("not over seeds"))
        #expect(!table.notes.contains { $0.contains("runs (seeds) of") })

        // The better row is one cell's: that one may be bold.
        let flipped = try self.table {
            $0.rows = [.loss]
            $0.values = ["hausdorff"]
        }
        #expect(flipped.rows.count == 2)
        // With the axis shown nothing is taken together.
        let whole = try self.table { $0.rows = [.loss, Axis("width")] }
        #expect(try cells(whole, "n").allSatisfy { $0.marks.isEmpty })
        #expect(whole.notes.contains { $0.contains("the n runs (seeds) of a row") })
        #expect(!whole.notes.contains { $0.hasPrefix("§") })
    }

    @Test func blocksAreMarkedCellByCell() throws {
        try fillPooled()
        let table = try table {
            $0.rows = [.dataset]
            $0.columns = [.loss]
        }
        let marks = table.rows[0].cells.dropFirst().map(\.marks)
        #expect(marks == [["§"], []])
    }

    /// What a loss does not use makes no difference.
    @Test func anUnusedSettingMakesNoDifference() throws {
        for (seed, gamma) in zip(1...2 as ClosedRange<UInt64>, [0.5, 2.0]) {
            for loss in ["tv", "kltv"] {
                var cell = SampleStore.cell(loss: loss, seed: seed)
                cell.parameters["gamma"] = .number(gamma)
                try sample.complete(cell, dice: 0.9)
            }
        }
        var vocabulary = SampleStore.vocabulary
        vocabulary.uses = ["gamma": .init([.init(losses: ["kltv"])])]
        var request = ReportRequest()
        request.rows = [.loss]
        let source = ReportSource(
            store: sample.store, vocabulary: vocabulary, request: request)
        let table = try #require(
            try ReportRegistry.require("sweep").document(from: source).tables.first)
        #expect(try cells(table, "n").map(\.marks) == [[], ["§"]])
    }

    /// Results of two codes in one row are no seeds of one.
    @Test func otherCodeIsADifferenceToo() throws {
        try sample.complete(SampleStore.cell(seed: 1), dice: 0.9)
        try sample.complete(
            SampleStore.cell(seed: 2), dice: 0.9,
            code: CodeIdentity(digest: String(repeating: "c", count: 64)))
        let table = try table { $0.rows = [.loss] }
        #expect(try cells(table, "n").map(\.marks) == [["§"]])
        #expect(table.notes.contains { $0.contains("code (cccccccccc, unknown)") })
        let split = try self.table { $0.rows = [.loss, .code] }
        #expect(split.rows.map(\.id) == ["tv/cccccccccc", "tv/unknown"])
    }

    @Test func theHeaderTellsTheCode() throws {
        let code = CodeIdentity(
            digest: String(repeating: "c", count: 64), commit: String(repeating: "5", count: 40),
            isDirty: true)
        try sample.complete(SampleStore.cell(seed: 1), dice: 0.9, code: code)
        try sample.complete(SampleStore.cell(seed: 2), dice: 0.9, code: code)
        try sample.complete(SampleStore.cell(seed: 3), dice: 0.9)
        let document = try ReportRegistry.require("sweep").document(from: sample.source())
        #expect(
            document.provenance.contains(
                .init("Code", "cccccccccc (commit 5555555555+): 2 runs, unknown: 1 run")))
        #expect(document.provenance.contains(.init("Lightbox", "0.1.0")))
    }

    @Test func excludedCellsAreNotMissing() throws {
        let experiment = try sample.store.record(ExperimentRecord(name: "grid"))
        // ppau-net with 10 % is excluded; unet with 100 % is asked for and waits.
        let cells = [
            SampleStore.cell(model: "unet", labels: 10),
            SampleStore.cell(model: "ppau-net", labels: 100),
            SampleStore.cell(model: "unet", labels: 100),
        ]
        for cell in cells[..<2] { try sample.complete(cell, dice: 0.9) }
        _ = try sample.store.plan(cells, experiment: experiment, isWhole: true)
        let table = try table {
            $0.selection.experiment = "grid"
            $0.rows = [.model]
            $0.columns = [.labels]
        }
        let missing = try #require(table.notes.first { $0.hasPrefix("Missing") })
        #expect(missing == "Missing (–) or incomplete: unet/100 (1 queued).")
        #expect(table.notes.contains("Not in the experiment's grid (–): ppau-net/10."))
    }

    @Test func cellsThatTheFileNoLongerHasAreLeftOut() throws {
        let experiment = try sample.store.record(ExperimentRecord(name: "grid"))
        let cells = [8, 16].map { SampleStore.cell(width: $0) }
        for cell in cells { try sample.complete(cell, dice: 0.9) }
        _ = try sample.store.plan(cells, experiment: experiment, isWhole: true)
        _ = try sample.store.plan([cells[1]], experiment: experiment, isWhole: true)
        func document(all: Bool) throws -> ReportDocument {
            try ReportRegistry.require("sweep").document(
                from: sample.source {
                    $0.selection.experiment = "grid"
                    $0.selection.includesFormer = all
                })
        }
        #expect(try document(all: true).tables[0].rows.count == 2)
        let now = try document(all: false)
        #expect(now.tables[0].rows.count == 1)
        #expect(
            now.provenance.contains { $0.value.contains("1 of cells that the file does not have") })
    }

    @Test func prunedTrialsAreNotMissing() throws {
        try sample.complete(SampleStore.cell(width: 8), dice: 0.9)
        let run = try #require(try sample.store.plan([SampleStore.cell(width: 16)]).first)
        let lease = try #require(
            try sample.store.claim(
                run.id, for: Worker(),
                environment: RunEnvironment(version: "0", cpu: "test", threads: 1)))
        try lease.prune("given up")
        let document = try ReportRegistry.require("sweep").document(from: sample.source())
        let notes = document.tables[0].notes
        #expect(!notes.contains { $0.hasPrefix("Missing") })
        #expect(notes.contains("1 run was pruned by the search and counts in no row."))
        #expect(document.provenance.contains { $0.value.hasPrefix("1 completed, 1 pruned;") })
    }

    @Test func anExplanationNamesSettingsAndSeeds() throws {
        try fillPooled()
        let source = sample.source { $0.rows = [.loss] }
        let document = try ReportRegistry.require("sweep").document(from: source)
        let explanation = try Explanation("tv,dice", in: document)
        #expect(explanation.runs.count == 6)
        let text = explanation.lines(with: try RunSettings(of: explanation.runs, in: source))
            .joined(separator: "\n")
        #expect(text.contains("with   dataset mcx, model unet, procedure supervised, loss tv"))
        #expect(text.contains("; seed 1, width 8"))
        #expect(text.contains("seed 3, width 16"))
        #expect(text.contains("differ in more than the seed"))
    }

    /// Phantoms and patients of one name are two data sets, and no paper printed phantoms' figures.
    @Test func phantomsStandApartFromPatientsAndPapers() throws {
        try sample.complete(SampleStore.cell(loss: "kltv", seed: 1), dice: 0.9)
        try sample.complete(
            SampleStore.cell(loss: "kltv", seed: 2), dice: 0.99, origin: .phantom)
        let document = try ReportRegistry.require("p1-table1").document(
            from: sample.source { $0.metrics = .both })
        let standard = document.tables[0]
        let real = try #require(standard.row(named: "mcx/unet/kltv"))
        let drawn = try #require(standard.row(named: "mcx (phantom)/unet/kltv"))
        #expect(standard.rows[real].cells[0] == .text("MCX"))
        #expect(standard.rows[drawn].cells[0] == .text("MCX (phantom)"))
        let published = try #require(document.tables.last)
        #expect(published.row(named: "mcx/unet/kltv/difference") != nil)
        #expect(published.row(named: "mcx (phantom)/unet/kltv/published") == nil)
        #expect(
            document.provenance.map(\.name).filter { $0.hasPrefix("Data") }
                == ["Data mcx", "Data mcx (phantom)"])
        // By the registry's name both are chosen, by its own name each.
        func runs(_ name: String) throws -> [RunID] {
            var selection = ReportSelection()
            selection.datasets = [name]
            return try sample.store.reportRuns(selection).map(\.id)
        }
        #expect(try runs("mcx") == [1, 2])
        #expect(try runs("mcx (phantom)") == [2])
    }

    @Test func aMethodOfAnotherNetworkNamesItAndTheTitleHasTheLabelsOfTheRuns() throws {
        let experiment = try sample.store.record(ExperimentRecord(name: "few"))
        for model in ["unet", "ppau-net"] {
            try sample.complete(
                SampleStore.cell(model: model, labels: 50, procedure: "appau-net"), dice: 0.9,
                experiment: model == "unet" ? experiment : nil)
        }
        var source = sample.source { $0.selection.experiment = "few" }
        let terms = [ReportVocabulary.Term("appau-net", title: "APPAU-Net", network: "ppau-net")]
        var vocabulary = SampleStore.vocabulary
        vocabulary.procedures = terms
        source = ReportSource(
            store: sample.store, vocabulary: vocabulary, request: source.request)
        let document = try ReportRegistry.require("p1-table2").document(from: source)
        #expect(document.title == "Classes and masks from 50 % of the labels (P1 Table 2)")
        for table in document.tables where table.columns.contains(where: { $0.key == "procedure" })
        {
            let cells = table.rows[0].cells
            let column = try #require(table.column(named: "procedure"))
            #expect(cells[column] == .text("APPAU-Net (U-Net)"), "\(table.id)")
        }
        // Where the network stands in a column of its own, the method has its own name.
        let all = ReportSource(
            store: sample.store, vocabulary: vocabulary, request: ReportRequest())
        let sweep = try #require(
            try ReportRegistry.require("sweep").document(from: all).tables.first)
        #expect(sweep.rows.allSatisfy { !$0.cells.contains(.text("APPAU-Net (U-Net)")) })
    }
}
