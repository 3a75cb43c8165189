import Foundation
import GRDB
import RunStore
import Testing

/// Files that clients of MLflow give to runs, in a store that somebody changed.
@Suite struct TrackedFileTests {
    let folder: Folder
    let files = FileManager.default

    init() throws { folder = try Folder() }

    private func put(_ text: String, at path: String, of run: String, _ tracker: MLflowTracker)
        throws
    {
        let draft = try tracker.draft(path, of: run)
        try draft.append(Array(text.utf8))
        try tracker.adopt(draft)
    }

    private func exists(_ name: String) -> Bool { files.fileExists(atPath: folder.path(name)) }

    /// Replacing and removing take away what the run wrote, and nothing else that the store names.
    @Test(arguments: ["runs/../victim.txt", "runs/../../victim.txt", "victim.txt", "OTHER", "OWN"])
    func nothingElseIsRemoved(place: String) throws {
        try "mine".write(toFile: folder.path("victim.txt"), atomically: true, encoding: .utf8)
        let tracker = try MLflowTracker(at: URL(fileURLWithPath: folder.path()), version: "0")
        for id in ["a", "b"] {
            let words = MLflowWords(
                id: id, experiment: "e", status: "RUNNING", parameters: [], tags: [])
            _ = try tracker.begin(words, started: nil)
            try put("bytes of \(id)", at: "model/x", of: id, tracker)
        }
        let store = try folder.store()
        let paths = try store.query("SELECT path FROM artifact ORDER BY run").rows
            .compactMap(\.[0].text)
        let isOwn = place == "OWN"
        if !isOwn {
            let queue = try DatabaseQueue(path: folder.path())
            try queue.write {
                try $0.execute(
                    sql: "UPDATE artifact SET path = ? WHERE id = (SELECT min(id) FROM artifact)",
                    arguments: [place == "OTHER" ? paths[1] : place])
            }
            try queue.close()
        }
        try put("other bytes", at: "model/x", of: "a", tracker)
        #expect(exists("victim.txt") && exists(paths[1]) && exists(paths[0]) != isOwn)
        try tracker.removeFiles("model", of: "a")
        #expect(exists("victim.txt") && exists(paths[1]))
        let left = try files.contentsOfDirectory(
            atPath: URL(fileURLWithPath: folder.path(paths[0])).deletingLastPathComponent().path)
        #expect(left.filter { $0.hasPrefix("artifact-") }.isEmpty == isOwn, "\(left)")
    }
}
