import Foundation
import RunStore
import Testing

/// Runs that are recorded as failed and opened again from outside, and stores held alone.
@Suite struct SettlingTests {
    let folder: Folder

    init() throws {
        folder = try Folder()
    }

    private func states(_ store: RunStore) throws -> [String?] {
        try store.query("SELECT state || coalesce(': ' || error, '') FROM run ORDER BY id").rows
            .map(\.[0].text)
    }

    @Test func onlyOpenRunsFailAndOnlyFailedOnesOpen() throws {
        let store = try folder.store()
        let runs = try store.plan((1...3).map { Fixture.cell(seed: $0) })
        let lease = try store.claim(
            runs[0].id, for: Worker(), environment: Fixture.environment)
        let reasons = Dictionary(uniqueKeysWithValues: runs.map { ($0.digest, "lost") })
        #expect(try store.fail(reasons.merging(["unknown": "x"]) { $1 }).sorted() == [2, 3])
        #expect(try states(store) == ["running", "failed: lost", "failed: lost"])
        #expect(try store.fail(reasons).isEmpty)
        #expect(try store.reopen([runs[1].digest: "again", runs[0].digest: "x"]) == [2])
        #expect(try states(store) == ["running", "interrupted", "failed: lost"])
        try lease?.finish(RunSummary(seconds: 1))
        #expect(try store.fail(reasons) == [2])
        #expect(try states(store) == ["completed", "failed: lost", "failed: lost"])
        #expect(throws: StoreError.self) { try folder.store("runs.db", .readOnly).fail(reasons) }
    }

    @Test func aStoreHeldAloneKeepsOthersOutAndNeedsNoSharedMemory() throws {
        _ = try folder.store().plan([Fixture.cell()])
        let alone = try folder.store("runs.db", .alone)
        _ = try alone.plan([Fixture.cell(seed: 2)])
        #expect(!FileManager.default.fileExists(atPath: folder.path("runs.db-shm")))
        // Another connection gets nothing until the first is gone.
        let lock = NSLock()
        nonisolated(unsafe) var isClosed = false
        Thread.detachNewThread {
            Thread.sleep(forTimeInterval: 0.3)
            lock.withLock { isClosed = true }
            try? alone.close()
        }
        let other = try folder.store("runs.db", .readOnly)
        #expect(lock.withLock { isClosed })
        #expect(try states(other) == ["queued", "queued"])
    }
}
