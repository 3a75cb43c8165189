import Domain
import Foundation
import Reports
import RunStore
import Testing

@testable import RunLog

@Suite struct ImportTests {
    let log: LogStore

    init() throws { log = try LogStore() }

    private func take(_ source: some ImportSource, into store: RunStore? = nil) throws
        -> ImportReport
    {
        try Importer(into: store ?? log.store, version: "0").take(source)
    }

    private static let curves = """
        SELECT o.name, m.split, m.name, m.axis, m.position, m.value, m.time
        FROM any_metric m JOIN any_run o USING (run) ORDER BY 1, 2, 3, 4, 5
        """

    /// Two runs, with what CSV, MLflow and TensorBoard can hold.
    private func fill() throws {
        for (name, rate) in [("one", 0.1), ("two", 0.25)] {
            let run = LoggedRun(
                source: "test", id: name, experiment: "source", name: name,
                parameters: ["lr": .number(rate), "net": .text("a,\"b\"\nc")], tags: ["who": "me"])
            let start = Date(timeIntervalSince1970: 1_760_000_000)
            let points = (0..<5).flatMap { Self.points(step: $0, rate: rate, start: start) }
            _ = try log.store.record(
                ImportedRun(
                    run: run, state: .completed, started: start,
                    finished: start.addingTimeInterval(60), points: points), version: "0")
        }
        try log.store.assign(try log.store.runs(), toLogged: "source")
    }

    private static func points(step: Int, rate: Double, start: Date) -> [LoggedPoint] {
        let value: Double = step == 3 ? .nan : rate / Double(step + 1)
        return [
            LoggedPoint(
                split: "train", name: "loss", axis: .step, position: step * 10, value: value,
                time: start.addingTimeInterval(0.5 + Double(step))),
            LoggedPoint(name: "acc/top1", axis: .step, position: step, value: 0.5 + rate),
        ]
    }

    @Test func whatCSVExportsWriteIsTakenBack() throws {
        try fill()
        let folder = log.folder.appendingPathComponent("csv")
        _ = try CSVExport(log.store).write(try log.store.runs(), to: folder)
        let other = try LogStore()
        for expected in [(2, 0), (0, 2)] {
            let report = try take(CSVImport(folder), into: other.store)
            #expect((report.added, report.known) == expected)
            #expect(report.leftOut == [])
        }
        for sql in [
            Self.curves, "SELECT name, experiment, state, started, finished, seconds FROM any_run",
            "SELECT name, value FROM param ORDER BY run, name",
        ] {
            #expect(try other.texts(sql) == log.texts(sql), "\(sql)")
        }
        #expect(try other.store.check() == [])
        // Where they come from they are known.
        #expect(try take(CSVImport(folder)).known == 2)
    }

    @Test func whatMLflowExportsWriteIsTakenBack() throws {
        try fill()
        let file = log.folder.appendingPathComponent("mlflow.db")
        try MLflowStore(log.store).write(try log.store.runs(), to: file)
        #expect(try take(MLflowImport(file)).known == 2)
        let other = try LogStore()
        for expected in [(2, 0), (0, 2)] {
            let report = try take(MLflowImport(file), into: other.store)
            #expect((report.added, report.known) == expected)
        }
        func shown(_ store: LogStore) throws -> [[String]] {
            try store.texts(Self.curves).map { Array($0.prefix(6)) }
        }
        #expect(try shown(other) == shown(log))
        for sql in [
            "SELECT name, experiment, state, started, finished FROM any_run",
            "SELECT name, value FROM param ORDER BY run, name",
        ] {
            #expect(try other.texts(sql) == log.texts(sql), "\(sql)")
        }
        #expect(try other.store.check() == [])
    }

    @Test func whatTensorBoardExportsWriteIsTakenBack() throws {
        try fill()
        let folder = log.folder.appendingPathComponent("events")
        let files = try TensorBoardExport(log.store).write(try log.store.runs(), to: folder)
        let other = try LogStore()
        for expected in [(2, 0), (0, 2)] {
            let report = try take(TensorBoardImport(folder), into: other.store)
            #expect((report.added, report.known) == expected)
            #expect(report.leftOut == [])
        }
        // Event files hold numbers of 32 bits.
        let found = try other.texts(Self.curves).map { Array($0[1...5]) }
        let expected = try log.texts(Self.curves).map { row -> [String] in
            var row = Array(row[1...5])
            row[4] = Float(row[4]).map { String(Double($0)) } ?? row[4]
            return row
        }
        #expect(found == expected)
        // A writer is still at it: the last record is cut off.
        var bytes = try Data(contentsOf: files[0])
        bytes.removeLast(7)
        try bytes.write(to: files[0])
        let third = try LogStore()
        let cut = try take(TensorBoardImport(folder), into: third.store)
        #expect(cut.points == 19)
        #expect(cut.leftOut.count == 1 && cut.leftOut[0].contains("cut off or damaged"))
        for index in stride(from: 0, to: bytes.count, by: 7) {
            var altered = bytes
            altered[index] ^= 0x55
            try altered.write(to: files[0])
            _ = try take(TensorBoardImport(folder), into: other.store)
        }
    }

    @Test func aFileOfRunsIsTakenByItsPrefixes() throws {
        let file = try log.write(
            """
            run_id,status,metrics.dice,params.lr,tags.who,tags.mlflow.runName,model
            a1,FINISHED,0.9,0.1,me,first,unet
            a2,FAILED,,x,,second,

            """, "mlflow.csv")
        #expect(try take(CSVImport(file)).added == 2)
        #expect(try take(CSVImport(file)).known == 2)
        #expect(
            try log.texts("SELECT name, experiment, state FROM any_run ORDER BY run") == [
                ["first", "mlflow", "completed"], ["second", "mlflow", "failed"],
            ])
        #expect(
            try log.texts("SELECT run, name, value FROM param ORDER BY 1, 2") == [
                ["1", "lr", "0.1"], ["1", "model", "unet"], ["2", "lr", "x"],
            ])
        #expect(try log.texts("SELECT name, value FROM any_metric") == [["dice", "0.9"]])
        #expect(try log.texts("SELECT name, value FROM tag") == [["who", "me"]])
    }

    @Test func filesOfCurvesAreTakenInBothForms() throws {
        let wide = try log.write(
            "Step,run,train/loss,lr,word\n0,a,1,0.1,x\n1,a,0.5,,y\n0,b,nan,0.1,\n-1,b,1,1,1\n",
            "wide.csv")
        let report = try take(CSVImport(wide))
        #expect(report.added == 2 && report.points == 5)
        #expect(
            report.leftOut == [
                "2 values without a number",
                "1 row without a whole number from 0 as step or epoch",
            ])
        let long = try log.write(
            "epoch,metric,value,time\n1,val_loss,0.5,2026-01-31T12:00:00Z\n2,val_loss,0.25,noon\n",
            "long.csv")
        let second = try take(CSVImport(long))
        #expect(second.points == 2)
        #expect(
            second.leftOut == ["1 time that is neither seconds since 1970 nor 2026-01-31T12:00:00Z"]
        )
        #expect(
            try log.texts("SELECT measured FROM metric_point WHERE run = 3 ORDER BY epoch")
                == [["1769860800.0"], ["-"]])
        #expect(
            try log.texts(
                "SELECT name, axis, position, value FROM any_metric WHERE run = 3")
                == [["val_loss", "epoch", "1", "0.5"], ["val_loss", "epoch", "2", "0.25"]])
    }

    /// Lightning's `metrics.csv` has a step and an epoch in every row: the epoch is a curve by step.
    @Test func theOtherPlaceIsACurve() throws {
        let both = try log.write(
            "epoch,step,train_loss,val_loss\n0,49,0.5,\n0,49,,0.7\n1,99,0.4,\n2,,,0.6\n", "v.csv")
        let report = try take(CSVImport(both))
        #expect(report.leftOut == [])
        #expect(
            try log.texts(
                "SELECT axis, position, name, value FROM any_metric ORDER BY 1, 3, 2") == [
                    ["epoch", "2", "val_loss", "0.6"], ["step", "49", "epoch", "0.0"],
                    ["step", "99", "epoch", "1.0"], ["step", "49", "train_loss", "0.5"],
                    ["step", "99", "train_loss", "0.4"], ["step", "49", "val_loss", "0.7"],
                ])
        let names = try log.write("_step,step,loss\n7,1,0.5\n", "w.csv")
        #expect(try take(CSVImport(names)).points == 2)
        // A table of values has no place for another column: it is named.
        let long = try log.write(
            "epoch,step,name,value,who\n1,10,loss,0.5,me\n2,20,loss,0.25,\n", "long.csv")
        let left = try take(CSVImport(long))
        #expect(left.points == 2)
        #expect(
            left.leftOut.sorted() == [
                "1 value of the column 'who', beside a value and its place",
                "2 values of the column 'epoch', beside a value and its place",
            ])
    }

    @Test func brokenTablesAreRefusedWithTheirLine() throws {
        for (text, says) in [
            ("", "line 1"), ("a,b\n1\n", "line 2"), ("a,a\n1,2\n", "twice"),
            ("a,b\n1,\"2\n3\",4\n", "line 2"),
        ] {
            let file = try log.write(text, "broken.csv")
            let error = #expect(throws: ImportError.self) { try take(CSVImport(file)) }
            #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
        }
        #expect(try log.store.runs().isEmpty)
    }

    @Test func aFolderOfMLflowIsTaken() throws {
        let run = "mlruns/1/0123456789abcdef0123456789abcdef/"
        for (name, text) in [
            ("mlruns/1/meta.yaml", "name: 'it''s mine'\nlifecycle_stage: active\n"),
            (
                run + "meta.yaml",
                "run_id: 0123456789abcdef0123456789abcdef\nrun_name: swift-fox\nstatus: 3\n"
                    + "start_time: 1760000000000\nend_time: 1760000060000\nlifecycle_stage: active\n"
            ),
            (run + "params/lr", "0.1"), (run + "params/opt/name", "adam"),
            (run + "tags/mlflow.user", "me"), (run + "tags/mlflow.note.content", "a note"),
            (
                run + "metrics/val/loss",
                "1760000002000 0.5 1\n1760000001000 nan 0\n1760000003000 0.25 1\n1 2 -4\n"
            ),
            (run + "artifacts/model.pt", "x"), ("mlruns/.trash/x/meta.yaml", "name: gone\n"),
            ("mlruns/1/dead/meta.yaml", "lifecycle_stage: deleted\n"),
        ] { _ = try log.write(text, name) }
        let report = try take(MLflowImport(log.folder.appendingPathComponent("mlruns")))
        #expect(report.added == 1 && report.points == 2)
        #expect(
            report.leftOut == [
                "1 value that a later one at the same step of the curve replaces",
                "1 value below step 0", "1 file of artifacts, which stay where they are",
                "1 run deleted there",
            ])
        #expect(
            try log.texts(
                "SELECT name, experiment, state, seconds, started FROM any_run") == [
                    ["swift-fox", "it's mine", "completed", "60.0", "2025-10-09T08:53:20.000Z"]
                ])
        #expect(
            try log.texts("SELECT name, position, value FROM any_metric ORDER BY 2")
                == [["val/loss", "0", "-"], ["val/loss", "1", "0.25"]])
        #expect(
            try log.texts("SELECT name, value FROM param ORDER BY 1")
                == [["lr", "0.1"], ["opt/name", "adam"]])
        #expect(try log.texts("SELECT text FROM note") == [["a note"]])
        _ = try log.write("not: [a, run", run + "meta.yaml")
        let bad = try take(MLflowImport(log.folder.appendingPathComponent("mlruns")))
        #expect(bad.added == 0 && bad.refused.count == 1)
    }

    @Test func otherFilesAreRefused() throws {
        let file = try log.write("nonsense", "x.db")
        #expect(throws: StoreError.self) { try take(MLflowImport(file)) }
        #expect(throws: StoreError.self) {
            try take(MLflowImport(log.folder.appendingPathComponent("runs.db")))
        }
        let empty = log.folder.appendingPathComponent("empty", isDirectory: true)
        try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: true)
        #expect(throws: ImportError.self) { try take(MLflowImport(empty)) }
        #expect(throws: ImportError.self) { try take(TensorBoardImport(empty)) }
        #expect(throws: ImportError.self) { try take(CSVImport(empty)) }
    }
}
