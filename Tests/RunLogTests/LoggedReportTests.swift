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
        #expect(table.notes.contains { $0.hasPrefix("1 run did not complete and counts in") })
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

    private func add(
        _ id: String, _ values: [String: Double], to log: LogStore,
        by objective: RunObjective? = nil
    ) throws {
        _ = try log.store.record(
            ImportedRun(
                run: LoggedRun(
                    source: "test", id: id, parameters: ["lr": .text("x")], objective: objective),
                state: .completed,
                points: values.map {
                    LoggedPoint(name: $0.key, axis: .step, position: 0, value: $0.value)
                }), version: "0")
    }

    @Test func aMeanHasTheNumberOfItsOwnRuns() throws {
        let log = try LogStore()
        try add("a", ["loss": 1, "acc": 0.5], to: log)
        try add("b", ["loss": 3], to: log)
        let table = try table(log) { try $0.set("rows", to: ["lr"]) }
        #expect(table.columns.map(\.title) == ["lr", "n", "n of acc", "acc", "loss"])
        #expect(table.rows.map { $0.cells.dropFirst().map(\.number) } == [[2, 1, 0.5, 2]])
        // Nobody named them: each is a row of its own.
        let named = try self.table(log) { try $0.set("rows", to: ["name"]) }
        #expect(named.rows.map(\.id) == ["run 1", "run 2"])
    }

    @Test func runsThatAreJudgedOtherwiseAreOtherRows() throws {
        let log = try LogStore()
        let low = RunObjective(split: "", name: "loss", direction: .lowerIsBetter)
        let high = RunObjective(split: "", name: "loss", direction: .higherIsBetter)
        try add("a", ["loss": 1], to: log, by: low)
        try add("b", ["loss": 3], to: log, by: high)
        try add("c", ["loss": 5, "acc": 0.5], to: log)
        let table = try table(log) { try $0.set("rows", to: ["lr"]) }
        #expect(table.columns.map(\.title) == ["lr", "objective", "n", "loss", "acc"])
        #expect(table.rows.map(\.id) == ["x/highest loss", "x/lowest loss", "x/–"])
        #expect(table.rows.map { $0.cells[3].number } == [3, 1, 5])
    }

    private func add(
        _ id: String, _ parameters: [String: JSONValue] = [:], tags: [String: String] = [:],
        experiment: String? = nil, revision: String? = nil, axis: SeriesAxis = .epoch,
        to log: LogStore
    ) throws {
        let outcome = try log.store.record(
            ImportedRun(
                run: LoggedRun(
                    source: "test", id: id, experiment: experiment,
                    parameters: parameters.merging(["lr": .text("x")]) { own, _ in own },
                    tags: tags, gitRevision: revision),
                state: .completed,
                points: [LoggedPoint(name: "dice", axis: axis, position: 1, value: 0.5)]),
            version: "0")
        if let experiment { try log.store.assign([outcome.run], toLogged: experiment) }
    }

    /// The table by `lr`, and whether its only mean is marked.
    private func pooled(_ fill: (LogStore) throws -> Void, rows: [String] = ["lr"]) throws
        -> (isMarked: Bool, notes: String)
    {
        let log = try LogStore()
        try fill(log)
        let table = try table(log) { try $0.set("rows", to: rows) }
        let cells = table.rows.compactMap(\.cells.last)
        #expect(cells.allSatisfy { $0.isPooled == ($0.marks == ["§"]) })
        return (cells.contains(where: \.isPooled), table.notes.joined(separator: "\n"))
    }

    @Test func whatIsMoreThanSeedsIsMarked() throws {
        let experiments = try pooled {
            try add("a", experiment: "A", to: $0)
            try add("b", experiment: "B", to: $0)
        }
        #expect(experiments.isMarked && experiments.notes.contains("in experiment (A, B); its ±"))
        let code = try pooled {
            try add("a", revision: "deadbeef", to: $0)
            try add("b", to: $0)
        }
        #expect(code.isMarked && code.notes.contains("in revision (deadbeef, –); its ±"))
        let axes = try pooled {
            try add("a", axis: .epoch, to: $0)
            try add("b", axis: .step, to: $0)
        }
        #expect(axes.isMarked && axes.notes.contains("in the places of dice (epoch, step); its ±"))
        let settings = try pooled {
            try add("a", ["opt.beta": .number(10)], to: $0)
            try add("b", ["opt.beta": .number(9)], tags: ["who": "me"], to: $0)
        }
        #expect(settings.notes.contains("in opt.beta (9, 10), who (me, –); its ±"))
    }

    @Test func seedsAndWhatIsShownAreNotMarked() throws {
        let seeds = try pooled {
            try add("a", ["seed": .integer(1), "data.random_seed": .integer(1)], to: $0)
            try add("b", ["seed": .integer(2)], tags: ["mlflow.user": "me"], to: $0)
        }
        #expect(!seeds.isMarked && !seeds.notes.contains("§"))
        let apart = try pooled(
            {
                try add("a", experiment: "A", revision: "r", to: $0)
                try add("b", experiment: "B", to: $0)
            }, rows: ["experiment", "revision"])
        #expect(!apart.isMarked)
        let speed = try pooled {
            try add("a", ["speed": .integer(1)], to: $0)
            try add("b", ["speed": .integer(2)], to: $0)
        }
        #expect(speed.isMarked)
    }

    @Test func theObjectiveIsWhatTheListOfRunsSays() throws {
        let log = try LogStore()
        let low = RunObjective(split: "", name: "loss", direction: .lowerIsBetter)
        _ = try log.store.record(
            ImportedRun(
                run: LoggedRun(source: "test", id: "a", objective: low), state: .completed,
                points: [
                    LoggedPoint(name: "loss", axis: .step, position: 0, value: 0.2),
                    LoggedPoint(name: "loss", axis: .epoch, position: 0, value: 0.5),
                ]), version: "0")
        let table = try table(log) { try $0.set("rows", to: ["run"]) }
        #expect(table.rows.map { $0.cells[2].number } == [0.2])
        #expect(try log.texts("SELECT objective_value FROM any_run") == [["0.2"]])
    }

    @Test func loggedRunsAreCompared() throws {
        let log = try LogStore()
        try add("a", ["loss": 1, "acc": 0.5], to: log)
        try add("b", ["loss": 3], to: log)
        let source = ReportSource(
            store: log.store, vocabulary: ReportVocabulary(), request: ReportRequest())
        let document = try ComparisonReport(of: [2, 1], from: source).document()
        let tables = document.tables
        #expect(tables.map(\.title) == ["Settings that differ", "Metrics"])
        #expect(tables[1].rows.map(\.id) == ["acc", "loss"])
        #expect(tables[1].rows[1].cells[1...2].map(\.number) == [3, 1])
        #expect(tables[1].rows[0].cells[1].content == .missing)
        #expect(document.provenance.first?.value == "2 completed, 0 not")
    }
}
