import Foundation
import RunStore
import Testing

@testable import Reports

@Suite struct ReportFileTests {
    @Test func checkFindsTheLineThatDiffers() throws {
        let sample = try SampleStore()
        try sample.fillPair()
        let entry = try ReportRegistry.require("p1-table1")
        let source = sample.source { $0.selection.experiment = "pair" }
        let url = sample.folder.appendingPathComponent("out/table.md")
        let file = ReportFile(try entry.document(from: source), at: url)
        #expect(throws: ReportError.notWritten(path: url.path)) { try file.check() }
        try file.write()
        try file.check()
        let text = try String(contentsOf: url, encoding: .utf8)
        try text.replacing("0.929", with: "0.999").write(to: url, atomically: true, encoding: .utf8)
        let error = #expect(throws: ReportError.self) { try file.check() }
        guard case .outdated(_, let line, let found, let expected) = error else {
            Issue.record("expected 'outdated', found \(String(describing: error))")
            return
        }
        #expect(line == 10)
        #expect(found.contains("0.999") && expected.contains("0.929"))
    }

    @Test func explainNamesEveryRun() throws {
        let sample = try SampleStore()
        try sample.fillPair()
        let document = try ReportRegistry.require("p1-table1").document(
            from: sample.source { $0.selection.experiment = "pair" })
        let text = try Explanation("mcx/unet/kltv,Dice", in: document).lines()
            .joined(separator: "\n")
        #expect(text.contains("run    2: 0.929"))
        #expect(text.contains("run    6: "))
        #expect(text.contains("n = 5"))
        #expect(try Explanation("2,dice", in: document).row == 1)
        #expect(try Explanation("paired-tests:1,p", in: document).table.id == "paired-tests")
        let row = #expect(throws: ReportError.self) {
            try Explanation("mcx/unet/kltb,dice", in: document)
        }
        #expect(row?.description.contains("did you mean 'mcx/unet/kltv'?") == true)
        #expect(throws: ReportError.self) { try Explanation("1,dcie", in: document) }
        #expect(throws: ReportError.self) { try Explanation("1", in: document) }
    }

    @Test func recipesReadBackAndRefuseNonsense() throws {
        let text =
            "sweep rows=width,loss columns=labels values=dice reference=loss=tv where=width=8"
        let recipe = try ReportRecipe(text)
        #expect(recipe.description == text)
        let request = try recipe.request()
        #expect(request.rows == [Axis("width"), .loss])
        #expect(request.reference == ReportRequest.Reference(axis: .loss, value: "tv"))
        #expect(request.selection.settings == ["width": ["8"]])
        for bad in [
            "", "swep", "sweep rows", "sweep metrics=all", "sweep min-runs=1", "sweep labels=x",
            "sweep reference=tv", "sweep colour=red", "sweep where=8",
        ] {
            #expect(throws: ReportError.self, "\(bad)") { try ReportRecipe(bad) }
        }
    }

    @Test func theExperimentsOwnReportIsFound() throws {
        let sample = try SampleStore()
        try sample.fillPair()
        #expect(try sample.store.reportRecipe(ofExperiment: "pair") == "p1-table1")
        #expect(try sample.store.reportRecipe(ofExperiment: "none") == nil)
    }
}
