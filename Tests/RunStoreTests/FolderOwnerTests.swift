import Foundation
import GRDB
import RunStore
import Testing

/// Stores that share a folder, and with it `runs/`.
@Suite struct FolderOwnerTests {
    let folder: Folder
    let files = FileManager.default

    init() throws {
        folder = try Folder()
    }

    private func exists(_ file: URL) -> Bool { files.fileExists(atPath: file.path) }
    private func text(_ file: URL) -> String? { try? String(contentsOf: file, encoding: .utf8) }
    private func copy(_ store: RunStore, to name: String) throws {
        try store.backup(to: folder.url.appendingPathComponent(name))
    }

    @Test func twoStoresOfOneCellHaveAFolderEach() throws {
        let (one, two) = (try folder.store("one.db"), try folder.store("two.db"))
        let first = try WeightsFixture.interrupt(Fixture.cell(), in: one, checkpoint: "one")
        let digest = Fixture.cell().configuration.digest
        let (other, note) = try two.folder(ofDigest: digest)
        #expect(other.name == digest.prefix(16) + "-2")
        #expect(
            note == "runs/\(digest.prefix(16)) belongs to another store, 'one.db'; this run's "
                + "files lie in runs/\(digest.prefix(16))-2")
        let second = try WeightsFixture.interrupt(Fixture.cell(), in: two, checkpoint: "two")
        #expect(text(first) == "one" && text(second) == "two")
        // Asked again, each has its own.
        #expect(try one.folder(ofDigest: digest).folder.url == first.deletingLastPathComponent())
        #expect(try two.folder(ofDigest: digest).folder == other)
        // And what one deletes is its own.
        #expect(try two.delete([1]).files.map(\.path) == [second.path])
        #expect(text(first) == "one")
        #expect(try one.delete([1]).files.map(\.path) == [first.path])
    }

    @Test func aCopyBesideTheStoreLosesNothing() throws {
        let store = try folder.store("lightbox.db")
        let (run, weights) = try WeightsFixture.complete(Fixture.cell(seed: 1), in: store)
        let checkpoint = try WeightsFixture.interrupt(
            Fixture.cell(seed: 2), in: store, checkpoint: "mine")
        // Whatever its name.
        try copy(store, to: "before the holidays")
        let copied = try folder.store("before the holidays")
        let (other, note) = try copied.folder(
            ofDigest: Fixture.cell(seed: 2).configuration.digest)
        #expect(other.name.hasSuffix("-2"))
        #expect(note?.contains("of which this store is a copy") == true)
        for deleting in [copied, store] {
            let report = try deleting.delete([run])
            #expect(report.files == [] && report.spared.count == 1)
            #expect(exists(weights))
            if deleting === copied {
                #expect(
                    report.spared.first?.reason
                        == "the store 'lightbox.db' in the same folder names them")
                _ = try folder.store("another").merge([store.url])
                #expect(try deleting.collect().files == [])
                #expect(exists(weights) && exists(checkpoint))
            }
        }
        // Nobody but "another" names them now.
        try store.close()
        #expect(try folder.store("lightbox.db").collect().files == [])
        #expect(try folder.store("another").delete([1]).files == [])
        #expect(exists(weights), "the folder is lightbox.db's")
        #expect(try folder.store("lightbox.db").collect().files.map(\.path) == [weights.path])
        #expect(text(checkpoint) == "mine")
    }

    @Test func aRenamedOrRestoredStoreKeepsItsFolders() throws {
        let store = try folder.store("a.db")
        let checkpoint = try WeightsFixture.interrupt(Fixture.cell(), in: store, checkpoint: "x")
        try copy(store, to: "b.db")
        try store.close()
        for suffix in ["", "-wal", "-shm"] { unlink(folder.path("a.db") + suffix) }
        let digest = Fixture.cell().configuration.digest
        let renamed = try folder.store("b.db").folder(ofDigest: digest)
        #expect(renamed.folder.url == checkpoint.deletingLastPathComponent() && renamed.note == nil)
    }

    @Test func aFolderWithoutAMarkIsTakenUnlessAnotherStoreHasTheRun() throws {
        let store = try folder.store("a.db")
        let checkpoint = try WeightsFixture.interrupt(Fixture.cell(), in: store, checkpoint: "x")
        let own = checkpoint.deletingLastPathComponent()
        unlink(own.appendingPathComponent(".owner").path)
        let digest = Fixture.cell().configuration.digest
        #expect(try store.folder(ofDigest: digest).folder.url == own)
        unlink(own.appendingPathComponent(".owner").path)
        _ = try folder.store("b.sqlite").plan([Fixture.cell()])
        #expect(try store.folder(ofDigest: digest).note?.contains("'b.sqlite'") == true)
        #expect(text(checkpoint) == "x")
        // A damaged mark counts as none.
        unlink(folder.path("b.sqlite"))
        try Data("{".utf8).write(to: own.appendingPathComponent(".owner"))
        #expect(try store.folder(ofDigest: digest).folder.url == own)
    }

    @Test func aFolderThatIsALinkIsPassedBy() throws {
        let store = try folder.store("a.db")
        let digest = Fixture.cell().configuration.digest
        let outside = folder.url.appendingPathComponent("outside")
        try files.createDirectory(at: outside, withIntermediateDirectories: true)
        try files.createDirectory(
            at: folder.url.appendingPathComponent("runs"), withIntermediateDirectories: true)
        try files.createSymbolicLink(
            at: folder.url.appendingPathComponent("runs/\(digest.prefix(16))"),
            withDestinationURL: outside)
        #expect(try store.folder(ofDigest: digest).folder.name.hasSuffix("-2"))
        #expect(try files.contentsOfDirectory(atPath: outside.path) == [])
    }

    @Test(
        "gc beside files that are no healthy stores",
        arguments: [
            "damaged.db", "newer.db", "text.db", "empty.db", "folder.db", "pipe.db", "dangling.db",
            "notes.txt", "dump",
        ])
    func gcBesideOthers(name: String) throws {
        let store = try folder.store("a.db")
        try WeightsFixture.complete(Fixture.cell(seed: 1), in: store)
        let orphan = folder.url.appendingPathComponent("runs/0123456789abcdef/best.safetensors")
        try files.createDirectory(
            at: orphan.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data("x".utf8).write(to: orphan)
        let path = folder.path(name)
        switch name {
        case "damaged.db":
            try copy(store, to: name)
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try handle.seek(toOffset: 4096)
            try handle.write(contentsOf: Data(repeating: 0xA5, count: 200_000))
            try handle.close()
        case "newer.db", "dump":
            try copy(store, to: name)
            let queue = try DatabaseQueue(path: path)
            try queue.write {
                // A dump that was read in again has lost what tells a store.
                try $0.execute(
                    sql: name == "dump"
                        ? """
                        PRAGMA application_id = 0; PRAGMA user_version = 0;
                        UPDATE run SET digest = '0123456789abcdef' || substr(digest, 17)
                        """ : "PRAGMA user_version = 99")
            }
            try queue.close()
        case "folder.db": try files.createDirectory(atPath: path, withIntermediateDirectories: true)
        case "pipe.db": try #require(mkfifo(path, 0o600) == 0)
        case "dangling.db": try files.createSymbolicLink(atPath: path, withDestinationPath: "no")
        default:
            let text = name == "empty.db" ? "" : "hi\n"
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        }
        let spares = ["damaged.db", "newer.db", "dump"].contains(name)
        let report = try store.collect()
        #expect(exists(orphan) == spares, "\(report)")
        #expect(report.spared.map(\.files.count) == (spares ? [1] : []))
        #expect(report.spared.allSatisfy { $0.reason.contains("'\(name)'") })
    }

    @Test func whatLightboxDidNotWriteStays() throws {
        let store = try folder.store("a.db")
        let (run, weights) = try WeightsFixture.complete(Fixture.cell(), in: store)
        let notes = weights.deletingLastPathComponent().appendingPathComponent("notes.txt")
        try Data("mine".utf8).write(to: notes)
        let report = try store.delete([run])
        #expect(report.files.map(\.path) == [weights.path])
        #expect(report.spared.map(\.reason) == ["Lightbox did not write them"])
        #expect(text(notes) == "mine")
    }

    @Test func twoRunsWhoseDigestsBeginAlikeDoNotShareAFolder() throws {
        let store = try folder.store("a.db")
        let (_, mine) = try WeightsFixture.complete(Fixture.cell(), in: store)
        let digits = mine.deletingLastPathComponent().lastPathComponent
        let digest = digits + String(repeating: "0", count: 48)
        let (other, note) = try store.folder(ofDigest: digest)
        #expect(other.name == digits + "-2" && note?.contains("belongs to another run") == true)
        // As a store that somebody made might have it: a merge names it, and mixes no files.
        try WeightsFixture.complete(Fixture.cell(seed: 2), in: store)
        let queue = try DatabaseQueue(path: folder.path("a.db"))
        try queue.write {
            try $0.execute(sql: "UPDATE run SET digest = '\(digest)' WHERE id = 2")
        }
        try queue.close()
        let report = try folder.store("merged/b.db").merge([store.url], files: .copy)
        #expect(report.files == 1 && report.problems.count == 2)
        #expect(report.problems[0].hasPrefix("not taken: run 2 names the file"))
        #expect(try files.contentsOfDirectory(atPath: folder.path("merged/runs")) == [digits])
        _ = try store.delete([2])
        #expect(text(mine) == "weights")
    }
}
