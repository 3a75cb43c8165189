import Foundation
import GRDB
import RunStore
import Testing

/// Text of a database is no path by itself: where files of runs may lie, and what is read.
@Suite struct ArtifactFileTests {
    let folder: Folder
    let store: RunStore
    let run: RunID
    let file: URL

    init() throws {
        folder = try Folder()
        store = try folder.store("lab/runs.db")
        (run, file) = try WeightsFixture.complete(Fixture.cell(), in: store)
    }

    private func read(_ store: RunStore? = nil) throws -> Data? {
        try (store ?? self.store).files(of: run)["weights-best"]?.get().read()
    }

    /// Changes the row of the weights, as somebody who made the file would.
    private func set(_ assignment: String) throws {
        let queue = try DatabaseQueue(path: folder.path("lab/runs.db"))
        try queue.write { try $0.execute(sql: "UPDATE \(assignment)") }
        try queue.close()
    }

    @Test func theBytesThatWereWrittenAreRead() throws {
        #expect(try read() == WeightsFixture.bytes)
    }

    @Test(
        "paths that no store writes",
        arguments: [
            "/dev/zero", "/etc/passwd", "lightbox.db", "runs", "runs/", "runs/../.bashrc",
            "runs/evil/f", "runs/DIGITS", "runs/DIGITS/", "runs/DIGITS/.", "runs/DIGITS/..",
            "runs/DIGITS/.owner", "runs/DIGITS/a/b", "runs/DIGITS/../x", "runs//DIGITS/x",
            "runs/DIGITS-1/x", "runs/DIGITS-02/x", "runs/DIGITS-x/y", "runs/DIGITS0/x",
            "runs/0123456789abcdef/best.safetensors", "Runs/DIGITS/x", "../lab/lightbox.db",
            "../lab/runs/0123456789abcdef/best.safetensors", "runs/DIGITS/a\u{1B}[2J",
        ])
    func misplaced(path: String) throws {
        let digits = file.deletingLastPathComponent().lastPathComponent
        let path = path.replacing("DIGITS", with: digits)
        try set("artifact SET path = '\(path)'")
        #expect(throws: ArtifactError.misplaced(run: run, path: path, folder: digits)) {
            try read()
        }
        // And housekeeping touches nothing there.
        let report = try store.delete([run])
        #expect(report.files.allSatisfy { $0.path.hasPrefix(folder.path("lab/runs/")) })
    }

    @Test(arguments: ["", "abc", "../../precious/", String(repeating: "A", count: 64)])
    func aDigestThatIsNone(digest: String) throws {
        try set("run SET digest = '\(digest.isEmpty ? "x" : digest)'")
        let found = digest.isEmpty ? "x" : digest
        #expect(throws: ArtifactError.badDigest(run: run, found: found)) { try read() }
        let precious = folder.url.appendingPathComponent("precious/thesis.tex")
        try FileManager.default.createDirectory(
            at: precious.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data("thesis".utf8).write(to: precious)
        #expect(try store.delete([run]).files == [])
        #expect(FileManager.default.fileExists(atPath: precious.path))
    }

    @Test func otherBytesAreRefused() throws {
        try Data("weightz".utf8).write(to: file)
        let error = #expect(throws: ArtifactError.self) { try read() }
        #expect(error?.description.contains("its SHA-256 is") == true)
        try Data("weights and more".utf8).write(to: file)
        let longer = #expect(throws: ArtifactError.self) { try read() }
        #expect(longer?.description.contains("its size is 16 bytes, expected 7") == true)
        try FileManager.default.removeItem(at: file)
        #expect(throws: ArtifactError.missing(run: run, path: file.path)) { try read() }
    }

    @Test func linksPipesAndFoldersAreNoFiles() throws {
        let files = FileManager.default
        let elsewhere = folder.url.appendingPathComponent("elsewhere")
        try files.moveItem(at: file, to: elsewhere)
        try files.createSymbolicLink(at: file, withDestinationURL: elsewhere)
        #expect(throws: ArtifactError.notAFile(run: run, path: file.path, found: "a link")) {
            try read()
        }
        unlink(file.path)
        try #require(mkfifo(file.path, 0o600) == 0)
        #expect(throws: ArtifactError.notAFile(run: run, path: file.path, found: "a pipe")) {
            try read()
        }
        unlink(file.path)
        try files.createDirectory(at: file, withIntermediateDirectories: false)
        #expect(throws: ArtifactError.notAFile(run: run, path: file.path, found: "a folder")) {
            try read()
        }
        rmdir(file.path)
        // The run's folder as a link, with the right bytes behind it.
        let own = file.deletingLastPathComponent()
        let other = folder.url.appendingPathComponent("other")
        try files.moveItem(at: own, to: other)
        try WeightsFixture.bytes.write(to: other.appendingPathComponent("best.safetensors"))
        try files.createSymbolicLink(at: own, withDestinationURL: other)
        #expect(throws: ArtifactError.self) { try read() }
        #expect(try store.delete([run]).files == [])
        #expect(files.fileExists(atPath: other.appendingPathComponent("best.safetensors").path))
    }

    @Test func filesOfAMergedStoreAreReadWhereTheyStay() throws {
        let other = try folder.store("other/runs.db")
        #expect(try other.merge([store.url]).problems == [])
        #expect(try read(other) == WeightsFixture.bytes)
        // They are never this store's to remove.
        #expect(try other.delete([1]).files == [])
        #expect(FileManager.default.fileExists(atPath: file.path))
    }
}
