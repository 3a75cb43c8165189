import Foundation
import Testing

/// Help texts stay as they were until somebody records them anew with `RECORD_SNAPSHOTS=1`, which
/// fails the test so that nobody records by accident.
@Suite struct SnapshotTests {
    @Test(arguments: [
        [], ["sweep"], ["train"], ["runs"], ["show"], ["report"], ["query"], ["data"],
        ["data", "phantom"], ["predict"], ["doctor"], ["merge"], ["task"],
    ])
    func help(verb: [String]) throws {
        let ending = try Program().run(verb + ["--help"])
        #expect(ending.status == 0)
        try compare(ending.output, with: (["help"] + verb).joined(separator: "-"))
    }

    private func compare(_ text: String, with name: String) throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Snapshots/\(name).txt")
        if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1" {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: file, atomically: true, encoding: .utf8)
            Issue.record("recorded \(name)")
            return
        }
        let expected = try String(contentsOf: file, encoding: .utf8)
        #expect(text == expected, "RECORD_SNAPSHOTS=1 records the new text")
    }
}
