import Foundation
import ProtocolBuffers
import RunStore
import Testing

@testable import RunLog

/// What of W&B's logs becomes a run of the store.
@Suite struct WandBImportTests {
    private let log: LogStore

    init() throws { log = try LogStore() }

    @discardableResult
    private func write(_ records: [ProtocolBuffer], _ name: String) throws -> URL {
        let file = log.folder.appendingPathComponent("wandb").appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try WandBLog.file(records).write(to: file)
        return file
    }

    private func take() throws -> ImportReport {
        try Importer(into: log.store, version: "0").take(
            WandBImport(log.folder.appendingPathComponent("wandb")))
    }

    @Test func aRunIsTaken() throws {
        try write(WandBLog.whole, "offline-run-20260101_000000-abc/run-abc.wandb")
        let first = try take()
        #expect((first.added, first.points) == (1, 7))
        #expect(
            first.leftOut == [
                "1 artifact", "1 record of console output", "1 record of system metrics",
                "1 value of the summary that is not the last of its curve",
                "1 value of the summary without a number", "1 value of the type 'image-file'",
                "1 value of the type 'table-file'", "1 value without a number",
            ])
        let run = try log.texts(
            """
            SELECT a.experiment, a.name, a.state, a.started, a.finished, a.host, r.git_revision
            FROM any_run a JOIN run r ON r.id = a.run
            """)
        #expect(
            run == [
                [
                    "chests", "unet-1", "completed", "2025-10-09T08:53:20.000Z",
                    "2025-10-09T08:53:29.000Z", "-", "c0ffee",
                ]
            ])
        #expect(
            try log.texts("SELECT name, value FROM param ORDER BY 1") == [
                ["list", "[1,2]"], ["lr", "0.1"], ["model._target_", "x"], ["model.name", "unet"],
                ["model.width", "32"],
            ])
        #expect(
            try log.texts("SELECT name, value FROM tag WHERE name LIKE 'wandb%' ORDER BY 1") == [
                ["wandb.group", "g"], ["wandb.tags", "a, b"],
            ])
        #expect(try log.texts("SELECT text FROM note") == [["first try"]])
        #expect(
            try log.texts("SELECT split, name, axis, position, value FROM any_metric ORDER BY 2, 4")
                == [
                    ["", "best", "step", "0", "0.9"], ["", "group.b", "step", "7", "2.0"],
                    ["", "loss", "step", "0", "1.5"], ["", "loss", "step", "7", "0.5"],
                    ["", "nan", "step", "0", "-"], ["", "nested.a", "step", "0", "1.0"],
                    ["", "val/dice", "step", "0", "0.25"],
                ])
        let again = try take()
        #expect((again.added, again.known, again.points) == (0, 1, 0))
        #expect(try log.store.check() == [])
    }

    /// Who ran it, where, and from which repository is neither in the store nor in the report.
    @Test func nobodyIsNamed() throws {
        try write(WandBLog.whole, "run-abc.wandb")
        let report = try take()
        #expect(report.added == 1)
        let bytes =
            try Data(contentsOf: log.store.url)
            + Data(contentsOf: URL(fileURLWithPath: log.store.url.path + "-wal"))
        #expect(bytes.range(of: Data("c0ffee".utf8)) != nil)
        for word in ["jane", "example.org", "secret"] {
            #expect(bytes.range(of: Data(word.utf8)) == nil, "\(word)")
            #expect(!report.leftOut.joined().contains(word))
        }
    }

    /// How it ended: not at all, well, or not; an exit that says it is none of the whole run.
    @Test func theExitIsTheState() throws {
        let part = WandBLog.record(18) { $0.write(3, integer: 1) }
        for (index, ending) in [
            [], [WandBLog.exit(0)], [WandBLog.exit(1)], [WandBLog.exit(-9)], [part],
        ].enumerated() {
            try write(
                [WandBLog.run("r\(index)"), WandBLog.history(0, [(["loss"], "1")])] + ending,
                "run-r\(index).wandb")
        }
        #expect(try take().added == 5)
        #expect(
            try log.texts("SELECT state, error FROM any_run ORDER BY run") == [
                ["interrupted", "-"], ["completed", "-"], ["failed", "exit status 1"],
                ["failed", "exit status -9"], ["interrupted", "-"],
            ])
    }

    /// A run goes on between two imports: what is new is added, and its end.
    @Test func aRunThatGoesOnIsExtended() throws {
        let begin = [WandBLog.run(), WandBLog.history(0, [(["loss"], "1")])]
        try write(begin, "run-abc.wandb")
        #expect(try take().added == 1)
        try write(
            begin + [
                WandBLog.history(1, [(["loss"], "0.5")]), WandBLog.summary([(["best"], "0.5")]),
                WandBLog.exit(0),
            ], "run-abc.wandb")
        let second = try take()
        #expect((second.added, second.extended, second.points) == (0, 1, 2))
        #expect(try take().known == 1)
        #expect(
            try log.texts("SELECT name, position, value FROM any_metric ORDER BY 1, 2") == [
                ["best", "0", "0.5"], ["loss", "0", "1.0"], ["loss", "1", "0.5"],
            ])
        #expect(try log.texts("SELECT state FROM any_run") == [["completed"]])
    }

    /// A run that was resumed has a file for each time, in the order of their beginnings; what a later one
    /// has at the same step counts, and is told. Another project's run of the same ID is another run.
    @Test func filesOfOneRunAreOne() throws {
        try write(
            [
                WandBLog.run(begun: 1_760_000_500), WandBLog.history(1, [(["loss"], "0.5")]),
                WandBLog.history(0, [(["loss"], "0.75")]), WandBLog.exit(0),
            ], "a-later/a.wandb")
        try write([WandBLog.run(), WandBLog.history(0, [(["loss"], "1")])], "b-first/a.wandb")
        try write([WandBLog.run(project: "other"), WandBLog.exit(0)], "other/a.wandb")
        let report = try take()
        #expect((report.added, report.points, report.refused) == (2, 2, []))
        #expect(
            report.leftOut == ["1 value that a later one at the same step of the curve replaces"])
        #expect(
            try log.texts("SELECT experiment, state, started FROM any_run ORDER BY 1") == [
                ["chests", "completed", "2025-10-09T08:53:20.000Z"],
                ["other", "completed", "2025-10-09T08:53:20.000Z"],
            ])
        #expect(
            try log.texts("SELECT value FROM any_metric ORDER BY position") == [["0.75"], ["0.5"]])
    }

    /// Values that stand in fields of their types, as newer clients may write them.
    @Test func typedValuesAreTaken() throws {
        func typed(_ name: String, _ write: (inout ProtocolBuffer) -> Void) -> ProtocolBuffer {
            WandBLog.message {
                $0.write(2, text: name)
                write(&$0)
            }
        }
        let history = WandBLog.record(2) {
            $0.write(1, message: typed("none") { $0.write(3, integer: 0) })
            $0.write(1, message: typed("flag") { $0.write(4, integer: 1) })
            $0.write(1, message: typed("whole") { $0.write(5, integer: 7) })
            $0.write(1, message: typed("number") { $0.write(6, double: 0.1) })
            $0.write(1, message: typed("text") { $0.write(7, text: "x") })
            $0.write(1, message: typed("json") { $0.write(8, text: #"{"a": 2}"#) })
            $0.write(1, message: typed("_step") { $0.write(5, integer: 6) })
        }
        try write([WandBLog.run(), history], "a.wandb")
        #expect(try take().leftOut == ["3 values without a number"])
        #expect(
            try log.texts("SELECT name, position, value FROM any_metric ORDER BY 1") == [
                ["json.a", "3", "2.0"], ["number", "3", "0.1"], ["whole", "3", "-4.0"],
            ])
    }

    @Test func otherFilesAreRefused() throws {
        let error = #expect(throws: ImportError.self) { try take() }
        #expect(error?.isMissing == true)
        let folder = log.folder.appendingPathComponent("wandb")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        #expect(throws: ImportError.self) { try take() }
        _ = try log.write("nonsense", "wandb/x.wandb")
        try write([WandBLog.exit(0)], "y.wandb")
        let whole = try write(WandBLog.whole, "z.wandb")
        #expect(mkfifo(folder.appendingPathComponent("pipe.wandb").path, 0o600) == 0)
        try FileManager.default.createSymbolicLink(
            at: folder.appendingPathComponent("link.wandb"), withDestinationURL: whole)
        let report = try take()
        #expect((report.added, report.refused.count) == (1, 2))
        #expect(report.refused[0].contains("found another beginning"))
        #expect(report.refused[1].contains("no record of the run"))
        let pipe = #expect(throws: ImportError.self) {
            try Importer(into: log.store, version: "0").take(
                WandBImport(folder.appendingPathComponent("pipe.wandb")))
        }
        #expect(pipe?.description.contains("found a pipe") == true)
    }
}
