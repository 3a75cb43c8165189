import Foundation
import Testing

@testable import RunStore

/// Stores in different folders whose `runs` is one folder, through links and mounts.
@Suite struct SharedRunsTests {
    let folder: Folder
    let files = FileManager.default

    init() throws {
        folder = try Folder()
        for name in ["a", "b"] {
            try files.createDirectory(
                at: folder.url.appendingPathComponent(name), withIntermediateDirectories: true)
        }
    }

    private func exists(_ file: URL) -> Bool { files.fileExists(atPath: file.path) }

    private func link(_ name: String, to target: String) throws {
        try files.createSymbolicLink(
            atPath: folder.path(name), withDestinationPath: target)
    }

    /// A store with weights, a checkpoint and a copy of it in another folder.
    private func make() throws -> (a: RunStore, b: RunStore, weights: URL, checkpoint: URL) {
        let a = try folder.store("a/lightbox.db")
        let weights = try WeightsFixture.complete(Fixture.cell(seed: 1), in: a).file
        let checkpoint = try WeightsFixture.interrupt(
            Fixture.cell(seed: 2), in: a, checkpoint: "a's")
        try a.backup(to: folder.url.appendingPathComponent("b/lightbox.db"))
        return (a, try folder.store("b/lightbox.db"), weights, checkpoint)
    }

    /// Everything that could take something away from the first store.
    private func clean(_ b: RunStore) throws -> [SparedFiles] {
        let deleted = try b.delete([1, 2])
        #expect(deleted.files == [])
        let collected = try b.collect()
        #expect(collected.files == [])
        #expect(!deleted.spared.isEmpty && !collected.spared.isEmpty)
        return deleted.spared + collected.spared
    }

    @Test(arguments: [true, false])
    func aLinkToAnothersRunsRemovesNothing(hasMarks: Bool) throws {
        let (a, b, weights, checkpoint) = try make()
        try link("b/runs", to: "../a/runs")
        if !hasMarks {
            for file in [weights, checkpoint] {
                unlink(file.deletingLastPathComponent().appendingPathComponent(".owner").path)
            }
        }
        let digest = Fixture.cell(seed: 2).configuration.digest
        #expect(try b.folder(ofDigest: digest).folder.name.hasSuffix("-2"))
        _ = try clean(b)
        #expect(exists(weights) && exists(checkpoint))
        // The store whose they are removes them as ever.
        #expect(try a.delete([1]).files.map(\.lastPathComponent) == ["best.safetensors"])
    }

    /// Neither store lies beside the runs.
    @Test func aThirdPlaceIsWhoseTheMarkSays() throws {
        try files.createDirectory(
            at: folder.url.appendingPathComponent("large/runs"), withIntermediateDirectories: true)
        try link("a/runs", to: "../large/runs")
        let (a, b, weights, checkpoint) = try make()
        try link("b/runs", to: folder.path("large/runs"))
        #expect(try clean(b).contains { $0.reason.contains("a/lightbox.db', of which") })
        #expect(exists(weights) && exists(checkpoint))
        #expect(try a.delete([1]).files.count == 1)
        // A mark of an earlier version does not say which of the two.
        let mark = checkpoint.deletingLastPathComponent().appendingPathComponent(".owner")
        let text = try String(contentsOf: mark, encoding: .utf8)
        #expect(text.contains("\"at\":\"/"))
        try Data(text.replacing(/"at":"[^"]*",/, with: "").utf8).write(to: mark)
        let report = try a.delete([2])
        #expect(report.files == [])
        #expect(report.spared.first?.reason.contains("'runs' leads to '/") == true)
        #expect(report.spared.first?.reason.hasSuffix("says that they are this store's") == true)
    }

    /// Copied or moved with its runs, a store goes on as the owner.
    @Test func aStoreThatTookItsRunsAlongOwnsThem() throws {
        let (a, b, weights, checkpoint) = try make()
        try a.close()
        try files.copyItem(atPath: folder.path("a/runs"), toPath: folder.path("b/runs"))
        let removed = try b.delete([1]).files
        #expect(removed.map(\.lastPathComponent) == ["best.safetensors"])
        #expect(removed.allSatisfy { $0.path.hasPrefix(folder.path("b")) })
        #expect(exists(weights))
        try files.moveItem(atPath: folder.path("a"), toPath: folder.path("c"))
        let moved = try folder.store("c/lightbox.db")
        let digest = Fixture.cell(seed: 2).configuration.digest
        let found = try moved.folder(ofDigest: digest)
        #expect(
            found.note == nil
                && found.folder.name == checkpoint.deletingLastPathComponent().lastPathComponent)
        #expect(try moved.delete([1]).files.count == 1)
    }

    @Test func aRunsFolderThatIsALinkIsNamed() throws {
        let (_, b, weights, checkpoint) = try make()
        try files.createDirectory(
            at: folder.url.appendingPathComponent("b/runs"), withIntermediateDirectories: true)
        for file in [weights, checkpoint] {
            let own = file.deletingLastPathComponent()
            try link("b/runs/" + own.lastPathComponent, to: own.path)
        }
        let reasons = try clean(b).map(\.reason)
        #expect(Set(reasons) == ["it is a link, and what it leads to may be another store's"])
        #expect(exists(weights) && exists(checkpoint))
    }

    @Test func mountsAreReadAsTheKernelWritesThem() {
        let table = """
            36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
            40 36 0:33 / /home/a\\040b/r\\134s rw - tmpfs tmpfs rw
            broken
            """
        #expect(RunsPlace.mountPoints(in: table) == ["/mnt2", "/home/a b/r\\s"])
    }

    /// SQLite keeps a log beside each name; two of them damage the file.
    @Test func aStoreWithTwoNamesIsOnlyRead() throws {
        try Fixture.complete(Fixture.cell(), dice: 0.5, in: try folder.store("a/one.db"))
        let path = folder.path("a/one.db"), other = folder.path("b/two.db")
        #expect(Foundation.link(path, other) == 0)
        for name in ["a/one.db", "b/two.db"] {
            #expect(throws: StoreError.hardLinked(path: folder.path(name), names: 2)) {
                try folder.store(name)
            }
        }
        #expect(try folder.store("a/one.db", .readOnly).overview().count == 1)
        unlink(other)
        // A draft that a killed process left is none.
        #expect(Foundation.link(path, path + ".\(UUID().uuidString).new") == 0)
        #expect(try folder.store("a/one.db").overview().count == 1)
    }
}
