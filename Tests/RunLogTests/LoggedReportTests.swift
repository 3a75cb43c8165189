import Domain
import Foundation
import Reports
import RunStore
import Testing

@testable import RunLog

@Suite struct LoggedReportTests {
    private func filled() throws -> LogStore {
        let log = try LogStore()
        for (number, words) in [("0.1", "a"), ("0.1", "a"), ("0.2", "b")].enumerated() {
            for side in ["left", "right"] {
                _ = try log.store.record(
                    ImportedRun(
                        run: LoggedRun(
                            source: "test", id: "\(number)\(side)",
                            parameters: ["lr": .parsing(words.0)], tags: ["side": side],
                            objective: RunObjective(
                                split: "validation", name: "loss", direction: .lowerIsBetter)),
                        state: number == 2 && side == "right" ? .interrupted : .completed,
                        points: [
                            LoggedPoint(
                                split: "validation", name: "loss", axis: .epoch, position: 1,
                                value: Double(number)),
                            LoggedPoint(
                                split: "validation", name: "loss", axis: .epoch, position: 2,
                                value: 9),
                            LoggedPoint(name: "speed", axis: .step, position: 7, value: 5),
                        ]), version: "0")
            }
        }
        return log
    }

    private func table(
        _ log: LogStore, _ change: (inout ReportRequest) throws -> Void
    ) throws -> Table {
        var request = ReportRequest()
        try change(&request)
        let source = ReportSource(
            store: log.store, vocabulary: ReportVocabulary(), request: request)
        return try #require(
            try ReportRegistry.require("logged").document(from: source).tables.first)
    }

    @Test func rowsAndColumnsAreAnySettingsOrTags() throws {
        let log = try filled()
        let table = try table(log) {
            try $0.set("rows", to: ["lr"])
            try $0.set("columns", to: ["side"])
        }
        #expect(
            table.columns.map(\.fullHeading)
                == ["lr", "n", "side left validation/loss", "side right validation/loss"])
        #expect(table.rows.map(\.id) == ["0.1", "0.2"])
        #expect(table.rows.map { $0.cells[1].number } == [4, 1])
        #expect(table.rows.map { $0.cells[2].number } == [0.5, 2])
        #expect(table.rows[0].cells[2].runs.count == 2)
        #expect(table.rows[1].cells[3].content == .missing)
        #expect(table.notes.contains { $0.hasPrefix("1 runs did not complete") })
    }

    @Test func conditionsAndValuesAreThoseOfTheRuns() throws {
        let log = try filled()
        let table = try table(log) {
            try $0.set("where", to: ["side=left"])
            try $0.set("values", to: ["speed"])
        }
        #expect(table.columns.map(\.key) == ["lr", "n", "speed"])
        #expect(table.rows.map { $0.cells[2].number } == [5, 5])
        for (option, value) in [
            ("rows", "lrr"), ("values", "sped"), ("where", "sde=left"), ("where", "side=up"),
            ("experiment", "none"),
        ] {
            #expect(throws: (any Error).self, "\(option) \(value)") {
                try self.table(log) { try $0.set(option, to: [value]) }
            }
        }
    }
}
