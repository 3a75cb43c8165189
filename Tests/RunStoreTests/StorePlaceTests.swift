import Foundation
import GRDB
import RunStore
import Testing

/// Where a store's file is, and what happens when it is not there any more.
@Suite struct StorePlaceTests {
    let folder: Folder
    let files = FileManager.default

    init() throws {
        folder = try Folder()
    }

    @Test(arguments: ["../real/a.db", "ABSOLUTE"])
    func aLinkLeadsToTheFoldersOfTheRealFile(target: String) throws {
        for name in ["real", "here"] {
            try files.createDirectory(
                atPath: folder.path(name), withIntermediateDirectories: true)
        }
        try files.createSymbolicLink(
            atPath: folder.path("here/a.db"),
            withDestinationPath: target == "ABSOLUTE" ? folder.path("real/a.db") : target)
        try files.createSymbolicLink(
            atPath: folder.path("here/b.db"), withDestinationPath: "a.db")
        // Also while the file is still to be made.
        let linked = try folder.store("here/b.db")
        #expect(linked.url.path == folder.path("real/a.db"))
        let (_, file) = try WeightsFixture.complete(Fixture.cell(), in: linked)
        #expect(file.path.hasPrefix(folder.path("real/runs/")))
        #expect(files.fileExists(atPath: folder.path("real/a.db")))
        let real = try folder.store("real/a.db")
        #expect(try real.files(of: 1)["weights-best"]?.get().read() == WeightsFixture.bytes)
        #expect(try real.collect().files == [])
    }

    @Test(arguments: ["deleted", "replaced", "emptied", "moved", "overwritten"])
    func aStoreThatIsNotThereAnyMoreTakesNothing(how: String) throws {
        let store = try folder.store("lab/a.db")
        let run = try #require(try store.plan([Fixture.cell()]).first).id
        let lease = try #require(
            try store.claim(run, for: Worker(), environment: Fixture.environment))
        try lease.log(Fixture.points(epoch: 1, dice: 0.5))
        let other = try folder.store("other.db")
        try other.record(EventRecord(level: .info, message: "other"))
        try other.backup(to: folder.url.appendingPathComponent("copy.db"))
        let copied = files.contents(atPath: folder.path("copy.db"))
        let path = folder.path("lab/a.db")
        switch how {
        case "deleted": unlink(path)
        case "replaced": rename(folder.path("copy.db"), path)
        case "emptied": truncate(path, 0)
        case "moved": rename(folder.path("lab"), folder.path("laboratory"))
        default:
            // The same file with another store's bytes.
            let queue = try DatabaseQueue(path: path)
            _ = try queue.writeWithoutTransaction { try $0.checkpoint(.truncate) }
            try queue.close()
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            let copy = URL(fileURLWithPath: folder.path("copy.db"))
            try handle.write(contentsOf: Data(contentsOf: copy))
            try handle.close()
        }
        let error = #expect(throws: StoreError.self) {
            try lease.ensureSame()
            try lease.log(Fixture.points(epoch: 2, dice: 0.5))
        }
        guard case .displaced(_, let found) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        let words = [
            "deleted": "is gone", "replaced": "was replaced by another file",
            "emptied": "was emptied", "moved": "is gone",
            "overwritten": "was replaced by another store",
        ]
        #expect(found == words[how])
        if how == "replaced" {
            #expect(files.contents(atPath: path) == copied)
            // The log of the store that was there is no log of the one that is.
            let names = try files.contentsOfDirectory(atPath: folder.path("lab")).sorted()
            #expect(names == ["a.db", "a.db-wal.lost"])
            let next = try folder.store("lab/a.db")
            #expect(try next.check().isEmpty)
            _ = try next.plan([Fixture.cell(seed: 5)])
            try next.close()
            #expect(try folder.store("lab/a.db").check().isEmpty)
        }
    }

    @Test func aClockThatIsAheadTakesNoRunFromALivingWorker() throws {
        let store = try folder.store()
        let run = try #require(try store.plan([Fixture.cell()]).first).id
        let lease = try #require(
            try store.claim(run, for: Worker(), environment: Fixture.environment))
        let queue = try DatabaseQueue(path: folder.path())
        // As the lease looks to a process whose clock is an hour ahead.
        try queue.write {
            try $0.execute(
                sql: "UPDATE lease SET heartbeat = heartbeat - 3600, expires = expires - 3600")
        }
        let other = try folder.store()
        #expect(try other.releaseDeadRuns() == [])
        #expect(try other.claim(run, for: Worker(), environment: Fixture.environment) == nil)
        try lease.log(Fixture.points(epoch: 1, dice: 0.5))
        // Of a worker elsewhere only the time tells.
        try queue.write {
            try $0.execute(
                sql: """
                    UPDATE lease SET heartbeat = heartbeat - 3600, expires = expires - 3600,
                        machine = 'elsewhere'
                    """)
        }
        #expect(try other.releaseDeadRuns() == [run])
        #expect(throws: StoreError.self) { try lease.heartbeat() }
    }

    @Test func epochsCountFromTheFirstWithoutAGap() throws {
        let store = try folder.store()
        let run = try #require(try store.plan([Fixture.cell()]).first).id
        let lease = try #require(
            try store.claim(run, for: Worker(), environment: Fixture.environment))
        #expect(try lease.recordedEpochs() == 0)
        for epoch in [1, 2, 3, 5] { try lease.log(Fixture.points(epoch: epoch, dice: 0.5)) }
        #expect(try lease.recordedEpochs() == 3)
        try lease.rewind(toEpoch: 1)
        #expect(try lease.recordedEpochs() == 1)
        try lease.flush()
    }
}
