import Domain
import Foundation
import GRDB
import Testing

@testable import RunStore

/// Runs that are tested on data sets that they were not trained on.
enum ExternalFixture {
    static let images = (1...3).map { "other\($0)" }

    static func dataset(
        _ name: String = "scx", fingerprint: String = "e1", origin: DatasetRecord.Origin = .real
    ) -> DatasetRecord {
        DatasetRecord(
            name: name, origin: origin, fingerprint: fingerprint,
            classes: ["normal", "tuberculosis"], side: 128,
            images: images.map { DatasetRecord.Image(name: $0, className: "normal", hasMask: true) }
        )
    }

    static func evaluation(
        of run: RunID, on dataset: DatasetRecord = dataset(), dice: Double = 0.7,
        weightsDigest: String = WeightsFixture.digest
    ) -> ExternalEvaluation {
        ExternalEvaluation(
            run: run, dataset: dataset, weightsDigest: weightsDigest, code: "c0de",
            record: EvaluationRecord(
                weights: .best, split: .test, epoch: 2, images: images,
                values: ["dice": [dice, dice + 0.1, dice + 0.2], "dice/heart": [0.1, 0.2, .nan]],
                pooled: ["dice": dice + 0.05], classes: ["normal": ["f1": 0.5]],
                predictions: images.map {
                    .init(image: $0, target: "normal", predicted: "tuberculosis", probability: 0.6)
                }))
    }

    /// A completed run with weights and results of its own.
    @discardableResult
    static func complete(_ cell: RunDescription, in store: RunStore) throws -> RunID {
        let run = try #require(try store.plan([cell]).first)
        let lease = try #require(
            try store.claim(run.id, for: Worker(), environment: Fixture.environment))
        let data = try store.register(Fixture.dataset)
        try lease.use(dataset: data, split: try store.register(Fixture.split, dataset: data))
        let folder = try store.folder(ofDigest: run.digest).folder
        let file = folder.url.appendingPathComponent("best.safetensors")
        try WeightsFixture.bytes.write(to: file)
        try lease.record(
            ArtifactRecord(
                kind: "weights-best", path: folder.path(of: file.lastPathComponent),
                bytes: Int64(WeightsFixture.bytes.count), digest: WeightsFixture.digest))
        try lease.log(Fixture.points(epoch: 1, dice: 0.5))
        try lease.record(
            EvaluationRecord(
                weights: .best, split: .test, epoch: 1, images: Fixture.split.test,
                values: ["dice": [0.9, 0.9, 0.8, 0.9, 0.9]]))
        try lease.finish(RunSummary(seconds: 1))
        return run.id
    }
}

@Suite struct ExternalTests {
    let folder: Folder

    init() throws { folder = try Folder() }

    private func count(_ store: RunStore, _ from: String) throws -> Int64 {
        try #require(try store.query("SELECT count(*) FROM \(from)").rows.first?[0].integer)
    }

    @Test func itIsKeptOnceAndBesideTheRunsOwnResults() throws {
        let store = try folder.store()
        let run = try ExternalFixture.complete(Fixture.cell(), in: store)
        let views = [
            "result", "image_metric", "image_prediction", "class_metric", "confusion",
            "segmentation", "classification", "run_overview", "label_fraction", "evaluation",
            "against_published",
        ]
        let before = try views.map { try store.query("SELECT * FROM \($0)").rows }
        let detail = try store.detail(of: run)
        #expect(try store.record(ExternalFixture.evaluation(of: run)))
        #expect(try !store.record(ExternalFixture.evaluation(of: run, dice: 0.1)))
        #expect(try store.check() == [])
        #expect(try views.map { try store.query("SELECT * FROM \($0)").rows } == before)
        #expect(try store.detail(of: run).results == detail.results)
        #expect(try store.detail(of: run).external.map(\.name) == ["dice", "dice/heart"])
        let rows = try store.query(
            """
            SELECT trained_on, tested_on, tested_on_phantom, weights, model, images, round(mean, 6),
                pooled FROM external_result WHERE name = 'dice'
            """
        ).rows
        #expect(
            rows == [
                [
                    .text("mcx"), .text("scx"), .integer(0), .text("best"), .text("unet"),
                    .integer(3), .real(0.8), .real(0.75),
                ]
            ])
        #expect(try count(store, "external_image") == 6)
        #expect(try count(store, "external_prediction") == 3)
        #expect(
            try store.externalResults(of: run) == [
                ExternalResult(
                    dataset: "scx", fingerprint: "e1", weights: .best,
                    weightsDigest: WeightsFixture.digest)
            ])
        // Other files of that name, and drawn ones, are rows of their own.
        #expect(
            try store.record(
                ExternalFixture.evaluation(
                    of: run, on: ExternalFixture.dataset(fingerprint: "e2", origin: .phantom))))
        #expect(
            try store.query("SELECT tested_on, tested_on_phantom FROM external_evaluation").rows
                == [[.text("scx"), .integer(0)], [.text("scx (phantom)"), .integer(1)]])
    }

    @Test func whatIsNoTestIsRefused() throws {
        let store = try folder.store()
        let run = try ExternalFixture.complete(Fixture.cell(), in: store)
        let waiting = try #require(try store.plan([Fixture.cell(seed: 2)]).first).id
        for wrong in [
            ExternalFixture.evaluation(of: waiting),
            ExternalFixture.evaluation(of: run, weightsDigest: "other"),
            ExternalFixture.evaluation(of: run, on: Fixture.dataset),
        ] { #expect(throws: StoreError.self) { try store.record(wrong) } }
        #expect(throws: StoreError.unknown(kind: "run", name: "9", nearest: nil)) {
            try store.record(ExternalFixture.evaluation(of: 9))
        }
        #expect(try count(store, "external_evaluation") == 0)
        #expect(try store.check() == [])
    }

    @Test func anAlteredRunStaysAltered() throws {
        let store = try folder.store()
        let run = try ExternalFixture.complete(Fixture.cell(), in: store)
        try store.write { try $0.execute(sql: "UPDATE metric_point SET value = 0.1") }
        let found = try store.check()
        #expect(!found.isEmpty)
        try store.record(ExternalFixture.evaluation(of: run))
        #expect(try store.check() == found)
    }

    @Test func mergeIsTheUnion() throws {
        let first = try folder.store("a/runs.db")
        let cell = Fixture.cell()
        let run = try ExternalFixture.complete(cell, in: first)
        try first.close()
        try FileManager.default.copyItem(
            at: folder.url.appendingPathComponent("a"),
            to: folder.url.appendingPathComponent("b"))
        let (a, b) = (try folder.store("a/runs.db"), try folder.store("b/runs.db"))
        try a.record(ExternalFixture.evaluation(of: run))
        try b.record(
            ExternalFixture.evaluation(
                of: run, on: ExternalFixture.dataset("jcx", fingerprint: "j")))
        let report = try a.merge([b.url])
        #expect(report.evaluations == 1 && report.kept == 1 && report.problems == [])
        #expect(try a.merge([b.url]).evaluations == 0)
        #expect(try a.check() == [])
        #expect(
            try a.query("SELECT tested_on FROM external_evaluation ORDER BY 1").rows
                == [[.text("jcx")], [.text("scx")]])
        // Into a store without the run, all of it comes along.
        let c = try folder.store("c.db")
        _ = try c.merge([a.url])
        #expect(try count(c, "external_evaluation") == 2 && c.check() == [])
        #expect(try count(c, "external_image") == 12)
        // One that was trained anew elsewhere has other weights.
        let d = try folder.store("d/runs.db")
        try Fixture.complete(cell, dice: 0.5, in: d)
        #expect(try d.merge([a.url]).evaluations == 0)
    }

    @Test func shipDeleteAndCollectKnowIt() throws {
        let store = try folder.store()
        let run = try ExternalFixture.complete(Fixture.cell(), in: store)
        try store.record(ExternalFixture.evaluation(of: run))
        #expect(try store.collect().rows == 0)
        #expect(try count(store, "external_image") == 6)
        let copy = folder.url.appendingPathComponent("copy.db")
        _ = try RunStore.ship(from: store.url, to: copy)
        let shipped = try folder.store("copy.db", .readOnly)
        #expect(try count(shipped, "external_image") == 6 && shipped.check() == [])
        let keys = try store.exportedRun(run).results.map(\.key)
        #expect(keys.contains("best/external/scx/dice") && keys.contains("best/test/dice"))
        try store.delete([run])
        #expect(try count(store, "any_evaluation") == 0)
        _ = try store.collect()
        #expect(try count(store, "dataset") == 0 && store.check() == [])
    }

    /// Results of weights that are gone go with them.
    @Test func retrainingTakesItAway() throws {
        let store = try folder.store()
        let run = try ExternalFixture.complete(Fixture.cell(), in: store)
        try store.record(ExternalFixture.evaluation(of: run))
        let again = try #require(try store.planRetraining(of: [run], by: "n3w").first)
        let lease = try #require(
            try store.claim(again.id, for: Worker(), environment: Fixture.environment))
        let data = try store.register(Fixture.dataset)
        try lease.use(dataset: data, split: try store.register(Fixture.split, dataset: data))
        #expect(try count(store, "external_evaluation") == 1)
        try lease.finish(RunSummary(seconds: 1))
        #expect(try count(store, "external_evaluation") == 0)
        #expect(try store.check() == [])
    }

    @Test func wrongCellsAreErrors() throws {
        let store = try folder.store()
        let run = try ExternalFixture.complete(Fixture.cell(), in: store)
        try store.record(ExternalFixture.evaluation(of: run))
        try store.write { db in
            try db.execute(
                sql: """
                    PRAGMA writable_schema = ON;
                    UPDATE sqlite_schema SET sql = replace(sql, 'STRICT', '')
                        WHERE name = 'any_evaluation';
                    PRAGMA writable_schema = RESET;
                    UPDATE any_evaluation SET weights_digest = x'00' WHERE split = 'external'
                    """)
        }
        #expect(throws: StoreError.self) { try store.externalResults(of: run) }
        #expect(try store.check().contains { $0.kind == .cell })
    }
}
