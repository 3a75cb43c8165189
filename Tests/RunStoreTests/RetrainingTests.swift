import Domain
import Foundation
import RunStore
import Testing

/// Training again keeps the old results until the new ones are whole.
@Suite struct RetrainingTests {
    private let folder: Folder
    private let store: RunStore
    private let code = CodeIdentity(digest: String(repeating: "b", count: 64))

    init() throws {
        folder = try Folder()
        store = try folder.store()
    }

    private func claim(_ run: RunID) throws -> RunLease {
        try #require(
            try store.claim(
                run, for: Worker(),
                environment: RunEnvironment(version: "1", code: code, cpu: "test", threads: 1)))
    }

    private func retrain(_ run: RunID) throws -> PlannedRun {
        try #require(try store.planRetraining(of: [run], by: code.digest).first)
    }

    /// Trains an epoch and evaluates; `dice` on every image.
    private func train(_ lease: RunLease, dice: Double) throws {
        try lease.rewind(toEpoch: 0)
        let data = try store.register(Fixture.dataset)
        try lease.use(dataset: data, split: try store.register(Fixture.split, dataset: data))
        try lease.log(Fixture.points(epoch: 1, dice: dice))
        try lease.record(
            EvaluationRecord(
                weights: .best, split: .test, epoch: 1, images: Fixture.split.test,
                values: ["dice": Fixture.split.test.map { _ in dice }]))
        try lease.record(ArtifactRecord(kind: "w", path: "runs/x/new", bytes: 3, digest: "d"))
    }

    @Test func theOldResultsStayUntilTheNewAreWhole() throws {
        let old = try Fixture.complete(Fixture.cell(), dice: 0.9, in: store)
        let before = try store.overview(of: old)
        let again = try retrain(old)
        #expect(again.id != old && again.state == .queued)
        let lease = try claim(again.id)
        try train(lease, dice: 0.4)
        #expect(try store.overview(of: old) == before)
        // Reports, which would count the cell twice, do not see it.
        #expect(try store.reportRuns(ReportSelection()).map(\.id) == [old])
        try lease.interrupt()
        #expect(try store.overview(of: old) == before)
        // Asked again, it is the same run that goes on.
        #expect(try retrain(old).id == again.id)
        #expect(try retrain(old).state == .interrupted)

        let idle = try claim(again.id)
        try train(idle, dice: 0.5)
        #expect(try idle.finish(RunSummary(seconds: 2)) == [])
        let after = try store.overview(of: old)
        #expect(after.testDice == 0.5 && after.epoch == 1 && after.state == .completed)
        #expect(after.digest == before.digest && after.experiment == before.experiment)
        #expect(try store.query("SELECT count(*) FROM run").rows == [[.integer(1)]])
        #expect(
            try store.query("SELECT code FROM run").rows == [[.text(code.digest)]])
        #expect(try store.artifacts(of: old).map(\.path) == ["runs/x/new"])
        let events = try store.detail(of: old).events.map(\.message)
        #expect(
            events.contains { $0.hasPrefix("trained again; before by unknown code, test Dice") })
        #expect(try store.check() == [])
        // A store that holds such a run is merged and shipped as any other.
        let all = try folder.store("all.db")
        #expect(try all.merge([store.url]).added == 1)
    }

    @Test func filesThatAreReplacedAreNamed() throws {
        let old = try Fixture.complete(Fixture.cell(), dice: 0.9, in: store)
        let first = try #require(try store.planRetraining(of: [old], by: "one").first)
        let lease = try #require(
            try store.claim(first.id, for: Worker(), environment: Fixture.environment))
        try lease.record(ArtifactRecord(kind: "w", path: "runs/x/a", bytes: 1, digest: "a"))
        try lease.record(ArtifactRecord(kind: "v", path: "runs/x/same", bytes: 1, digest: "s"))
        #expect(try lease.finish(RunSummary(seconds: 1)) == [])
        let second = try #require(try store.planRetraining(of: [old], by: "two").first)
        let other = try #require(
            try store.claim(second.id, for: Worker(), environment: Fixture.environment))
        try other.record(ArtifactRecord(kind: "w", path: "runs/x/b", bytes: 1, digest: "b"))
        try other.record(ArtifactRecord(kind: "v", path: "runs/x/same", bytes: 1, digest: "s"))
        #expect(try other.finish(RunSummary(seconds: 1)) == ["runs/x/a"])
    }

    @Test func aFailureLeavesTheOldResultsAndMayBeTriedAgain() throws {
        let old = try Fixture.complete(Fixture.cell(), dice: 0.9, in: store)
        let again = try retrain(old)
        try claim(again.id).fail("the loss is nan")
        #expect(try store.overview(of: old).testDice != nil)
        #expect(try retrain(old).state == .interrupted)
    }

    @Test func otherCodesBeginningIsGivenUp() throws {
        let old = try Fixture.complete(Fixture.cell(), dice: 0.9, in: store)
        let first = try #require(try store.planRetraining(of: [old], by: "one").first)
        let second = try #require(try store.planRetraining(of: [old], by: "two").first)
        #expect(first.id != second.id)
        #expect(
            try store.query("SELECT id FROM run WHERE retrains = \(old)").rows
                == [[.integer(second.id)]])
        // Not while somebody works on it.
        _ = try claim(second.id)
        _ = try store.planRetraining(of: [old], by: "three")
        #expect(
            try store.query("SELECT count(*) FROM run WHERE retrains = \(old)").rows
                == [[.integer(2)]])
    }

    @Test func deletingTheRunDeletesTheAttempt() throws {
        let old = try Fixture.complete(Fixture.cell(), dice: 0.9, in: store)
        _ = try retrain(old)
        try store.delete([old])
        #expect(try store.query("SELECT count(*) FROM run").rows == [[.integer(0)]])
    }

    /// The file of an experiment has other cells than before.
    @Test func formerCellsStayLinkedAsFormerOnes() throws {
        let experiment = try store.record(ExperimentRecord(name: "grid"))
        let cells = (1...3).map { Fixture.cell(seed: $0) }
        for cell in cells { try Fixture.complete(cell, dice: 0.9, in: store) }
        _ = try store.plan(cells, experiment: experiment, isWhole: true)
        var selection = ReportSelection()
        selection.experiment = "grid"
        #expect(try store.reportRuns(selection).map(\.id) == [1, 2, 3])

        _ = try store.plan(Array(cells[1...]), experiment: experiment, isWhole: true)
        #expect(try store.reportRuns(selection).map(\.id) == [2, 3])
        #expect(try store.reportFormerRuns(ofExperiment: "grid") == 1)
        #expect(try store.status(experiment: "grid").counts == [.completed: 2])
        selection.includesFormer = true
        #expect(try store.reportRuns(selection).map(\.id) == [1, 2, 3])

        // A part of the cells, as a task of a sweep has them, takes nothing away.
        _ = try store.plan([cells[1]], experiment: experiment)
        selection.includesFormer = false
        #expect(try store.reportRuns(selection).map(\.id) == [2, 3])
        // Back in the file, back in the report.
        _ = try store.plan(cells, experiment: experiment, isWhole: true)
        #expect(try store.reportRuns(selection).map(\.id) == [1, 2, 3])
    }
}
