import Assembly
import Datasets
import Foundation
import Losses
import Models
import RunStore
import Specification
import TensorCore
import Testing
import Training

@testable import Runner

/// A folder of its own with a store, a fake procedure and the phantom data set.
struct Workbench {
    let folder: URL
    let store: RunStore
    let log = FakeProcedure.Log()
    let stop = StopSignal()

    init(folder: URL? = nil, name: String = "lightbox.db") throws {
        self.folder =
            folder
            ?? FileManager.default.temporaryDirectory.appendingPathComponent(
                "lightbox-\(UUID().uuidString)")
        store = try RunStore(at: self.folder.appendingPathComponent(name))
    }

    /// The experiment of that text and its sweep.
    func prepare(
        _ text: String, failing: Double = -1, retries: Bool = false, worker: WorkerCommand? = nil,
        code: String? = nil, retrains: Bool = false,
        afterEpoch: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws -> (spec: Spec, sweep: Sweep) {
        var zoo = Zoo.standard
        let procedure = FakeProcedure(
            log: log, failingLearningRate: failing, afterEpoch: afterEpoch)
        zoo.procedures = [procedure.entry]
        let vocabulary = zoo.vocabulary(reports: ["sweep"])
        let spec = try Spec(text: text, path: "e.yaml", vocabulary: vocabulary)
        let code = code.map { CodeIdentity(digest: String(repeating: $0, count: 64)) }
        let runner = CellRunner(
            zoo: zoo, shelf: DatasetShelf(root: DataRoot(folder)), store: store, stop: stop,
            environment: .here(version: "test", code: code, revision: nil, threads: 1))
        var sweep = Sweep(
            spec.record, plan: try SweepPlan(spec, vocabulary: vocabulary), runner: runner)
        sweep.retriesFailed = retries
        sweep.retrains = retrains
        sweep.workers = worker.map { ($0, 1) }
        return (spec, sweep)
    }

    func sweep(
        _ text: String, failing: Double = -1, retries: Bool = false, code: String? = nil,
        retrains: Bool = false, afterEpoch: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws -> (outcome: Sweep.Outcome, events: [SweepEvent]) {
        let sweep = try prepare(
            text, failing: failing, retries: retries, code: code, retrains: retrains,
            afterEpoch: afterEpoch
        ).sweep
        var events: [SweepEvent] = []
        let outcome = try sweep.run { events.append($0) }
        return (outcome, events)
    }

    func number(_ sql: String) throws -> Int64 {
        try #require(try store.query(sql).rows.first?.first?.integer)
    }
}

@Suite struct SweepTests {
    static let grid = """
        name: fake
        grid: {dataset: phantom, model: unet, loss: [tv, kltv], seed: [1, 2]}
        train: {epochs: 3, image: 32, width: 1, learning-rate: 0.1}
        """

    @Test func everyMissingCellIsTrainedOnce() throws {
        let bench = try Workbench()
        let first = try bench.sweep(Self.grid)
        #expect(first.outcome.trained == 4)
        #expect(first.outcome.failed == 0)
        #expect(bench.log.trained == Array(repeating: [1, 2, 3], count: 4))
        #expect(try bench.number("SELECT count(*) FROM run WHERE state = 'completed'") == 4)
        #expect(try bench.number("SELECT count(*) FROM metric WHERE name = 'dice'") == 12)

        let second = try bench.sweep(Self.grid)
        #expect(second.outcome.trained == 0)
        #expect(second.outcome.done == 4)
        #expect(bench.log.trained.count == 4)
        let titles = ["tv", "kltv"].flatMap { loss in
            (1...2).map { "phantom unet \(loss) 100 % seed \($0)" }
        }
        #expect(second.events == [.planned(name: "fake", cells: titles, done: 4)])

        let wider = try bench.sweep(Self.grid.replacing("seed: [1, 2]", with: "seed: [1, 2, 3]"))
        #expect(wider.outcome.done == 4)
        #expect(wider.outcome.trained == 2)
    }

    @Test func aFailedCellIsRecordedAndTheSweepGoesOn() throws {
        let bench = try Workbench()
        let grid = Self.grid.replacing("learning-rate: 0.1", with: "learning-rate: [0.1, 9]")
        let first = try bench.sweep(grid, failing: 9)
        #expect(first.outcome.trained == 4)
        #expect(first.outcome.failed == 4)
        let errors = try bench.store.query("SELECT DISTINCT error FROM run WHERE state = 'failed'")
        #expect(errors.rows == [[.text("loss is nan at epoch 1, step 1")]])
        let logs = try bench.store.query("SELECT DISTINCT message FROM event WHERE level = 'error'")
        #expect(
            logs.rows == [
                [.text("loss is nan at epoch 1, step 1\nstarted at epoch 1 of 3 epochs of 1 step")]
            ])

        let second = try bench.sweep(grid, failing: 9)
        #expect(second.outcome.trained == 0)
        #expect(second.outcome.failed == 4)

        let third = try bench.sweep(grid, retries: true)
        #expect(third.outcome.trained == 4)
        #expect(third.outcome.failed == 0)
        #expect(try bench.number("SELECT count(*) FROM run WHERE state = 'completed'") == 8)
    }

    @Test func aStoppedSweepContinuesWhereItStopped() throws {
        let bench = try Workbench()
        let stop = bench.stop
        let first = try bench.sweep(Self.grid) { epoch in if epoch == 2 { stop.ask() } }
        #expect(first.outcome.isInterrupted)
        #expect(first.events.contains(.cellInterrupted(cell: 0)))
        #expect(try bench.number("SELECT count(*) FROM run WHERE state = 'interrupted'") == 1)
        #expect(bench.log.trained == [[1, 2]])

        stop.reset()
        let second = try bench.sweep(Self.grid)
        #expect(second.outcome.trained == 4)
        #expect(
            bench.log.trained.sorted { $0.count < $1.count }
                == Array(
                    repeating: [1, 2, 3], count: 4))
        #expect(try bench.number("SELECT count(*) FROM metric WHERE name = 'dice'") == 12)
    }

    @Test func aMissingDatasetDoesNotStopTheOthers() throws {
        let bench = try Workbench()
        let both = Self.grid.replacing("dataset: phantom", with: "dataset: [mcx, phantom]")
        let swept = try bench.sweep(both)
        let outcome = swept.outcome
        #expect(outcome.trained == 4)
        #expect(outcome.failed == 4)
        let failed = swept.events.filter { if case .cellFailed = $0 { true } else { false } }
        #expect(failed.count == 4, "each has its line")
        #expect(outcome.problems.count == 1)
        #expect(outcome.problems.first?.contains("MontgomerySet") == true)

        let missing = Self.grid.replacing("dataset: phantom", with: "dataset: mcx")
        #expect(throws: DatasetError.self) { try bench.sweep(missing) }
    }

    @Test func cellsOfLivingWorkersAreLeftAlone() throws {
        let bench = try Workbench()
        let stop = bench.stop
        _ = try bench.sweep(Self.grid) { _ in stop.ask() }
        let run = try bench.number("SELECT min(id) FROM run")
        let environment = RunEnvironment(version: "test", cpu: "test", threads: 1)
        let lease = try bench.store.claim(run, for: Worker(), environment: environment)
        #expect(lease != nil)
        stop.reset()
        // The other worker is this very process; stop once everything else is done.
        let second = try bench.sweep(Self.grid) { epoch in
            if epoch == 3, bench.log.trained.filter({ $0.count == 3 }).count == 3 { stop.ask() }
        }
        #expect(second.outcome.trained >= 2)
        #expect(bench.log.trained.filter { $0 == [1] }.count == 1)
    }

    @Test(arguments: ["deleted", "replaced"])
    func aStoreThatIsNotThereAnyMoreEndsTheSweep(how: String) throws {
        let bench = try Workbench()
        let url = bench.store.url
        let error = #expect(throws: StoreError.self) {
            try bench.sweep(Self.grid) { epoch in
                guard epoch == 2 else { return }
                if how == "replaced" {
                    let other = url.deletingLastPathComponent().appendingPathComponent("other.db")
                    _ = try? RunStore(at: other)
                    rename(other.path, url.path)
                } else {
                    unlink(url.path)
                }
            }
        }
        guard case .displaced = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(bench.log.trained.count == 1, "no other cell was trained into nowhere")
    }

    @Test func anotherStoresCheckpointIsLeftAlone() throws {
        let bench = try Workbench()
        let stop = bench.stop
        _ = try bench.sweep(Self.grid) { epoch in if epoch == 2 { stop.ask() } }
        let other = try Workbench(folder: bench.folder, name: "other.db")
        let outcome = try other.sweep(Self.grid).outcome
        #expect(outcome.trained == 4)
        #expect(try other.number("SELECT min(epoch) FROM metric") == 1)
        #expect(
            try other.number("SELECT count(*) FROM event WHERE message GLOB '*another store*'") == 1
        )
        stop.reset()
        #expect(try bench.sweep(Self.grid).outcome.trained == 4)
        #expect(bench.log.trained.allSatisfy { $0 == [1, 2, 3] })
        #expect(other.log.trained == Array(repeating: [1, 2, 3], count: 4))
    }
}
