import Foundation
import RunStore
import Testing

/// A run says by which code its results were made.
@Suite struct CodeTests {
    private let folder: Folder
    private let store: RunStore
    private let old = CodeIdentity(
        digest: String(repeating: "a", count: 64), commit: String(repeating: "1", count: 40),
        isDirty: true)
    private let new = CodeIdentity(digest: String(repeating: "b", count: 64))

    init() throws {
        folder = try Folder()
        store = try folder.store()
    }

    private func claim(_ code: CodeIdentity?) throws -> RunLease {
        let run = try #require(try store.plan([Fixture.cell()]).first).id
        return try #require(
            try store.claim(
                run, for: Worker(),
                environment: RunEnvironment(version: "0", code: code, cpu: "test", threads: 1)))
    }

    private func code() throws -> [QueryValue] {
        try #require(
            try store.query("SELECT code, code_commit, code_dirty FROM run_overview").rows.first)
    }

    @Test func digestCommitAndChangesAreKept() throws {
        let lease = try claim(old)
        try lease.rewind(toEpoch: 0)
        #expect(
            try code() == [.text(old.digest), .text(old.commit ?? ""), .integer(1)])
        try lease.log(Fixture.points(epoch: 1, dice: 0.5))
        try lease.finish(RunSummary(seconds: 1))
        #expect(try code()[0] == .text(old.digest))
        #expect(old.short == "aaaaaaaaaa (commit 1111111111+)")
        #expect(new.short == "bbbbbbbbbb")
    }

    @Test func withoutADigestNothingIsClaimed() throws {
        try claim(nil).rewind(toEpoch: 0)
        #expect(try code() == [.null, .null, .null])
    }

    /// What other code began stays that code's, and the log says who went on.
    @Test func aContinuedRunStaysItsBeginnersWork() throws {
        let lease = try claim(old)
        try lease.rewind(toEpoch: 0)
        try lease.log(Fixture.points(epoch: 1, dice: 0.5))
        try lease.interrupt()
        let again = try claim(new)
        #expect(try code()[0] == .text(old.digest))
        try again.rewind(toEpoch: 1)
        #expect(try code()[0] == .text(old.digest))
        let events = try store.detail(of: again.run).events.filter { $0.level == .warning }
        #expect(
            events.map(\.message) == [
                "begun by code aaaaaaaaaa (commit 1111111111+), continued by code bbbbbbbbbb"
            ])
        // From the start it is the new code's alone.
        try again.rewind(toEpoch: 0)
        #expect(try code() == [.text(new.digest), .null, .null])
    }

    @Test func theSameCodeContinuesInSilence() throws {
        let lease = try claim(old)
        try lease.rewind(toEpoch: 0)
        try lease.log(Fixture.points(epoch: 1, dice: 0.5))
        try lease.interrupt()
        let again = try claim(old)
        try again.rewind(toEpoch: 1)
        #expect(try store.detail(of: again.run).events.allSatisfy { $0.level != .warning })
    }

    @Test func aMergeBringsTheCode() throws {
        let lease = try claim(old)
        try lease.log(Fixture.points(epoch: 1, dice: 0.5))
        try lease.finish(RunSummary(seconds: 1))
        let all = try folder.store("all.db")
        _ = try all.merge([store.url])
        #expect(
            try all.query("SELECT code, code_commit, code_dirty FROM run").rows
                == [[.text(old.digest), .text(old.commit ?? ""), .integer(1)]])
    }
}
