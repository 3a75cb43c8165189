import Domain
import Foundation
import RunStore
import Testing

@Suite struct MergeTests {
    let folder: Folder

    init() throws {
        folder = try Folder()
    }

    /// All that is known about the runs, by what they are instead of by number.
    private func contents(_ store: RunStore) throws -> [String: [[QueryValue]]] {
        let queries = [
            "run": """
            SELECT digest, configuration, state, error, attempts, seconds, best_epoch, started,
                finished, (SELECT fingerprint FROM dataset d WHERE d.id = dataset_id),
                (SELECT digest FROM split s WHERE s.id = split_id)
            FROM run ORDER BY digest
            """,
            "param": """
            SELECT digest, p.name, p.value FROM param p JOIN run r ON r.id = run ORDER BY 1, 2
            """,
            "metric": """
            SELECT digest, split, name, epoch, value FROM metric m JOIN run r ON r.id = m.run
            ORDER BY 1, 2, 3, 4
            """,
            "summary": """
            SELECT digest, split, name, points, last_epoch, last_value, min_epoch, min_value,
                max_epoch, max_value FROM metric_summary m JOIN series s ON s.id = series_id
            JOIN run r ON r.id = m.run ORDER BY 1, 2, 3
            """,
            "result": """
            SELECT digest, e.weights, e.split, e.name, e.images, e.mean, e.sd, e.minimum,
                e.maximum, e.pooled FROM result e JOIN run r ON r.id = run ORDER BY 1, 2, 3, 4
            """,
            "image": """
            SELECT digest, m.weights, m.split, m.image, m.name, m.value
            FROM image_metric m JOIN run r ON r.id = m.run ORDER BY 1, 2, 3, 4, 5
            """,
            "class": """
            SELECT digest, c.class, c.name, c.value FROM class_metric c
            JOIN run r ON r.id = c.run ORDER BY 1, 2, 3
            """,
            "prediction": """
            SELECT digest, p.image, p.target, p.predicted, p.probability
            FROM image_prediction p JOIN run r ON r.id = p.run ORDER BY 1, 2
            """,
            "confusion": """
            SELECT digest, c.target, c.predicted, c.count FROM confusion c
            JOIN run r ON r.id = c.run ORDER BY 1, 2, 3
            """,
            "split": """
            SELECT fingerprint, seed, labels, image, class, patient, part, labelled
            FROM dataset_split ORDER BY 1, 2, 3, 4
            """,
            "artifact": """
            SELECT r.digest, kind, bytes, a.digest FROM artifact a JOIN run r ON r.id = a.run
            ORDER BY 1, 2
            """,
            "event": """
            SELECT r.digest, time, level, message FROM event e JOIN run r ON r.id = e.run
            ORDER BY 1, 2, 4
            """,
            "experiment": """
            SELECT e.name, r.digest, x.position FROM experiment_run x
            JOIN experiment e ON e.id = x.experiment_id JOIN run r ON r.id = x.run ORDER BY 1, 2
            """,
        ]
        return try queries.mapValues { try store.query($0).rows }
    }

    /// A store with completed runs of these seeds.
    private func shard(_ name: String, seeds: [UInt64], models: [String] = ["unet", "ppau-net"])
        throws -> RunStore
    {
        let store = try folder.store(name)
        let experiment = try store.record(ExperimentRecord(name: "grid"))
        for seed in seeds {
            for model in models {
                let cell = Fixture.cell(model: model, seed: seed)
                try Fixture.complete(cell, dice: 0.8 + Double(seed) / 100, in: store)
                _ = try store.plan([cell], experiment: experiment)
            }
        }
        return store
    }

    private func fail(_ cell: RunDescription, in store: RunStore) throws {
        let run = try #require(try store.plan([cell]).first).id
        let lease = try #require(
            try store.claim(run, for: Worker(), environment: Fixture.environment))
        try lease.log(Fixture.points(epoch: 1, dice: 0.1))
        try lease.fail("the loss is not finite at epoch 2, step 3", log: "epoch 1")
    }

    @Test func theUnionHoldsEverything() throws {
        let one = try shard("shards/1.db", seeds: [1, 2])
        let two = try shard("shards/2.db", seeds: [3], models: ["unet"])
        try fail(Fixture.cell(seed: 4), in: two)
        let all = try folder.store("all.db")
        let report = try all.merge([one.url, two.url])
        #expect(report.stores == 2 && report.added == 6 && report.replaced == 0)
        #expect(report.failures == [])
        #expect(report.points == 5 * 9 + 3)

        // The same runs, had they been trained into one store.
        let merged = try contents(all)
        let parts = try [one, two].map { try contents($0) }
        for (name, rows) in merged {
            let expected = parts.flatMap { $0[name] ?? [] }
            #expect(Set(rows) == Set(expected), "\(name)")
            if name != "split" { #expect(rows.count == expected.count, "\(name)") }
            #expect(!rows.isEmpty || name == "artifact")
        }
        #expect(try all.check() == [])
        #expect(try all.query("SELECT count(*) FROM dataset").rows == [[.integer(1)]])
    }

    @Test func mergingTwiceChangesNothing() throws {
        let one = try shard("shards/1.db", seeds: [1, 2])
        let all = try folder.store("all.db")
        _ = try all.merge([one.url])
        let before = try QueryGuardTests.contents(of: folder, "all.db")
        let report = try all.merge([one.url, one.url])
        #expect(report.added == 0 && report.replaced == 0 && report.kept == 8)
        #expect(try QueryGuardTests.contents(of: folder, "all.db") == before)
    }

    @Test func aFurtherRunReplaces() throws {
        let all = try folder.store("all.db")
        try fail(Fixture.cell(seed: 1), in: all)
        let other = try shard("other.db", seeds: [1], models: ["unet"])
        let number = try #require(try all.overview().first).run
        let report = try all.merge([other.url])
        #expect(report.replaced == 1 && report.added == 0)
        let detail = try all.detail(of: number)
        #expect(detail.overview.state == .completed)
        #expect(detail.overview.error == nil)
        #expect(try all.curve(of: number, .validation, "dice").count == 3)
        #expect(detail.events.count { $0.level == .error } == 1, "what happened here is kept")
        // And never the other way.
        #expect(try other.merge([all.url]).kept == 1)
        #expect(try all.check() == [])
    }

    @Test func aRunAtWorkIsNotReplaced() throws {
        let all = try folder.store("all.db")
        let run = try #require(try all.plan([Fixture.cell(seed: 1)]).first).id
        let lease = try #require(
            try all.claim(run, for: Worker(), environment: Fixture.environment))
        let other = try shard("other.db", seeds: [1], models: ["unet"])
        #expect(try all.merge([other.url]).kept == 1)
        try lease.log(Fixture.points(epoch: 1, dice: 0.5))
        #expect(try all.overview(of: run).state == .running)
    }

    @Test func aRunAtWorkElsewhereIsTakenAsInterrupted() throws {
        let other = try folder.store("other.db")
        let run = try #require(try other.plan([Fixture.cell(seed: 1)]).first).id
        let lease = try #require(
            try other.claim(run, for: Worker(), environment: Fixture.environment))
        try lease.log(Fixture.points(epoch: 1, dice: 0.5))
        let all = try folder.store("all.db")
        #expect(try all.merge([other.url]).added == 1)
        #expect(try all.overview().map(\.state) == [.interrupted])
        try lease.log(Fixture.points(epoch: 2, dice: 0.5))
    }

    @Test func aDamagedStoreDoesNotStopTheOthers() throws {
        let one = try shard("1.db", seeds: [1])
        try Data("no store".utf8).write(to: folder.url.appendingPathComponent("2.db"))
        let three = try shard("3.db", seeds: [3])
        let all = try folder.store("all.db")
        let missing = folder.url.appendingPathComponent("4.db")
        let bad = folder.url.appendingPathComponent("2.db")
        let report = try all.merge([one.url, bad, three.url, missing, all.url])
        #expect(report.stores == 2 && report.added == 4)
        #expect(report.failures.map(\.url) == [bad, missing, all.url])
        #expect(report.failures[0].reason.contains("is no SQLite database"))
        #expect(report.failures[1].reason.hasPrefix("no store at"))
        #expect(report.failures[2].reason.contains("this store itself"))
    }

    @Test func filesStayOrAreCopied() throws {
        let other = try folder.store("shards/a/runs.db")
        let run = try #require(try other.plan([Fixture.cell(seed: 1)]).first)
        let lease = try #require(
            try other.claim(run.id, for: Worker(), environment: Fixture.environment))
        let path = "runs/\(run.digest.prefix(16))/best.safetensors"
        let file = folder.url.appendingPathComponent("shards/a").appendingPathComponent(path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try WeightsFixture.bytes.write(to: file)
        try lease.record(
            ArtifactRecord(kind: "best", path: path, bytes: 7, digest: WeightsFixture.digest))
        try lease.finish(RunSummary(seconds: 1))

        let stay = try folder.store("results/stay.db")
        _ = try stay.merge([other.url])
        #expect(try stay.artifacts(of: 1).map(\.path) == ["../shards/a/" + path])

        let copy = try folder.store("results/copy.db")
        #expect(try copy.merge([other.url], files: .copy).files == 1)
        #expect(try copy.artifacts(of: 1).map(\.path) == [path])
        let there = folder.url.appendingPathComponent("results").appendingPathComponent(path)
        #expect(try Data(contentsOf: there) == WeightsFixture.bytes)
        #expect(try copy.merge([other.url], files: .copy).files == 0)

        // Files that an earlier merge left where they were come when they are asked for.
        let late = try stay.merge([other.url], files: .copy)
        #expect(late.files == 1 && late.kept == 1)
        #expect(try stay.files(of: 1)["best"]?.get().read() == WeightsFixture.bytes)
        #expect(try stay.check().isEmpty)
    }
}
