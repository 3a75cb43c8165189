import Domain
import Foundation
import GRDB
import Testing

@testable import RunStore

/// A run of another program.
enum LoggedFixture {
    static let run = LoggedRun(
        source: "log", id: "a", experiment: "others", name: "first",
        parameters: ["lr": .number(0.1), "model": .text("resnet")], tags: ["who": "me"],
        objective: RunObjective(split: "", name: "val_loss", direction: .lowerIsBetter),
        gitRevision: "abc")

    static let time = Date(timeIntervalSince1970: 1_760_000_000.25)

    static let points = [
        LoggedPoint(name: "val_loss", axis: .step, position: 0, value: 3, time: time),
        LoggedPoint(name: "val_loss", axis: .step, position: 100, value: 1),
        LoggedPoint(name: "val_loss", axis: .step, position: 200, value: 2),
        LoggedPoint(split: "validation", name: "dice", axis: .epoch, position: 1, value: 0.5),
        LoggedPoint(split: "odd", name: "dice", axis: .epoch, position: 2, value: .nan),
    ]

    static func begin(_ run: LoggedRun = run, in store: RunStore) throws -> RunLease {
        try store.begin(run, for: Worker(), version: "0.0.0")
    }

    @discardableResult
    static func complete(_ run: LoggedRun = run, in store: RunStore) throws -> RunID {
        let lease = try begin(run, in: store)
        try lease.log(points)
        try lease.note("a note")
        try lease.finish(RunSummary(seconds: 2))
        return lease.run
    }

    static let imported = ImportedRun(
        run: LoggedRun(
            source: "mlflow", id: "0123456789abcdef0123456789abcdef", experiment: "others",
            name: "swift-fox", parameters: ["lr": .number(0.1)], tags: ["a": "b"]),
        state: .completed, started: time, finished: time.addingTimeInterval(60), host: "there",
        points: points, notes: ["said before"])
}

@Suite struct LoggedRunTests {
    let folder: Folder

    init() throws { folder = try Folder() }

    private func texts(_ sql: String, in store: RunStore) throws -> [[String]] {
        try store.query(sql).rows.map { $0.map { $0.databaseValue.plainText ?? "-" } }
    }

    /// What an older version stored as two settings ends nothing that reads it.
    @Test func twoSpellingsOfAnOlderStoreAreOne() throws {
        let store = try folder.store()
        let run = try LoggedFixture.complete(in: store)
        try store.write { db in
            for name in ["\u{e9}", "e\u{301}"] {
                try db.execute(
                    sql: "INSERT INTO param (run, name, value) VALUES (?, ?, ?)",
                    arguments: [run, name, name.utf8.count])
            }
        }
        let other = try LoggedFixture.complete(
            LoggedRun(source: "log", id: "b"), in: store)
        #expect(throws: Never.self) {
            try store.reportVaryingSettings(of: [run, other])
        }
    }

    /// Whatever a logged run may hold, MLflow's tables take it whole.
    @Test func mlflowGetsAllOfALoggedRun() throws {
        let store = try folder.store()
        var whole = LoggedFixture.imported
        whole.run.experiment = "Default"
        whole.run.parameters["long"] = .text(String(repeating: "x", count: 4000))
        whole.run.tags["long"] = String(repeating: "y", count: 9000)
        whole.points = [SeriesAxis.step, .epoch].map {
            LoggedPoint(name: "a", axis: $0, position: 1, value: 1, time: LoggedFixture.time)
        }
        whole.started = Date(timeIntervalSince1970: 1_760_000_000.123)
        let run = try store.record(whole, version: "0").run
        try store.assign([run], toLogged: "Default")
        let file = folder.path("mlflow.db")
        try MLflowStore(store).write([run], to: URL(fileURLWithPath: file))
        try DatabaseQueue(path: file).read { (db: Database) throws in
            let experiments = try String.fetchAll(db, sql: "SELECT name FROM experiments")
            #expect(experiments == ["Default"])
            #expect(
                try Int.fetchAll(
                    db,
                    sql: """
                        SELECT length(value) FROM params WHERE key = 'long' UNION ALL
                        SELECT length(value) FROM tags WHERE key = 'long' UNION ALL
                        SELECT count(*) FROM metrics UNION ALL SELECT start_time FROM runs
                        """) == [4000, 9000, 1, 1_760_000_000_123])
            #expect(
                try String.fetchAll(
                    db, sql: "SELECT value FROM tags WHERE key = 'mlflow.note.content'")
                    == ["said before"])
        }
    }

    @Test func aLoggedRunHasNothingOfACell() throws {
        let store = try folder.store()
        let cell = try Fixture.complete(Fixture.cell(), dice: 0.9, in: store)
        let run = try LoggedFixture.complete(in: store)
        #expect(try store.check() == [])
        #expect(
            try texts(
                """
                SELECT kind, name, experiment, state, objective, direction, objective_value,
                    dataset, model, labels, seed, epochs, epoch, step FROM any_run WHERE run = \(run)
                """, in: store) == [
                    [
                        "logged", "first", "others", "completed", "val_loss", "minimise", "1", "-",
                        "-", "-", "-", "-", "2", "200",
                    ]
                ])
        #expect(
            try texts(
                "SELECT kind, name, objective, objective_value, step FROM any_run WHERE run = \(cell)",
                in: store) == [["cell", "-", "validation/dice", "0.9", "-"]])
        // Views of before show cells.
        for view in ["run_overview", "metric", "best_epoch"] {
            #expect(
                try texts("SELECT DISTINCT run FROM \(view)", in: store) == [["\(cell)"]], "\(view)"
            )
        }
        #expect(
            try texts(
                """
                SELECT split, name, axis, position, value, time FROM any_metric
                WHERE run = \(run) ORDER BY split, position
                """, in: store) == [
                    ["", "val_loss", "step", "0", "3", "1760000000.25"],
                    ["", "val_loss", "step", "100", "1", "-"],
                    ["", "val_loss", "step", "200", "2", "-"],
                    ["odd", "dice", "epoch", "2", "-", "-"],
                    ["validation", "dice", "epoch", "1", "0.5", "-"],
                ])
        #expect(try store.overview().map(\.run) == [cell])
        #expect(try store.reportRuns(ReportSelection()).map(\.id) == [cell])
        #expect(try store.runs() == [cell, run])
        #expect(try store.status().counts == [.completed: 2])
        #expect(throws: StoreError.self) { try store.detail(of: run) }
        #expect(throws: StoreError.self) { try store.planRetraining(of: [run], by: "c0de") }
    }

    @Test func whoeverDiesLeavesAnInterruptedRunThatCanGoOn() throws {
        let store = try folder.store()
        let lease = try LoggedFixture.begin(in: store)
        #expect(throws: StoreError.self) { try LoggedFixture.begin(in: store) }
        // Its process was another one, which is gone.
        let queue = try DatabaseQueue(path: folder.path())
        try queue.write { try $0.execute(sql: "UPDATE lease SET pid = 0x3FFFFFFF") }
        try queue.close()
        #expect(try store.releaseDeadRuns() == [lease.run])
        #expect(try store.check() == [])
        let again = try LoggedFixture.begin(in: store)
        #expect(again.run == lease.run)
        try again.fail("out of memory")
        #expect(try LoggedFixture.complete(in: store) == lease.run)
        #expect(throws: StoreError.self) { try LoggedFixture.begin(in: store) }
        #expect(
            try texts("SELECT state, attempts, error FROM any_run", in: store)
                == [["completed", "3", "-"]])
    }

    @Test func anExperimentWithAFileTakesNone() throws {
        let store = try folder.store()
        try store.record(ExperimentRecord(name: "others", source: "grid: {}"))
        #expect(throws: StoreError.self) { try LoggedFixture.complete(in: store) }
        #expect(throws: StoreError.self) { try store.requireLoggable("others") }
        #expect(try store.runs().isEmpty)
    }

    @Test func whatNoCurveCanHoldIsRefused() throws {
        let store = try folder.store()
        let lease = try LoggedFixture.begin(in: store)
        for point in [
            LoggedPoint(name: "", axis: .step, position: 0, value: 1),
            LoggedPoint(name: "a", axis: .step, position: -1, value: 1),
        ] {
            #expect(throws: StoreError.self) { try lease.log([point]) }
        }
    }

    @Test func aSecondImportAddsWhatIsNew() throws {
        let store = try folder.store()
        var imported = LoggedFixture.imported
        let run = try store.record(imported, version: "0").run
        #expect(try store.record(imported, version: "0") == .known(run))
        imported.points.append(
            LoggedPoint(name: "val_loss", axis: .step, position: 300, value: 0.5))
        imported.points.append(LoggedPoint(name: "val_loss", axis: .step, position: 0, value: 4))
        #expect(try store.record(imported, version: "0") == .extended(run, points: 2))
        #expect(try store.record(imported, version: "0") == .known(run))
        imported.run.tags["c"] = "d"
        #expect(try store.record(imported, version: "0") == .extended(run, points: 0))
        try store.assign([run], toLogged: "others")
        try store.assign([run], toLogged: "others")
        #expect(try store.check() == [])
        #expect(try store.overview(experiment: "others").isEmpty)
        #expect(try store.runs(ofExperiment: "others") == [run])
        #expect(
            try texts(
                "SELECT points, last_value, max_value FROM metric_summary ORDER BY 1, 2", in: store)
                == [["1", "-", "-"], ["1", "0.5", "0.5"], ["4", "0.5", "4"]])
    }

    @Test func mergedAndShippedRunsAreTheSame() throws {
        let store = try folder.store()
        try Fixture.complete(Fixture.cell(), dice: 0.9, in: store)
        let run = try LoggedFixture.complete(in: store)
        let imported = try store.record(LoggedFixture.imported, version: "0").run
        let all = try folder.store("all.db")
        for expected in [3, 0] {
            let report = try all.merge([folder.url.appendingPathComponent("runs.db")])
            #expect(report.added == expected && report.problems == [])
        }
        let copy = folder.url.appendingPathComponent("copy.db")
        try RunStore.ship(from: folder.url.appendingPathComponent("runs.db"), to: copy)
        try store.backup(to: folder.url.appendingPathComponent("backup.db"))
        for name in ["all.db", "copy.db", "backup.db"] {
            let other = try folder.store(name, .readOnly)
            #expect(try other.check() == [])
            for sql in [
                "SELECT * FROM any_metric", "SELECT run, name, value FROM tag",
                "SELECT run, time, text FROM note",
                "SELECT digest, kind, name, objective, direction, state FROM any_run",
            ] {
                #expect(try texts(sql, in: other) == texts(sql, in: store), "\(name): \(sql)")
            }
        }
        try store.delete([run, imported])
        #expect(try texts("SELECT count(*) FROM tag", in: store) == [["0"]])
        #expect(try store.check() == [])
        _ = try store.collect()
        #expect(try store.check() == [])
    }

    @Test func exportsHoldThemAsTheyWere() throws {
        let store = try folder.store()
        let run = try store.record(LoggedFixture.imported, version: "0").run
        let exported = try store.exportedRun(run)
        #expect(exported.name == "swift-fox")
        #expect(exported.mlflowID == "0123456789abcdef0123456789abcdef")
        #expect(exported.parameters.map(\.name) == ["lr"])
        #expect(exported.tags.map(\.value) == ["b"])
        #expect(
            exported.points.map(\.key)
                == ["val_loss", "validation/dice", "odd/dice", "val_loss", "val_loss"])
        #expect(exported.points.first?.time == LoggedFixture.time)
    }

    /// A cell that is judged by something else than Dice says so, and ends at that curve's best epoch.
    @Test func aCellsObjectiveChoosesItsBestEpoch() throws {
        let store = try folder.store()
        var cell = Fixture.cell()
        cell.objective = RunObjective(
            split: "validation", name: "loss", direction: .lowerIsBetter)
        let run = try #require(try store.plan([cell]).first).id
        let lease = try #require(
            try store.claim(run, for: Worker(), environment: Fixture.environment))
        for epoch in 1...3 {
            try lease.log(
                Fixture.points(epoch: epoch, dice: 0.1 * Double(epoch), loss: Double(epoch % 3)))
        }
        try lease.finish(RunSummary(seconds: 1))
        #expect(
            try texts(
                "SELECT r.best_epoch, o.objective, o.objective_value FROM run r JOIN any_run o ON o.run = r.id",
                in: store) == [["3", "validation/loss", "0.1"]])
        #expect(try store.check() == [])
    }
}
