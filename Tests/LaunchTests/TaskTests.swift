import Assembly
import Datasets
import Foundation
import RunStore
import Runner
import Specification
import Testing
import Training

@testable import Launch
@testable import RunnerTests

/// Tasks of a launched sweep from manifest to merge, with a procedure that trains nothing.
@Suite struct TaskTests {
    let folder: URL
    let log = FakeProcedure.Log()

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "lightbox-\(UUID().uuidString)")
        _ = try PhantomWriter(
            layout: .mcx, options: PhantomOptions(count: 12, size: .square(64), seed: 3)
        ).write(to: folder)
    }

    /// Four cells of three epochs.
    private static let grid = SweepTests.grid.replacing("dataset: phantom", with: "dataset: mcx")

    private var store: URL { folder.appendingPathComponent("results/lightbox.db") }

    private func request(_ text: String = Self.grid) throws -> LaunchRequest {
        let file = folder.appendingPathComponent("e.yaml")
        try text.write(to: file, atomically: true, encoding: .utf8)
        let vocabulary = Zoo.standard.vocabulary(reports: ["sweep"])
        let spec = try Spec(path: file.path, vocabulary: vocabulary)
        var request = LaunchRequest(
            spec: spec, plan: try SweepPlan(spec, vocabulary: vocabulary), store: store,
            data: DataRoot(folder), program: URL(fileURLWithPath: "/bin/false"), version: "test")
        request.options.pack = 3
        return request
    }

    private func prepare(_ request: LaunchRequest) throws -> PreparedSweep? {
        let launcher = ParallelLauncher()
        let open = try OpenCells(request, for: launcher, isDryRun: false)
        return try PreparedSweep(open, of: request, launcher: launcher, isDryRun: false)
    }

    private func run(
        _ sweep: SweepFolder, _ task: Int, stop: TaskStop = TaskStop(), restarts: Int = 0,
        saveEvery: Double = 600, afterEpoch: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws -> TaskRunner.Ending {
        var zoo = Zoo.standard
        zoo.procedures = [FakeProcedure(log: log, afterEpoch: afterEpoch).entry]
        var surroundings = TaskRunner.Surroundings(
            cpus: 1, scratch: folder.appendingPathComponent("scratch"), version: "test")
        surroundings.restarts = restarts
        surroundings.job = "12_\(task)"
        surroundings.saveEvery = saveEvery
        return try TaskRunner(
            sweep: sweep, task: task, surroundings: surroundings, stop: stop, zoo: zoo,
            isolates: false
        ).run { _ in }
    }

    private func number(_ sql: String) throws -> Int64 {
        let store = try RunStore(at: store, mode: .readOnly)
        return try #require(try store.query(sql).rows.first?.first?.integer)
    }

    private func status() throws -> [String] {
        try SweepStatus(beside: RunStore(at: store, mode: .readOnly)).lines
    }

    private func isThere(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: folder.appendingPathComponent(path).path)
    }

    @Test func fromManifestToMerge() throws {
        let sweep = try #require(try prepare(request()))
        #expect(sweep.folder.name == "fake-1")
        #expect(sweep.size == "4 cells in 2 tasks")
        #expect(try number("SELECT count(*) FROM run WHERE state = 'queued'") == 4)
        #expect(try run(sweep.folder, 0) == .finished(failed: 0))
        #expect(try status()[0].contains("1 completed, 1 waiting; 3 of 4 cells trained"))
        #expect(try run(sweep.folder, 1) == .finished(failed: 0))
        // A task that is done does nothing.
        #expect(try run(sweep.folder, 1) == .finished(failed: 0))
        #expect(log.trained == Array(repeating: [1, 2, 3], count: 4))
        #expect(isThere("results/sweeps/fake-1/shards/0000.db"))
        // A shard is one file, so that nobody needs shared memory on a network file system.
        #expect(!isThere("results/sweeps/fake-1/shards/0000.db-wal"))
        let header = try Data(contentsOf: sweep.folder.shard(0)).prefix(20)
        #expect(header[18] == 1 && header[19] == 1, "a shard in WAL mode")
        let scratch = folder.appendingPathComponent("scratch").path
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch).isEmpty)

        let merge = try SweepMerge(sweep.folder, into: store)
        let first = try merge.run(ended: true)
        #expect(first.report.replaced == 4 && first.report.failures.isEmpty)
        #expect(first.report.files == 4 && first.lost.isEmpty && first.done == 4)
        #expect(try number("SELECT count(*) FROM metric WHERE name = 'dice'") == 12)
        let path = "SELECT count(*) FROM artifact WHERE path LIKE 'runs/%/best.safetensors'"
        #expect(try number(path) == 4)
        let second = try merge.run(ended: true)
        #expect(second.report.replaced == 0 && second.report.kept == 4)
        #expect(try status().isEmpty)
        #expect(try prepare(request()) == nil)
    }

    @Test func theTimeLimitSavesAndTheNextStartGoesOn() throws {
        let sweep = try #require(try prepare(request())).folder
        let stop = TaskStop()
        let ending = try run(sweep, 0, stop: stop) { epoch in
            if epoch == 2 { stop.ask(.limit) }
        }
        #expect(ending == .again)
        #expect(sweep.state(of: 0)?.phase == .saved)
        #expect(log.trained == [[1, 2]])
        // Merging in between takes what is there and does no harm.
        _ = try SweepMerge(sweep, into: store).run(ended: false)
        #expect(try number("SELECT count(*) FROM run WHERE state = 'interrupted'") == 1)

        #expect(try run(sweep, 0, restarts: 1) == .finished(failed: 0))
        #expect(log.trained == Array(repeating: [1, 2, 3], count: 3))
        #expect(sweep.state(of: 0)?.restarts == 1)
        let folders = "results/sweeps/fake-1/shards/runs"
        for name in try FileManager.default.contentsOfDirectory(
            atPath: folder.appendingPathComponent(folders).path)
        {
            #expect(!isThere("\(folders)/\(name)/checkpoint.safetensors"))
        }
        _ = try SweepMerge(sweep, into: store).run(ended: false)
        #expect(try number("SELECT count(*) FROM metric WHERE name = 'dice'") == 9)
    }

    @Test func requeuesAreBoundedAndTimedOutCellsComeAgain() throws {
        var request = try request()
        request.options.requeues = 2
        let sweep = try #require(try prepare(request)).folder
        let stop = TaskStop()
        let ending = try run(sweep, 0, stop: stop, restarts: 2) { epoch in
            if epoch == 2 { stop.ask(.limit) }
        }
        let reason = "reached its time limit and may not requeue itself again (requeues: 2 of 2)"
        #expect(ending == .stopped(reason: reason))
        #expect(try status()[1].contains("task 0 (job 12_0): timed out: \(reason)"))

        let outcome = try SweepMerge(sweep, into: store).run(ended: true)
        #expect(outcome.lost.count == 4 && outcome.done == 0)
        let errors = try RunStore(at: store, mode: .readOnly).query(
            "SELECT DISTINCT error FROM run ORDER BY 1"
        ).rows
        #expect(
            errors == [
                [.text("task 0 (job 12_0) of sweep fake-1 \(reason)")],
                [.text("task 1 of sweep fake-1 never started")],
            ])
        #expect(try prepare(request) == nil, "failed cells come again only when asked")

        request.retriesFailed = true
        let again = try #require(try prepare(request))
        #expect(again.folder.name == "fake-2")
        #expect(again.manifest.items.filter { $0.continues != nil }.count == 1)
        #expect(try number("SELECT count(*) FROM run WHERE state = 'interrupted'") == 4)
        // The merge of the first sweep, repeated, does not take that back.
        #expect(try SweepMerge(sweep, into: store).run(ended: true).lost.isEmpty)
        for task in 0..<2 { #expect(try run(again.folder, task) == .finished(failed: 0)) }
        // The cell that had begun went on after its second epoch.
        #expect(log.trained == Array(repeating: [1, 2, 3], count: 4))
        let final = try SweepMerge(again.folder, into: store).run(ended: true)
        #expect(final.done == 4)
        #expect(try number("SELECT count(*) FROM metric WHERE name = 'dice'") == 12)
        #expect(try status().isEmpty)
    }

    @Test func aKilledTaskLeavesWhatItHadDone() throws {
        let sweep = try #require(try prepare(request())).folder
        let stop = TaskStop()
        // Stop in the second cell, then pretend that the process died there without a word.
        let log = log
        _ = try run(sweep, 0, stop: stop) { _ in if log.trained.count == 2 { stop.ask(.request) } }
        var state = try #require(sweep.state(of: 0))
        #expect(state.phase == .cancelled && state.done == 1)
        state.phase = .running
        try sweep.write(state, of: 0)
        let outcome = try SweepMerge(sweep, into: store).run(ended: true)
        #expect(outcome.done == 1 && outcome.lost.count == 3)
        #expect(sweep.state(of: 0)?.phase == .lost)
        let line = try #require(try status().first { $0.contains("task 0") })
        #expect(line.contains("lost: ended without a word") && line.contains("1 of 3 cells done"))
    }

    @Test func savingEveryEpochKeepsShardAndCheckpointTogether() throws {
        let sweep = try #require(try prepare(request())).folder
        let shards = sweep.shards
        let seen = Seen()
        _ = try run(sweep, 0, saveEvery: 0) { epoch in
            // What the folder holds at any moment can be continued: no checkpoint is ahead of the
            // curves in the shard.
            guard let store = try? RunStore(at: sweep.shard(0), mode: .readOnly) else { return }
            let rows = try? store.query(
                "SELECT substr(r.digest, 1, 16), max(epoch) FROM metric m JOIN run r ON r.id = m.run "
                    + "WHERE r.state <> 'completed' GROUP BY r.id"
            ).rows
            for row in rows ?? [] {
                let file = shards.appendingPathComponent(
                    "runs/\(row[0].text ?? "")/checkpoint.safetensors")
                let mark = (try? String(contentsOf: file, encoding: .utf8)).flatMap { Int64($0) }
                seen.add(curve: row[1].integer ?? 0, checkpoint: mark ?? 0)
            }
        }
        #expect(!seen.pairs.isEmpty)
        #expect(seen.pairs.allSatisfy { $0.checkpoint <= $0.curve })
    }

    @Test func aShardThatSomebodyElseWroteIsLeftAlone() throws {
        let sweep = try #require(try prepare(request())).folder
        #expect(throws: LaunchError.elsewhere(sweep: "fake-1", task: 0)) {
            try run(sweep, 0) { _ in
                try? Data("theirs".utf8).write(to: sweep.shard(0))
            }
        }
        #expect(try Data(contentsOf: sweep.shard(0)) == Data("theirs".utf8))
        // A damaged shard is named, and its runs start anew.
        #expect(try run(sweep, 0) == .finished(failed: 0))
    }

    @Test func otherDataOnTheNodeIsAProblemOfTheCell() throws {
        let prepared = try #require(try prepare(request()))
        var manifest = prepared.manifest
        for index in manifest.tasks[0].indices { manifest.tasks[0][index].fingerprint = "other" }
        try prepared.folder.write(manifest)
        #expect(try run(prepared.folder, 0) == .finished(failed: 3))
        _ = try SweepMerge(prepared.folder, into: store).run(ended: true)
        let error =
            "SELECT count(*) FROM run WHERE error LIKE '%is not the data set that the sweep%'"
        #expect(try number(error) == 3)
    }

    @Test func foldersThatAreNoSweepAreRefused() throws {
        #expect(throws: LaunchError.self) { try run(SweepFolder(folder), 0) }
        let sweep = try #require(try prepare(request())).folder
        #expect(throws: LaunchError.noTask(sweep: "fake-1", task: 9, count: 2)) {
            try run(sweep, 9)
        }
        try Data("{\"version\": 2}".utf8).write(
            to: sweep.url.appendingPathComponent("manifest.json"))
        #expect(throws: LaunchError.self) { try SweepMerge(sweep, into: store) }
    }

    @Test func aSearchIsNotHandedOver() throws {
        let text = """
            name: s
            grid: {dataset: mcx, model: unet, loss: tv}
            search: {method: random, objective: validation/dice, trials: 2, space: {width: {choice: [1, 2]}}}
            """
        let request = try request(text)
        #expect(throws: LaunchError.search(path: request.spec.path, launcher: "parallel")) {
            try prepare(request)
        }
    }

    @Test func aSearchIsNotTrainedAgain() throws {
        let text = """
            name: s
            grid: {dataset: phantom, model: unet, loss: tv}
            train: {epochs: 2, image: 32}
            search: {method: random, trials: 1, space: {width: {choice: [1, 2]}}}
            """
        var request = try request(text)
        request.retrains = true
        #expect(throws: LaunchError.self) { try LocalLauncher().launch(request) }
    }

    /// Pairs that a callback saw.
    private final class Seen: @unchecked Sendable {
        private let lock = NSLock()
        private var all: [(curve: Int64, checkpoint: Int64)] = []
        func add(curve: Int64, checkpoint: Int64) {
            lock.withLock { all.append((curve, checkpoint)) }
        }
        var pairs: [(curve: Int64, checkpoint: Int64)] { lock.withLock { all } }
    }
}
