import Domain
import Foundation
import GRDB
import Testing

@testable import RunStore

/// What an ensemble measured is a run of its own, known by its members.
@Suite struct EnsembleTests {
    let folder: Folder

    init() throws { folder = try Folder() }

    private static func cells(_ count: UInt64 = 2) -> [RunDescription] {
        (1...count).map { Fixture.cell(seed: $0) }
    }

    private static func evaluation(
        of cells: [RunDescription] = cells(), mirrored: Bool = false,
        on dataset: DatasetRecord = ExternalFixture.dataset(), dice: Double = 0.7,
        weights: String = WeightsFixture.digest
    ) -> EnsembleEvaluation {
        EnsembleEvaluation(
            ensemble: EnsembleRun(
                members: cells.map(\.configuration.digest), isMirrored: mirrored),
            name: "two", parameters: ["members": .integer(2), "model": .text("unet")],
            weightsDigests: cells.map { _ in weights }, dataset: dataset, code: "c0de",
            record: ExternalFixture.evaluation(of: 1, dice: dice).record)
    }

    private func filled(_ name: String = "runs.db") throws -> RunStore {
        let store = try folder.store(name)
        for cell in Self.cells() { try ExternalFixture.complete(cell, in: store) }
        return store
    }

    private func count(_ store: RunStore, _ from: String) throws -> Int64 {
        try #require(try store.query("SELECT count(*) FROM \(from)").rows.first?[0].integer)
    }

    @Test func itIsKeptOnceAndBesideItsMembers() throws {
        let store = try filled()
        let views = ["result", "image_metric", "run_overview", "metric", "evaluation"]
        let before = try views.map { try store.query("SELECT * FROM \($0)").rows }
        let run = try #require(try store.record(Self.evaluation()))
        // In whatever order they are named.
        #expect(try store.record(Self.evaluation(of: Self.cells().reversed())) == nil)
        let mirrored = try #require(try store.record(Self.evaluation(mirrored: true)))
        #expect(run == 3 && mirrored == 4)
        #expect(try store.number(of: Self.evaluation().ensemble) == run)
        #expect(try store.check() == [])
        #expect(try views.map { try store.query("SELECT * FROM \($0)").rows } == before)
        let rows = try store.query(
            """
            SELECT x.run, a.name, x.trained_on, x.tested_on, x.images, round(x.mean, 6)
            FROM external_result x JOIN any_run a ON a.run = x.run
            WHERE x.name = 'dice' ORDER BY x.run
            """
        ).rows
        #expect(
            rows[0] == [
                .integer(3), .text("two"), .null, .text("scx"), .integer(3), .real(0.8),
            ])
        // Its members, in SQL.
        let members = try store.query(
            """
            SELECT m.id FROM run e JOIN json_each(e.configuration, '$.members') j
                JOIN run m ON m.digest = j.value WHERE e.id = 3 ORDER BY m.id
            """
        ).rows
        #expect(members == [[.integer(1)], [.integer(2)]])
        let keys = try store.exportedRun(run).results.map(\.key)
        #expect(keys.contains("best/external/scx/dice"))
    }

    /// On a data set that members were trained on too; each member alone on the same images.
    @Test func ownDataSetsAreNoOthers() throws {
        let store = try filled()
        var own = Self.evaluation(on: Fixture.dataset)
        own.record = EvaluationRecord(
            weights: .best, split: .test, images: Array(Fixture.split.test.prefix(3)),
            values: ["dice": [1, 1, 1]])
        let run = try #require(try store.record(own))
        #expect(try store.check() == [])
        let found = try #require(try store.reportEnsembles(weights: .best).first)
        #expect(found.run == run && found.results["dice"]?.images == 3)
        #expect(found.members == own.ensemble.members)
        let alone = try #require(found.alone["dice"])
        #expect(alone.keys.sorted() == [1, 2])
        #expect(alone.values.allSatisfy { abs($0 - 2.6 / 3) < 1e-12 })
        #expect(try store.reportEnsembles(weights: .last) == [])
    }

    @Test func membersAreWhatWasEvaluated() throws {
        let store = try filled()
        let waiting = try #require(try store.plan([Fixture.cell(seed: 9)]).first)
        #expect(waiting.state == .queued)
        for wrong in [
            Self.evaluation(weights: "other"),
            Self.evaluation(of: [Fixture.cell(seed: 1), Fixture.cell(seed: 9)]),
            Self.evaluation(of: [Fixture.cell(seed: 1), Fixture.cell(seed: 10)]),
        ] { #expect(throws: StoreError.self) { try store.record(wrong) } }
        #expect(try count(store, "external_evaluation") == 0)
        #expect(try count(store, "any_run WHERE kind = 'logged'") == 0)
    }

    @Test func changesByHandAreFound() throws {
        let store = try filled()
        try store.record(Self.evaluation())
        try store.write {
            try $0.execute(sql: "UPDATE evaluation_metric SET pooled = 1 WHERE pooled = 0.75")
        }
        #expect(try store.check().contains { $0.kind == .seal && $0.message.contains("run 3") })
        // No other run that is no cell may have results.
        let other = try folder.store("other.db")
        let run = try LoggedFixture.complete(in: other)
        let data = try other.register(ExternalFixture.dataset())
        try other.write {
            try $0.execute(
                sql: """
                    INSERT INTO any_evaluation (run, weights, split, images, dataset_id,
                        weights_digest, created) VALUES (?, 'best', 'external', 0, ?, 'd', 'c')
                    """, arguments: [run, data])
        }
        #expect(try other.check().contains { $0.message.contains("it was logged and has results") })
    }

    /// An ensemble is a run as any other: where it was changed, it is named after a merge too.
    @Test func anAlteredOneStaysNamed() throws {
        let store = try filled("a.db")
        try store.record(Self.evaluation())
        let whole = try folder.store("whole.db").merge([store.url])
        #expect(whole.added == 3 && whole.failures.isEmpty)
        try store.write {
            try $0.execute(
                sql: """
                    UPDATE run SET seal = NULL WHERE run_kind = 'logged';
                    UPDATE param SET value = 'x' WHERE run = 3 AND name = 'model'
                    """)
        }
        let new = try folder.store("new.db")
        let report = try new.merge([store.url])
        #expect(report.added == 3 && report.problems.count == 1, "\(report)")
        #expect(try new.check().count { $0.kind == .seal } == 1)
    }

    @Test func mergeIsTheUnion() throws {
        let first = try filled("a/runs.db")
        try first.close()
        try FileManager.default.copyItem(
            at: folder.url.appendingPathComponent("a"),
            to: folder.url.appendingPathComponent("b"))
        let (a, b) = (try folder.store("a/runs.db"), try folder.store("b/runs.db"))
        try a.record(Self.evaluation())
        try b.record(
            Self.evaluation(on: ExternalFixture.dataset("jcx", fingerprint: "j")))
        try b.record(Self.evaluation(mirrored: true))
        let report = try a.merge([b.url])
        #expect(report.added == 1 && report.evaluations == 1 && report.problems == [])
        #expect(try a.merge([b.url]).evaluations == 0)
        #expect(try a.check() == [])
        #expect(try count(a, "external_evaluation") == 3)
    }

    @Test func shipTakesItWhereAllItsMembersGo() throws {
        let store = try filled()
        try store.record(Self.evaluation())
        let experiment = try store.record(
            ExperimentRecord(name: "both", source: "name: both"))
        _ = try store.plan(Self.cells(), experiment: experiment)
        let one = try store.record(ExperimentRecord(name: "one", source: "name: one"))
        _ = try store.plan(Self.cells(1), experiment: one)
        for (name, ensembles) in [("both", 1), ("one", 0)] as [(String, Int64)] {
            let copy = folder.url.appendingPathComponent("\(name).db")
            _ = try RunStore.ship(from: store.url, to: copy, experiments: [name])
            let shipped = try folder.store("\(name).db", .readOnly)
            #expect(try count(shipped, "external_evaluation") == ensembles)
            #expect(try shipped.check() == [])
        }
    }

    /// Results of weights that are gone go with them.
    @Test func retrainingAMemberTakesItAway() throws {
        let store = try filled()
        try store.record(Self.evaluation())
        let again = try #require(try store.planRetraining(of: [2], by: "n3w").first)
        let lease = try #require(
            try store.claim(again.id, for: Worker(), environment: Fixture.environment))
        let data = try store.register(Fixture.dataset)
        try lease.use(dataset: data, split: try store.register(Fixture.split, dataset: data))
        try lease.finish(RunSummary(seconds: 1))
        #expect(try count(store, "any_run WHERE kind = 'logged'") == 0)
        #expect(try store.check() == [])
    }

    @Test func thresholdsAreThoseOfValidationImages() throws {
        let store = try folder.store()
        let run = try #require(try store.plan([Fixture.cell()]).first).id
        let lease = try #require(
            try store.claim(run, for: Worker(), environment: Fixture.environment))
        let data = try store.register(Fixture.dataset)
        try lease.use(dataset: data, split: try store.register(Fixture.split, dataset: data))
        for (part, images, value) in [
            (SplitPart.validation, Fixture.split.validation, 0.3), (.test, Fixture.split.test, 0.9),
        ] {
            try lease.record(
                EvaluationRecord(
                    weights: .best, split: part, images: images,
                    values: ["dice": images.map { _ in 0.5 }],
                    pooled: ["threshold": value, "threshold/heart": value + 0.05, "dice": 0.5]))
        }
        try lease.finish(RunSummary(seconds: 1))
        #expect(
            try store.thresholds(of: run, weights: .best)
                == ["threshold": 0.3, "threshold/heart": 0.35])
        #expect(try store.thresholds(of: run, weights: .last) == [:])
    }
}
