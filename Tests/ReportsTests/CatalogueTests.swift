import Domain
import Foundation
import RunStore
import Testing

@testable import Reports

@Suite struct CatalogueTests {
    @Test func theNearestNameIsOffered() throws {
        let error = #expect(throws: ReportError.self) { try ReportRegistry.require("p1-tabel1") }
        #expect(error?.description.contains("did you mean 'p1-table1'?") == true)
    }

    @Test func table1ShowsMeanSpreadBoldMarksAndRuns() throws {
        let sample = try SampleStore()
        try sample.fillPair()
        let entry = try ReportRegistry.require("p1-table1")
        let document = try entry.document(
            from: sample.source { $0.selection.experiment = "pair" })
        let table = try #require(document.tables.first)
        #expect(table.rows.map(\.id) == ["mcx/unet/tv", "mcx/unet/kltv"])
        let dice = try #require(table.column(named: "dice"))
        let kltv = table.rows[1].cells[dice]
        #expect(CellText.plain(kltv, in: table.columns[dice]) == "0.929 ± 0.001")
        #expect(kltv.isBest)
        #expect(kltv.runs == [2, 4, 6, 8, 10])
        #expect(kltv.marks == ["‡"])
        let paired = try #require(document.tables.last)
        #expect(paired.id == "paired-tests")
        func number(_ column: String) throws -> Double {
            let index = try #require(paired.column(named: column))
            return try #require(paired.rows[0].cells[index].number)
        }
        #expect(try number("seeds") == 5)
        #expect(abs(try number("difference") - 0.02) < 1e-12)
        // t = 0.02 / √(2.5e-6 / 5) with four degrees of freedom.
        #expect(abs(try number("p") - 9.2974e-6) < 1e-9)
        #expect(try number("p-signs") == 0.0625)
        // Ten images that all improve: exact two-sided p is 2/1024; it marks nothing.
        #expect(abs(try number("p-images") - 2.0 / 1024) < 1e-12)
        let hausdorff = try #require(table.column(named: "hausdorff"))
        #expect(table.rows[1].cells[hausdorff].isBest, "lower is better")
        #expect(document.provenance.contains(.init("CPU", "Test CPU")))
        #expect(document.provenance.contains(.init("Lightbox", "0.1.0")))
    }

    /// A run that is older than a setting is one with its default.
    @Test func aYoungerSettingTellsRunsApart() throws {
        let sample = try SampleStore()
        try sample.complete(SampleStore.cell(), dice: 0.9)
        var young = SampleStore.cell(seed: 2)
        young.parameters["passes"] = .text("separate")
        try sample.complete(young, dice: 0.8)
        let runs = try sample.store.reportRuns(.init()).map(\.id)
        let defaults = ["passes": "joint", "width": "32"]
        let varying = try sample.store.reportVaryingSettings(of: runs, defaults: defaults)
        #expect(varying == ["passes": [runs[0]: "joint", runs[1]: "separate"]])
        #expect(try sample.store.reportVaryingSettings(of: runs).isEmpty)
        let same = try sample.store.reportVaryingSettings(
            of: runs, defaults: ["passes": "separate"])
        #expect(same.isEmpty)
        func selected(_ value: String, defaults: [String: String]) throws -> [RunID] {
            var selection = ReportSelection()
            selection.settings["passes"] = [value]
            return try sample.store.reportRuns(selection, defaults: defaults).map(\.id)
        }
        #expect(try selected("joint", defaults: defaults) == [runs[0]])
        #expect(try selected("separate", defaults: defaults) == [runs[1]])
        #expect(try selected("separate", defaults: ["passes": "separate"]) == runs)
        #expect(try selected("joint", defaults: [:]).isEmpty)
    }

    @Test func table1WithoutExperimentListsWhatIsMissing() throws {
        let sample = try SampleStore()
        try sample.complete(SampleStore.cell(loss: "kltv"), dice: 0.9)
        let document = try ReportRegistry.require("p1-table1").document(
            from: sample.source { $0.metrics = .both })
        let standard = try #require(document.tables.first)
        #expect(standard.rows.count == 24)
        let note = try #require(standard.notes.first { $0.hasPrefix("Missing") })
        #expect(note.contains("mcx/unet/tv (no run)"))
        #expect(!note.contains("mcx/unet/kltv (no run)"))
        let published = try #require(document.tables.last)
        let row = try #require(published.row(named: "mcx/unet/kltv"))
        let ds = try #require(published.column(named: "published/ds"))
        #expect(published.rows[row + 1].cells[ds].content == .published(0.990))
        let difference = try #require(published.rows[row + 2].cells[ds].number)
        #expect(abs(difference - (0.92 - 0.990)) < 1e-12)
        #expect(!published.notes.contains { $0.contains("old:") || $0.contains("bold") })
        // One run each is never bold.
        #expect(!standard.rows.contains { $0.cells.contains { $0.isBest } })
        #expect(document.rendered(as: .markdown).contains("we have no such pair yet"))
    }

    @Test func anotherSettingSplitsRowsInsteadOfBeingAveraged() throws {
        let sample = try SampleStore()
        for seed in 1...2 as ClosedRange<UInt64> {
            try sample.complete(SampleStore.cell(seed: seed, width: 8), dice: 0.8)
            try sample.complete(SampleStore.cell(seed: seed, width: 16), dice: 0.9)
        }
        let sweep = try ReportRegistry.require("sweep")
        let table = try #require(try sweep.document(from: sample.source()).tables.first)
        #expect(table.rows.map(\.id) == ["mcx/unet/tv/8", "mcx/unet/tv/16"])
        let averaged = try #require(
            try sweep.document(from: sample.source { $0.rows = [.model] }).tables.first)
        #expect(averaged.rows.count == 1)
        #expect(averaged.notes.contains { $0.contains("width (8, 16)") })
        let blocks = try #require(
            try sweep.document(
                from: sample.source {
                    $0.rows = [.dataset]
                    $0.columns = [Axis("width")]
                }
            ).tables.first)
        #expect(blocks.columns.map(\.fullHeading) == ["Data set", "width 8 Dice", "width 16 Dice"])
        #expect(throws: ReportError.self) {
            try sweep.document(from: sample.source { $0.rows = [Axis("wdith")] })
        }
        #expect(throws: ReportError.self) {
            try sweep.document(from: sample.source { $0.values = ["dcie"] })
        }
    }

    @Test func failedAndQueuedRunsAreNamed() throws {
        let sample = try SampleStore()
        try sample.complete(SampleStore.cell(seed: 1), dice: 0.9)
        _ = try sample.store.plan([SampleStore.cell(seed: 2), SampleStore.cell(loss: "kltv")])
        let table = try #require(
            try ReportRegistry.require("sweep").document(from: sample.source()).tables.first)
        let note = try #require(table.notes.first { $0.hasPrefix("Missing") })
        #expect(note.contains("mcx/unet/tv (1 queued)"))
        #expect(note.contains("mcx/unet/kltv (1 queued)"))
        let dice = try #require(table.column(named: "dice"))
        #expect(table.rows[1].cells[dice].content == .missing)
    }

    @Test func leaderboardRanks() throws {
        let sample = try SampleStore()
        try sample.fillPair()
        let table = try #require(
            try ReportRegistry.require("leaderboard").document(from: sample.source()).tables.first)
        #expect(table.rows.map(\.id).first == "mcx/unet/supervised/kltv/100")
        let low = try #require(table.column(named: "low"))
        let high = try #require(table.column(named: "high"))
        let cells = table.rows[0].cells
        #expect((cells[low].number ?? 1) < 0.929)
        #expect((cells[high].number ?? 0) > 0.929)
    }

    @Test func theSameStoreGivesTheSameBytes() throws {
        let texts = try (0..<2).map { _ in
            let sample = try SampleStore()
            try sample.fillPair()
            return try ReportRegistry.all.flatMap { entry in
                try ReportFormat.allCases.map { format in
                    try entry.document(from: sample.source { $0.metrics = .both })
                        .rendered(as: format)
                }
            }
        }
        #expect(texts[0] == texts[1])
    }

    @Test func anEmptyStoreGivesAReportAndNoNumbers() throws {
        let sample = try SampleStore()
        for entry in ReportRegistry.all {
            let text = try entry.document(from: sample.source()).rendered(as: .markdown)
            #expect(text.contains("Runs"), "\(entry.name)")
        }
    }
}

@Suite struct PaperReportTests {
    @Test func table2ShowsTheClassesF1() throws {
        let sample = try SampleStore()
        try sample.completeMultiTask(loss: "kltv", seed: 1)
        let document = try ReportRegistry.require("p1-table2").document(
            from: sample.source {
                $0.metrics = .published
                $0.figures = true
            })
        let table = try #require(document.tables.first)
        let row = try #require(table.row(named: "mcx/appau-net/kltv"))
        let first = try #require(table.column(named: "class-f1/0"))
        #expect(table.rows[row].cells[first].number == 0.75)
        #expect(table.rows[row + 1].cells[first].number == 0.680)
        #expect(document.figures.contains { $0.id == "confusion" })
        #expect(table.notes.contains { $0.contains("F1 of the first and the second class") })
    }

    @Test func theThreeBlocksFollowThePaper() throws {
        let sample = try SampleStore()
        try sample.complete(
            SampleStore.cell(dataset: "spine", loss: "gdl", labels: 10, procedure: "s4mcl"),
            dice: 0.9)
        // What a sweep of the classifier records: the grid's network and loss, which it ignores.
        try sample.complete(
            SampleStore.cell(
                dataset: "spine", loss: "gdl", labels: 10, procedure: "classification"),
            dice: 0.9, accuracy: 0.6)
        let document = try ReportRegistry.require("p2-table1").document(
            from: sample.source { $0.metrics = .both })
        let table = try #require(document.tables.first)
        #expect(
            table.columns.map(\.fullHeading) == [
                "Data set", "Labels (%)", "By", "CNN / U-Net Acc", "CNN / U-Net DS", "S2MCL Acc",
                "S2MCL DS", "S4MCL Acc", "S4MCL DS",
            ])
        let row = try #require(table.row(named: "spine/10"))
        #expect(table.row(named: "SPINE/10.0") == row && table.row(named: "spine/1e1") == row)
        #expect(table.row(named: "spine/10.5") == nil)
        #expect(abs((table.rows[row].cells[8].number ?? 0) - 0.909) < 1e-12)
        #expect(table.rows[row].cells[3].number == 0.6)
        #expect(table.rows[row + 1].cells[8].number == 0.907)
        #expect(abs((table.rows[row + 2].cells[8].number ?? 0) - 0.002) < 1e-12)
        let text = document.rendered(as: .markdown)
        #expect(text.contains("s4mcl over s2mcl (Dice): the paper's figures say so in 5 of 5"))
    }

    @Test func theAblationNamesPartsAndTheirWorth() throws {
        let sample = try SampleStore()
        for seed in 1...3 as ClosedRange<UInt64> {
            try sample.complete(SampleStore.cell(model: "unet", seed: seed), dice: 0.90)
            try sample.complete(SampleStore.cell(model: "attention-unet", seed: seed), dice: 0.91)
        }
        let document = try ReportRegistry.require("ablation").document(from: sample.source())
        let table = try #require(document.tables.first)
        let attention = try #require(table.column(named: "attention"))
        #expect(table.rows.map { $0.cells[attention].content } == [.text("no"), .text("yes")])
        let effects = try #require(document.tables.first { $0.id == "effects" })
        let effect = try #require(effects.column(named: "effect"))
        #expect(effects.rows.map(\.id) == ["mcx/attention"])
        #expect(effects.rows[0].runs == [1, 2, 3, 4, 5, 6])
        #expect(abs((effects.rows[0].cells[effect].number ?? 0) - 0.01) < 1e-12)
    }

    @Test func labelFractionsAreBlocksOfColumns() throws {
        let sample = try SampleStore()
        for labels in [5.0, 100] {
            try sample.complete(SampleStore.cell(labels: labels), dice: 0.8 + labels / 1000)
        }
        let document = try ReportRegistry.require("label-fraction").document(
            from: sample.source { $0.figures = true })
        let table = try #require(document.tables.first)
        #expect(
            table.columns.suffix(2).map(\.fullHeading) == ["5 % labels Dice", "100 % labels Dice"])
        #expect(document.figures.map(\.id) == ["labels-dice"])
        let both = try ReportRegistry.require("label-fraction").document(
            from: sample.source { $0.metrics = .both })
        #expect(
            try #require(both.tables.first).columns.suffix(2).map(\.fullHeading)
                == ["100 % labels Dice", "100 % labels DS (published)"])
    }
}
