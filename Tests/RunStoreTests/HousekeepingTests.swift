import Domain
import Files
import Foundation
import GRDB
import RunStore
import Testing

@Suite struct HousekeepingTests {
    let folder: Folder
    let store: RunStore

    init() throws {
        folder = try Folder()
        store = try folder.store()
    }

    /// Puts a file into a run's folder.
    @discardableResult
    private func write(_ name: String, of digest: String, bytes: Int = 10) throws -> URL {
        let file = folder.url.appendingPathComponent("runs/\(digest.prefix(16))/\(name)")
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(repeating: 1, count: bytes).write(to: file)
        return file
    }

    private func exists(_ file: URL) -> Bool { FileManager.default.fileExists(atPath: file.path) }

    /// A completed run with its best weights as an artifact.
    private func completed(seed: UInt64) throws -> (run: PlannedRun, weights: URL) {
        let cell = Fixture.cell(seed: seed)
        let run = try #require(try store.plan([cell]).first)
        let weights = try write("best.safetensors", of: run.digest)
        let lease = try #require(
            try store.claim(run.id, for: Worker(), environment: Fixture.environment))
        try lease.record(
            ArtifactRecord(
                kind: "best", path: "runs/\(run.digest.prefix(16))/best.safetensors", bytes: 10,
                digest: "d"))
        try lease.log(Fixture.points(epoch: 1, dice: 0.5))
        try lease.finish(RunSummary(seconds: 1))
        return (run, weights)
    }

    @Test func deletingLeavesNothingOfARun() throws {
        let gone = try Fixture.complete(Fixture.cell(seed: 1), dice: 0.9, in: store)
        let (run, weights) = try completed(seed: 2)
        let kept = try Fixture.complete(Fixture.cell(seed: 3), dice: 0.9, in: store)
        #expect(try store.delete([gone, run.id]).files.map(\.path) == [weights.path])
        #expect(!exists(weights) && !exists(weights.deletingLastPathComponent()))
        #expect(try store.overview().map(\.run) == [kept])
        for table in ["metric_point", "metric_summary", "param", "evaluation", "event"] {
            #expect(
                try store.query("SELECT count(*) FROM \(table) WHERE run <> \(kept)").rows
                    == [[.integer(0)]])
        }
        #expect(try store.check() == [])
        // Its number is never given again: reports that name it stay true.
        #expect(try #require(try store.plan([Fixture.cell(seed: 1)]).first).id > kept)
    }

    @Test func aRunAtWorkIsNotDeleted() throws {
        let done = try Fixture.complete(Fixture.cell(seed: 1), dice: 0.9, in: store)
        let run = try #require(try store.plan([Fixture.cell(seed: 2)]).first).id
        let lease = try store.claim(run, for: Worker(), environment: Fixture.environment)
        #expect(lease != nil)
        #expect(throws: StoreError.self) { try store.delete([done, run]) }
        #expect(throws: StoreError.self) { try store.delete([done, 99]) }
        #expect(try store.overview().count == 2)
    }

    @Test func collectingRemovesOnlyWhatNothingNeeds() throws {
        let (run, weights) = try completed(seed: 1)
        let checkpoint = try write("checkpoint.safetensors", of: run.digest, bytes: 500)
        let waiting = try #require(try store.plan([Fixture.cell(seed: 2)]).first)
        let needed = try write("checkpoint.safetensors", of: waiting.digest)
        let orphan = try write("best.safetensors", of: String(repeating: "a", count: 16), bytes: 70)
        let foreign = folder.url.appendingPathComponent("runs/notes/mine.txt")
        try FileManager.default.createDirectory(
            at: foreign.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data("mine".utf8).write(to: foreign)
        let other = try folder.store("other.db")
        let sibling = try #require(try other.plan([Fixture.cell(seed: 3)]).first)
        let theirs = try write("best.safetensors", of: sibling.digest)

        let young = folder.url.appendingPathComponent("runs.db.\(UUID().uuidString).new")
        let old = folder.url.appendingPathComponent("runs.db.\(UUID().uuidString).new-wal")
        for draft in [young, old] { try Data().write(to: draft) }
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -7200)], ofItemAtPath: old.path)

        let dry = try store.collect(isDryRun: true)
        #expect(Set(dry.files.map(\.lastPathComponent)).count == 3)
        #expect(dry.fileBytes == 570)
        #expect(exists(checkpoint) && exists(orphan))

        let report = try store.collect()
        #expect(report.fileBytes == 570 && report.files.count == 3)
        #expect(!exists(checkpoint) && !exists(orphan) && !exists(old))
        #expect([weights, needed, foreign, theirs, young].allSatisfy(exists))
        #expect(report.missing == [])
        #expect(try store.collect().files == [])
    }

    @Test func collectingShrinksTheStoreAndNamesWhatIsMissing() throws {
        let (run, weights) = try completed(seed: 1)
        try FileManager.default.removeItem(at: weights)
        let many = try #require(try store.plan([Fixture.cell(seed: 2)]).first).id
        let lease = try #require(
            try store.claim(many, for: Worker(), environment: Fixture.environment))
        try lease.use(
            dataset: try store.register(Fixture.dataset),
            split: try store.register(
                Fixture.split, dataset: try store.register(Fixture.dataset)))
        try lease.log(
            (1...20_000).map { MetricPoint(split: .train, name: "loss", epoch: $0, value: 0.1) })
        try lease.finish(RunSummary(seconds: 1))
        try store.delete([many])
        let report = try store.collect()
        #expect(report.storeBytes > 300_000)
        #expect(report.rows == 2)
        #expect(report.missing == ["runs/\(run.digest.prefix(16))/best.safetensors"])
        #expect(try store.query("SELECT count(*) FROM image").rows == [[.integer(0)]])
    }

    @Test func aBackupIsTheStoreAtOneMoment() throws {
        try Fixture.complete(Fixture.cell(seed: 1), dice: 0.9, in: store)
        let writers = try (0..<3).map {
            try Helper.start([
                "write", "--store", folder.path(), "--cell", "\($0)", "--epochs", "300", "--quiet",
            ])
        }
        var sizes: [Int] = []
        for copy in 0..<5 {
            let url = folder.url.appendingPathComponent("copy\(copy).db")
            #expect(try store.backup(to: url) > 0)
            let backup = try folder.store("copy\(copy).db", .readOnly)
            #expect(try backup.check() == [])
            // Every run has all points of its transactions, ten each.
            let uneven = try backup.query(
                """
                SELECT run FROM metric WHERE name GLOB 'metric*' GROUP BY run, epoch
                HAVING count(*) <> 10
                """)
            #expect(uneven.rows == [])
            let found = try backup.query("SELECT count(*) FROM metric").rows[0][0].integer
            sizes.append(Int(found ?? 0))
        }
        for writer in writers { writer.waitUntilExit() }
        #expect(writers.map(\.terminationStatus) == [0, 0, 0])
        #expect(sizes == sizes.sorted())
        #expect(throws: OutputError.self) {
            try store.backup(to: folder.url.appendingPathComponent("copy0.db"))
        }
        // A backup is a whole store: it can be written to.
        let copy = try folder.store("copy0.db")
        try copy.record(EventRecord(level: .info, message: "restored"))
    }
}
