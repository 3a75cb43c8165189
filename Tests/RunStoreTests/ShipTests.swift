import Domain
import Files
import Foundation
import RunStore
import Testing

@Suite struct ShipTests {
    private func count(_ store: RunStore, _ table: String) throws -> Int64 {
        try #require(try store.query("SELECT count(*) FROM \(table)").rows.first?[0].integer)
    }

    @Test func theCopyKeepsResultsAndLosesFiles() throws {
        let folder = try Folder()
        let store = try folder.store()
        for seed in 1...3 as ClosedRange<UInt64> {
            try Fixture.complete(Fixture.cell(seed: seed), dice: 0.9, in: store)
        }
        let waiting = try #require(try store.plan([Fixture.cell(seed: 4)]).first)
        _ = try store.claim(waiting.id, for: Worker(), environment: Fixture.environment)
        let copy = folder.url.appendingPathComponent("results.db")
        let report = try RunStore.ship(from: store.url, to: copy)
        #expect(report.runs == 4)
        #expect(report.dropped == ["names of weight files and events"])
        let shipped = try folder.store("results.db", .readOnly)
        for table in ["result", "image_metric", "metric", "class_metric", "published", "param"] {
            #expect(try count(shipped, table) == count(store, table), "\(table)")
        }
        for table in ["artifact", "lease"] {
            #expect(try count(shipped, table) == 0, "\(table)")
        }
        #expect(try count(shipped, "event") == 0)
        #expect(try shipped.check() == [])
        #expect(
            try shipped.query("SELECT state FROM run WHERE id = \(waiting.id)").rows
                == [[.text("interrupted")]])
        // What is there already is only replaced when that is asked for.
        #expect(throws: OutputError.self) { try RunStore.ship(from: store.url, to: copy) }
        #expect(try RunStore.ship(from: store.url, to: copy, replacing: true).bytes == report.bytes)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.url.path).filter {
                $0.contains(".new") || $0.contains(".partial")
            } == [])
    }

    /// With the log of a killed process beside it, too: somebody works with it.
    @Test func aStoreWithFilesOfRunsIsNeverReplaced() throws {
        let folder = try Folder()
        let own = try folder.store("own.db")
        let weights = try WeightsFixture.complete(Fixture.cell(), in: own).file
        try own.close()
        try Data("a log".utf8).write(to: URL(fileURLWithPath: folder.path("own.db-wal")))
        let before = try Data(contentsOf: folder.url.appendingPathComponent("own.db"))
        try Fixture.complete(Fixture.cell(seed: 2), dice: 0.5, in: try folder.store("source.db"))
        #expect(throws: OutputError.self) {
            try RunStore.ship(
                from: folder.url.appendingPathComponent("source.db"),
                to: folder.url.appendingPathComponent("own.db"), replacing: true)
        }
        #expect(try Data(contentsOf: folder.url.appendingPathComponent("own.db")) == before)
        #expect(FileManager.default.fileExists(atPath: weights.path))
        #expect(!FileManager.default.fileExists(atPath: folder.path("own.db.old1")))
    }

    @Test func aLimitLeavesOutMoreUntilItFits() throws {
        let folder = try Folder()
        let store = try folder.store()
        try Fixture.complete(Fixture.cell(), dice: 0.9, in: store)
        let second = try #require(try store.plan([Fixture.cell(seed: 2)]).first)
        let lease = try #require(
            try store.claim(second.id, for: Worker(), environment: Fixture.environment))
        for epoch in 1...4001 {
            try lease.log(Fixture.points(epoch: epoch, dice: epoch == 333 ? 0.9 : 0.5))
        }
        try lease.finish(RunSummary(bestEpoch: 333, seconds: 1))
        let whole = try RunStore.ship(
            from: store.url, to: folder.url.appendingPathComponent("whole.db"))
        let copy = folder.url.appendingPathComponent("small.db")
        let limit = whole.bytes - 200_000
        let report = try RunStore.ship(from: store.url, to: copy, limit: limit)
        #expect(report.bytes <= limit)
        #expect(report.dropped.last?.hasPrefix("epochs of curves: one in 5") == true)
        let small = try folder.store("small.db", .readOnly)
        let epochs = try small.query(
            "SELECT DISTINCT epoch FROM metric WHERE run = 2 ORDER BY epoch"
        ).rows.compactMap { $0[0].integer }
        #expect(Set([1, 333, 4001]).isSubset(of: epochs))
        #expect(epochs.dropFirst().dropLast().allSatisfy { $0 % 5 == 0 || $0 == 333 })
        #expect(
            try small.query("SELECT epoch, validation_dice FROM best_epoch WHERE run = 2").rows
                == [[.integer(333), .real(0.9)]])
        #expect(try count(small, "image_metric") == count(store, "image_metric"))
        // A limit that nothing can meet is an error, and leaves no file.
        let tiny = folder.url.appendingPathComponent("tiny.db")
        #expect(throws: StoreError.self) {
            try RunStore.ship(from: store.url, to: tiny, limit: 10_000)
        }
        #expect(!FileManager.default.fileExists(atPath: tiny.path))
    }

    @Test func curvesOfDiceAndLossesAreThinnedLast() throws {
        let folder = try Folder()
        let store = try folder.store()
        let run = try #require(try store.plan([Fixture.cell()]).first)
        let lease = try #require(
            try store.claim(run.id, for: Worker(), environment: Fixture.environment))
        for epoch in 1...1000 {
            try lease.log(
                Fixture.points(epoch: epoch, dice: 0.5)
                    + (1...10).map {
                        MetricPoint(
                            split: .train, name: "term\($0)", epoch: epoch,
                            value: 1 / Double(epoch * $0))
                    })
        }
        try lease.finish(RunSummary(bestEpoch: 1, seconds: 1))
        let whole = try RunStore.ship(
            from: store.url, to: folder.url.appendingPathComponent("whole.db"))
        let report = try RunStore.ship(
            from: store.url, to: folder.url.appendingPathComponent("small.db"),
            limit: whole.bytes - 60_000)
        #expect(report.dropped.last?.contains("but validation Dice and losses: one in 2") == true)
        let small = try folder.store("small.db", .readOnly)
        for (name, points) in [("dice", 1000), ("loss", 2000), ("term3", 501)] {
            #expect(try count(small, "metric WHERE name = '\(name)'") == points, "\(name)")
        }
    }

    @Test func onlyTheNamedExperimentsGo() throws {
        let folder = try Folder()
        let store = try folder.store()
        try Fixture.complete(Fixture.cell(seed: 1), dice: 0.9, in: store)
        let kept = try Fixture.complete(Fixture.cell(seed: 2), dice: 0.8, in: store)
        let experiment = try store.record(ExperimentRecord(name: "mine", report: "sweep"))
        _ = try store.plan([Fixture.cell(seed: 2)], experiment: experiment)
        let copy = folder.url.appendingPathComponent("mine.db")
        #expect(try RunStore.ship(from: store.url, to: copy, experiments: ["mine"]).runs == 1)
        let shipped = try folder.store("mine.db", .readOnly)
        #expect(try shipped.overview().map(\.run) == [kept])
        #expect(try count(shipped, "image") == 8)
        #expect(throws: StoreError.self) {
            try RunStore.ship(from: store.url, to: copy, experiments: ["other"], replacing: true)
        }
    }

    @Test func anOlderStoreIsShippedUpToDateAndStaysAsItIs() throws {
        let folder = try Folder()
        let old = folder.url.appendingPathComponent("old.db")
        try FileManager.default.copyItem(
            at: MigrationTests.fixtures.appendingPathComponent("schema-1.sqlite"), to: old)
        let copy = folder.url.appendingPathComponent("new.db")
        #expect(try RunStore.ship(from: old, to: copy).runs == 2)
        #expect(try folder.store("new.db", .readOnly).overview().count == 2)
        #expect(try folder.store("old.db", .readOnly).isOlder)
    }
}
