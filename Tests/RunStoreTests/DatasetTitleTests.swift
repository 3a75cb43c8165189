import Domain
import Foundation
import RunStore
import Testing

/// Phantoms, and other versions of a data set, have a name of their own wherever runs are shown.
@Suite struct DatasetTitleTests {
    private let folder: Folder
    private let store: RunStore

    init() throws {
        folder = try Folder()
        store = try folder.store()
    }

    private func data(
        _ fingerprint: String, origin: DatasetRecord.Origin = .real, name: String = "mcx"
    ) -> DatasetRecord {
        DatasetRecord(
            name: name, origin: origin, fingerprint: fingerprint,
            classes: Fixture.dataset.classes, side: 64, images: Fixture.dataset.images)
    }

    private func cell(_ data: DatasetRecord, seed: UInt64 = 1) -> RunDescription {
        RunDescription(
            configuration: RunConfiguration([
                "dataset": .text(data.name), "fingerprint": .text(data.fingerprint),
                "seed": .integer(Int64(seed)),
            ]),
            dataset: data.name, fingerprint: data.fingerprint, model: "unet",
            procedure: "supervised", loss: "kltv", labels: 100, seed: seed, epochs: 3)
    }

    /// A completed run whose test Dice and published DS are `dice`.
    @discardableResult
    private func complete(
        _ data: DatasetRecord, dice: Double, seed: UInt64 = 1, in store: RunStore? = nil
    ) throws -> RunID {
        let store = store ?? self.store
        let run = try #require(try store.plan([cell(data, seed: seed)]).first).id
        let lease = try #require(
            try store.claim(run, for: Worker(), environment: Fixture.environment))
        let id = try store.register(data)
        try lease.use(dataset: id, split: try store.register(Fixture.split, dataset: id))
        try lease.log(Fixture.points(epoch: 1, dice: dice))
        try lease.record(
            EvaluationRecord(
                weights: .best, split: .test, epoch: 1, images: Fixture.split.test,
                values: ["dice": Fixture.split.test.map { _ in dice }],
                pooled: ["published/ds": dice],
                predictions: Fixture.split.test.map {
                    EvaluationRecord.Prediction(
                        image: $0, target: "normal", predicted: "tuberculosis", probability: 0.9)
                }))
        try lease.finish(RunSummary(seconds: 1))
        return run
    }

    private func texts(_ sql: String, in store: RunStore? = nil) throws -> [String] {
        try (store ?? self.store).query(sql).rows.compactMap { $0.first?.text }
    }

    @Test func noViewMixesPhantomsPatientsAndVersions() throws {
        try complete(data("aaaaaaaa11"), dice: 0.9)
        try complete(data("bbbbbbbb22", origin: .phantom), dice: 0.5)
        try complete(data("cccccccc33"), dice: 0.7)
        try complete(data("dddddddd44", origin: .phantom), dice: 0.3)
        let all = ["mcx", "mcx (cccccccc)", "mcx (phantom dddddddd)", "mcx (phantom)"]
        for view in [
            "run_overview", "segmentation", "classification", "label_fraction", "dataset_split",
            "image_metric", "image_prediction", "run",
        ] {
            #expect(
                try texts("SELECT dataset FROM \(view) GROUP BY dataset ORDER BY 1") == all,
                "\(view)")
        }
        // Real images alone stand beside the paper, each version by itself.
        #expect(
            try store.query(
                """
                SELECT dataset, ours, runs FROM against_published
                WHERE paper = 'P1' AND table_name = '1' AND model = 'unet' AND loss = 'kltv'
                    AND metric = 'published/ds' AND runs > 0 ORDER BY dataset
                """
            ).rows == [
                [.text("mcx"), .real(0.9), .integer(1)],
                [.text("mcx (cccccccc)"), .real(0.7), .integer(1)],
            ])
        #expect(
            try texts("SELECT DISTINCT dataset FROM against_published WHERE dataset GLOB '*(ph*'")
                == [])
    }

    @Test func onlyPhantomsLeaveThePaperAlone() throws {
        try complete(data("f", origin: .phantom), dice: 0.99)
        #expect(
            try store.query(
                "SELECT sum(runs), count(*) FILTER (WHERE dataset = 'mcx') > 0 "
                    + "FROM against_published"
            ).rows == [[.integer(0), .integer(1)]])
    }

    /// What was planned before anything was loaded is named when the images are.
    @Test func waitingRunsAreNamedToo() throws {
        let drawn = data("f", origin: .phantom)
        try store.plan((1...3).map { cell(drawn, seed: $0) }).forEach { _ in }
        #expect(try texts("SELECT DISTINCT dataset FROM run") == ["mcx"])
        try complete(drawn, dice: 0.5, seed: 1)
        #expect(try texts("SELECT DISTINCT dataset FROM run") == ["mcx (phantom)"])
        try store.plan([cell(drawn, seed: 9)]).forEach { _ in }
        #expect(try texts("SELECT DISTINCT dataset FROM run") == ["mcx (phantom)"])
    }

    /// A set that an earlier Lightbox took for real, and that turns out to be drawn.
    @Test func whatTurnsOutToBeDrawnIsDrawnFromThenOn() throws {
        try complete(data("f"), dice: 0.5)
        #expect(try texts("SELECT dataset FROM run_overview") == ["mcx"])
        try complete(data("f", origin: .phantom), dice: 0.5, seed: 2)
        #expect(
            try texts("SELECT dataset FROM run_overview") == ["mcx (phantom)", "mcx (phantom)"])
        // Not the other way round: a mark that was lost does not make patients.
        try complete(data("f"), dice: 0.5, seed: 3)
        #expect(try texts("SELECT DISTINCT dataset FROM run") == ["mcx (phantom)"])
        // The name is free for real images.
        try complete(data("real"), dice: 0.9)
        #expect(
            try texts("SELECT DISTINCT dataset FROM run ORDER BY 1") == ["mcx", "mcx (phantom)"])
    }

    @Test func aMergeKeepsThemApart() throws {
        try complete(data("aaaaaaaa11"), dice: 0.9)
        let other = try folder.store("other.db")
        try complete(data("bbbbbbbb22"), dice: 0.8, in: other)
        try complete(data("aaaaaaaa11"), dice: 0.9, seed: 2, in: other)
        try complete(data("cccccccc33", origin: .phantom), dice: 0.1, in: other)
        _ = try other.plan([cell(data("cccccccc33"), seed: 7)])
        #expect(try texts("SELECT DISTINCT dataset FROM run ORDER BY 1", in: other).first == "mcx")
        _ = try store.merge([other.url])
        #expect(
            try store.query(
                """
                SELECT r.dataset, json_extract(r.configuration, '$.fingerprint'), count(*)
                FROM run r GROUP BY 1, 2 ORDER BY 1
                """
            ).rows == [
                [.text("mcx"), .text("aaaaaaaa11"), .integer(2)],
                [.text("mcx (bbbbbbbb)"), .text("bbbbbbbb22"), .integer(1)],
                [.text("mcx (phantom)"), .text("cccccccc33"), .integer(2)],
            ])
        #expect(try store.merge([other.url]).added == 0)
    }

    /// One class is never told: 0 right, not nothing.
    @Test func nothingRightIsZero() throws {
        try complete(data("f"), dice: 0.5)
        #expect(
            try store.query("SELECT images, correct, accuracy FROM classification").rows == [
                [.integer(5), .integer(0), .real(0)]
            ])
    }
}
