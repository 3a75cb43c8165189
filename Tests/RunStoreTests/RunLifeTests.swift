import Foundation
import GRDB
import RunStore
import Testing

@Suite struct RunLifeTests {
    let folder: Folder
    let store: RunStore

    init() throws {
        folder = try Folder()
        store = try folder.store()
    }

    @Test func planningTwiceFindsTheSameRuns() throws {
        let experiment = try store.record(ExperimentRecord(name: "demo"))
        let cells = (1...3).map { Fixture.cell(seed: $0) }
        let first = try store.plan(cells, experiment: experiment)
        #expect(first.map(\.state) == [.queued, .queued, .queued])
        #expect(Set(first.map(\.id)).count == 3)
        #expect(try store.plan(cells, experiment: experiment) == first)
        #expect(try store.plan(cells.reversed()).map(\.id) == first.map(\.id).reversed())
        #expect(try store.runs(withDigests: cells.map(\.configuration.digest)).count == 3)
    }

    @Test func aRunIsClaimedOnce() throws {
        let run = try #require(try store.plan([Fixture.cell()]).first).id
        let lease = try store.claim(run, for: Worker(), environment: Fixture.environment)
        #expect(lease != nil)
        #expect(try store.claim(run, for: Worker(), environment: Fixture.environment) == nil)
    }

    @Test func aLateWorkerLosesItsLease() throws {
        let run = try #require(try store.plan([Fixture.cell()]).first).id
        let late = try #require(
            try store.claim(run, for: Worker(), environment: Fixture.environment, lifetime: -1))
        #expect(try store.plan([Fixture.cell()]).map(\.state) == [.interrupted])
        let next = try #require(
            try store.claim(run, for: Worker(), environment: Fixture.environment))
        #expect(throws: StoreError.self) { try late.log(Fixture.points(epoch: 1, dice: 0.5)) }
        #expect(throws: StoreError.self) { try late.finish(RunSummary(seconds: 1)) }
        try next.log(Fixture.points(epoch: 1, dice: 0.5))
        let attempts = try store.query("SELECT attempts, state FROM run")
        #expect(attempts.rows == [[.integer(2), .text("running")]])
    }

    @Test func aCompletedRunShowsItsResults() throws {
        let run = try Fixture.complete(Fixture.cell(), dice: 0.9, in: store)
        let overview = try store.query(
            """
            SELECT state, best_epoch, validation_dice, round(test_dice, 9), test_dice_pooled
            FROM run_overview WHERE run = :run
            """, parameters: ["run": .integer(run)])
        #expect(
            overview.rows == [
                [.text("completed"), .integer(2), .real(0.9), .real(0.9), .real(0.901)]
            ])
        let confusion = try store.query("SELECT target, predicted, count FROM confusion")
        #expect(
            confusion.rows == [
                [.text("normal"), .text("normal"), .integer(3)],
                [.text("tuberculosis"), .text("normal"), .integer(2)],
            ])
        #expect(try store.query("SELECT macro_f1 FROM classification").rows == [[.real(0.625)]])
    }
}
