import RunStore
import Testing

@testable import Reports

@Suite struct ClassProbabilityTests {
    /// Runs that are older than these figures have them from their stored predictions.
    @Test func figuresFollowFromStoredPredictions() throws {
        let sample = try SampleStore()
        try sample.completeMultiTask(loss: "kltv", seed: 1)
        try sample.completeMultiTask(loss: "tv", seed: 1)
        let data = try sample.source().load()
        let run = try #require(data.completed.first)
        // Ten images told with 0.8: every third normal, every second is.
        let right = (0..<10).count { ($0 % 2 == 0) == ($0 % 3 == 0) }
        let ece = try #require(data.number(run.id, "ece"))
        #expect(abs(ece - abs(Double(right) / 10 - 0.8)) < 1e-12)
        let brier = try #require(data.number(run.id, "brier"))
        let expected = (Double(right) * 0.04 + Double(10 - right) * 0.64) / 10
        #expect(abs(brier - expected) < 1e-12)
        let document = try ReportRegistry.require("p1-table2").document(
            from: sample.source { $0.figures = true })
        let figure = try #require(document.figures.first { $0.id == "reliability" })
        #expect(figure.title.contains("mean probability told"))
        let compared = try ComparisonReport(of: [1, 2], from: sample.source()).document()
        let table = try #require(compared.tables.first { $0.id == "classes" })
        #expect(table.rows.count == 2)
        let low = try #require(table.column(named: "low")),
            auc = try #require(table.column(named: "auc"))
        #expect((table.rows[0].cells[low].number ?? 1) < (table.rows[0].cells[auc].number ?? 0))
    }
}
