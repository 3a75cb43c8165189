import Foundation
import Testing

/// Text that stays as it was until somebody records it anew.
enum Snapshot {
    /// Compares `text` with the recorded one of that name; `RECORD_SNAPSHOTS=1` records it, and fails
    /// the test.
    static func compare(
        _ text: String, with name: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Snapshots/\(name).txt")
        if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1" {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: file, atomically: true, encoding: .utf8)
            Issue.record("recorded \(name)", sourceLocation: sourceLocation)
            return
        }
        let expected = try String(contentsOf: file, encoding: .utf8)
        #expect(
            text == expected, "RECORD_SNAPSHOTS=1 records the new text",
            sourceLocation: sourceLocation)
    }
}
