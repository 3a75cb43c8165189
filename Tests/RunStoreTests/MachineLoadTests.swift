import Domain
import RunStore
import Testing

/// What the machine did in each epoch: written beside the curves, sealed with them (`SealTests`).
@Suite struct MachineLoadTests {
    @Test func eachEpochIsKept() throws {
        let folder = try Folder()
        let store = try folder.store()
        let run = try Fixture.complete(Fixture.cell(), dice: 0.9, in: store)
        #expect(try store.machineLoad(of: run) == (1...3).map { Fixture.load(epoch: $0) })
        #expect(try store.check() == [])
    }

    @Test func anEpochThatIsTrainedAgainReplacesItsOwn() throws {
        let folder = try Folder()
        let store = try folder.store()
        let run = try #require(try store.plan([Fixture.cell()]).first).id
        let lease = try #require(
            try store.claim(run, for: Worker(), environment: Fixture.environment))
        for epoch in 1...4 {
            try lease.log(Fixture.points(epoch: epoch, dice: 0.5), load: Fixture.load(epoch: epoch))
        }
        try lease.rewind(toEpoch: 2)
        #expect(try store.machineLoad(of: run).map(\.epoch) == [1, 2])
        var second = Fixture.load(epoch: 3)
        second.processors = 1
        try lease.log(Fixture.points(epoch: 3, dice: 0.5), load: second)
        try lease.log(Fixture.points(epoch: 3, dice: 0.5), load: second)
        #expect(try store.machineLoad(of: run).map(\.processors) == [1.75, 1.75, 1])
    }

    @Test func aMergeTakesItAlong() throws {
        let folder = try Folder()
        let other = try folder.store("other.db")
        try Fixture.complete(Fixture.cell(), dice: 0.9, in: other)
        let store = try folder.store()
        #expect(try store.merge([other.url]).problems == [])
        #expect(try store.machineLoad(of: 1) == (1...3).map { Fixture.load(epoch: $0) })
    }
}
