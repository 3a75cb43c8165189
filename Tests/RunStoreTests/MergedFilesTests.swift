import Foundation
import GRDB
import Testing

@testable import RunStore

/// Stores that somebody sent, merged with their files.
@Suite struct MergedFilesTests {
    let folder: Folder
    let files = FileManager.default
    let store: RunStore
    let mine: URL
    let sent: RunStore

    init() throws {
        folder = try Folder()
        store = try folder.store("lab/a.db")
        mine = try WeightsFixture.complete(Fixture.cell(seed: 1), in: store).file
        sent = try folder.store("sent/b.db")
        try WeightsFixture.complete(Fixture.cell(seed: 2), in: sent)
    }

    private func change(_ sql: String) throws {
        let queue = try DatabaseQueue(path: folder.path("sent/b.db"))
        // As somebody does it who knows how stores are sealed.
        try queue.write { db in
            try db.execute(sql: sql)
            try RecordSeal.run.write(1, in: db)
        }
        try queue.close()
    }

    /// Every file below the store's folder, with its bytes, but the store itself.
    private func lab() throws -> [String: Data] {
        let names = try files.subpathsOfDirectory(atPath: folder.path("lab"))
        return Dictionary(
            uniqueKeysWithValues: try names.filter { !$0.hasPrefix("a.db") }.compactMap { name in
                let url = folder.url.appendingPathComponent("lab/\(name)")
                return (try? url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile) == true
                    ? (name, try Data(contentsOf: url)) : nil
            })
    }

    @Test(
        arguments: [
            "a.db", ".bashrc", "runs/../.bashrc", "experiments/x.yaml", "runs/evil",
            "runs/evil/f", "../lab/a.db", "MINE", "../lab/MINE", "/etc/hostname",
        ])
    func aPathThatIsNoPlaceOfTheRunIsNotTaken(path: String) throws {
        let own = "runs/" + mine.pathComponents.suffix(2).joined(separator: "/")
        let path = path.replacing("MINE", with: own)
        if !path.hasPrefix("/"), !path.hasPrefix("../lab/a.db") {
            let source = folder.url.appendingPathComponent("sent/" + path)
            try files.createDirectory(
                at: source.deletingLastPathComponent(), withIntermediateDirectories: true)
            if !path.hasPrefix("../") { try WeightsFixture.bytes.write(to: source) }
        }
        try change("UPDATE artifact SET path = '\(path)'")
        let before = try lab()
        let report = try store.merge([sent.url], files: .copy)
        #expect(report.added == 1 && report.files == 0)
        #expect(report.problems.count == 1 && report.problems[0].contains("'\(path)'"))
        #expect(try lab() == before)
        #expect(try store.artifacts(of: 2) == [])
        #expect(try store.delete([2]).files == [])
        #expect(try lab() == before)
    }

    @Test func aDigestThatIsNoneRefusesTheStore() throws {
        try change("UPDATE run SET digest = '../../precious/'")
        let report = try store.merge([sent.url])
        #expect(report.added == 0)
        #expect(report.failures.map(\.reason).first?.contains("its digest") == true)
    }

    @Test(arguments: ["changed", "link", "pipe", "gone"])
    func aFileThatIsNotWhatWasRecordedIsNotCopied(how: String) throws {
        let source = try #require(try sent.files(of: 1)["weights-best"]).get().url
        let outside = folder.url.appendingPathComponent("outside")
        try files.moveItem(at: source, to: outside)
        switch how {
        case "changed": try Data("weightz".utf8).write(to: source)
        case "link": try files.createSymbolicLink(at: source, withDestinationURL: outside)
        case "pipe": try #require(mkfifo(source.path, 0o600) == 0)
        default: break
        }
        let before = try lab()
        let report = try store.merge([sent.url], files: .copy)
        #expect(report.files == 0 && report.problems.count == 1)
        let added = try lab().filter { before[$0.key] != $0.value }.keys
        #expect(added.allSatisfy { $0.hasSuffix("/.owner") })
    }

    @Test func aFileIsNeverPutOverAnother() throws {
        let digest = Fixture.cell(seed: 2).configuration.digest
        let there = try store.folder(ofDigest: digest).folder
        let notes = there.url.appendingPathComponent("best.safetensors")
        try Data("mine".utf8).write(to: notes)
        let report = try store.merge([sent.url], files: .copy)
        #expect(report.files == 1)
        #expect(try String(contentsOf: notes, encoding: .utf8) == "mine")
        #expect(try store.artifacts(of: 2).map(\.path) == [there.path(of: "best-2.safetensors")])
        #expect(try store.files(of: 2)["weights-best"]?.get().read() == WeightsFixture.bytes)
    }

    @Test func theStoreItselfUnderAnotherNameIsRefused() throws {
        let path = folder.path("lab/link.db")
        try #require(link(folder.path("lab/a.db"), path) == 0)
        let report = try store.merge([URL(fileURLWithPath: path)])
        #expect(report.failures.map(\.reason).first?.contains("this store itself") == true)
    }
}
