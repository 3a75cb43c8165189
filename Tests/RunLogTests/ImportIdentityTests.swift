import Domain
import Foundation
import RunStore
import Testing

@testable import RunLog

/// Which run a table's rows belong to, and what is refused before anything is written.
@Suite struct ImportIdentityTests {
    let log: LogStore

    init() throws { log = try LogStore() }

    private func take(_ source: some ImportSource) throws -> ImportReport {
        try Importer(into: log.store, version: "0").take(source)
    }

    private func values() throws -> [[String]] {
        try log.texts("SELECT run, position, value FROM any_metric ORDER BY 1, 2")
    }

    @Test func twoFilesOfOneNameAreNeverMixed() throws {
        let first = try log.write("step,loss\n0,1\n1,0.5\n", "version_0/metrics.csv")
        let second = try log.write("step,loss\n0,1\n1,0.25\n", "version_1/metrics.csv")
        #expect(try take(CSVImport(first)).added == 1)
        let refused = try take(CSVImport(second))
        #expect(refused.added == 0 && refused.extended == 0)
        let sentence = try #require(refused.refused.first)
        for word in ["'loss' at step 1", "'metrics.csv'", "0.25", "0.5", "run 1", "--name"] {
            #expect(sentence.contains(word), "\(sentence)")
        }
        #expect(try values() == [["1", "0", "1.0"], ["1", "1", "0.5"]])
        #expect(try take(CSVImport(second, name: "version_1")).added == 1)
        #expect(try log.texts("SELECT name FROM any_run") == [["metrics"], ["version_1"]])
        // A file that has grown adds what is new.
        _ = try log.write("step,loss\n0,1\n1,0.5\n2,0.1\n", "version_0/metrics.csv")
        let grown = try take(CSVImport(first))
        #expect(grown.extended == 1 && grown.points == 1 && grown.refused == [])
        #expect(try take(CSVImport(second, name: "version_1")).known == 1)
    }

    @Test func aTableOfRunsElsewhereIsAnotherOne() throws {
        let first = try log.write("name,lr\na,0.1\nb,0.2\n", "x/runs.csv")
        let second = try log.write("name,lr\na,0.5\nc,0.2\n", "y/runs.csv")
        #expect(try take(CSVImport(first)).added == 2)
        let report = try take(CSVImport(second))
        #expect(report.added == 1 && report.refused.count == 1)
        #expect(report.refused[0].contains("'lr' of the run 'runs.csv/a' is 0.5"))
        // A run that was at work may say more the next time.
        let table = try log.write("run_id,status,metrics.acc\nz,RUNNING,0.1\n", "w.csv")
        #expect(try take(CSVImport(table)).added == 1)
        _ = try log.write("run_id,status,metrics.acc\nz,FINISHED,0.9\n", "w.csv")
        #expect(try take(CSVImport(table)).extended == 1)
        #expect(try values().last == ["4", "0", "0.9"])
    }

    static let refused: [(text: String, says: [String])] = [
        ("name,lr,metrics.acc\na,1,2\nb,1,2\na,3,4\n", ["line 4", "'a' of line 2"]),
        ("run_id,lr\n1,2\n1,3\n", ["line 3", "line 2"]),
        ("run_id,lr\n1,2\n ,3\n", ["line 3", "an empty 'run_id'"]),
        ("run,step,loss\na,1,2\n,1,3\n", ["line 3", "an empty 'run'"]),
        ("a,b\n1,x\"y\n2,3\n", ["line 2", "within a field without quotes"]),
        ("a,b\n1,\"x\"y\n", ["line 2", "behind the closing quote"]),
        ("a,b\n1,2\n3,\"4\n5,6\n", ["line 3", "never closed"]),
    ]

    @Test(arguments: refused.indices)
    func aTableIsRefusedWholeWithItsLine(_ index: Int) throws {
        let (text, says) = Self.refused[index]
        let file = try log.write(text, "table.csv")
        let error = #expect(throws: ImportError.self) { try take(CSVImport(file)) }
        for word in says {
            #expect(error?.description.contains(word) == true, "\(error?.description ?? "")")
        }
        #expect(try log.store.runs().isEmpty)
    }

    @Test(arguments: [
        "step;loss\n0;1\n1;0.5\n", "step\tloss\n0\t1\n1\t0.5\n", "step,loss\r0,1\r1,0.5\r",
        "step,loss\r\n0,\"1\"\r\n1,0.5", "\"step\";\"loss, of all\"\n0;1\n1;0.5\n",
    ])
    func separatorsAndLineEndsAreToldByTheFile(_ text: String) throws {
        let report = try take(CSVImport(try log.write(text, "t.csv")))
        #expect(report.added == 1 && report.leftOut == [])
        #expect(try values() == [["1", "0", "1.0"], ["1", "1", "0.5"]])
        #expect(try log.texts("SELECT * FROM param") == [])
    }

    @Test func numbersAreReadAsEverywhere() throws {
        let file = try log.write(
            "step,loss\n0,1e400\n1,0x10\n2,1_000\n3,inf\n4,nan\n5,1e-3\n", "n.csv")
        let report = try take(CSVImport(file))
        #expect(report.leftOut == ["3 values without a number"])
        #expect(
            try values() == [["1", "3", "inf"], ["1", "4", "-"], ["1", "5", "0.001"]])
        let twice = try log.write("step,loss\n0,1\n0,2\n", "twice.csv")
        #expect(
            try take(CSVImport(twice)).leftOut == [
                "1 value that a later one at the same step of the curve replaces"
            ])
    }

    @Test(.timeLimit(.minutes(1))) func pipesAreNotWaitedFor() throws {
        let pipe = log.folder.appendingPathComponent("pipe")
        #expect(mkfifo(pipe.path, 0o600) == 0)
        let root = log.folder.appendingPathComponent("mlruns")
        _ = try log.write("name: e\n", "mlruns/1/meta.yaml")
        let run = root.appendingPathComponent("1/abc")
        try FileManager.default.createDirectory(at: run, withIntermediateDirectories: true)
        #expect(mkfifo(run.appendingPathComponent("meta.yaml").path, 0o600) == 0)
        for source in [MLflowImport(pipe), CSVImport(pipe), TensorBoardImport(pipe)]
            as [any ImportSource]
        {
            let error = #expect(throws: ImportError.self) { try take(source) }
            #expect(error?.description.contains("found a pipe") == true)
        }
        #expect(try take(MLflowImport(root)).refused.first?.contains("found a pipe") == true)
    }

    @Test func oneBadRunDoesNotEndTheOthers() throws {
        for (name, text) in [
            ("a/meta.yaml", "run_id: a\nrun_name: ''\nstatus: 3\nstart_time: 99999999999999999\n"),
            ("b/meta.yaml", "not: [a, run"), ("c/meta.yaml", "run_id: c\nstatus: 3\n"),
            ("c/metrics/loss", "1 0.5 0\n"), ("c/tags/x", "y"), ("d/meta.yaml", "run_id: d\n"),
            ("d/metrics/loss", "1 half 0\n"),
        ] { _ = try log.write(text, "mlruns/1/" + name) }
        _ = try log.write("name: e\n", "mlruns/1/meta.yaml")
        _ = try log.write("name: ''\n", "mlruns/2/meta.yaml")
        _ = try log.write("run_id: f\n", "mlruns/2/f/meta.yaml")
        let report = try take(MLflowImport(log.folder.appendingPathComponent("mlruns")))
        #expect(report.added == 2 && report.points == 1)
        #expect(report.refused.count == 3)
        #expect(report.refused.contains { $0.contains("b/meta.yaml") })
        #expect(report.refused.contains { $0.contains("'1 half 0'") })
        #expect(report.refused.contains { $0.contains("its experiment's name, of the run 'f'") })
        #expect(
            try log.texts("SELECT name, started FROM any_run ORDER BY run")
                == [["-", "-"], ["-", "-"]])
        #expect(try log.store.check() == [])
    }

    @Test func aForeignStoreIsCalledWhatItShouldBe() throws {
        let file = try log.write("nonsense", "x.db")
        let error = #expect(throws: StoreError.self) { try take(MLflowImport(file)) }
        #expect(error?.description.hasSuffix("expected a store of MLflow") == true)
    }
}
