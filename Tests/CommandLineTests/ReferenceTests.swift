import Foundation
import Testing

/// The reference is made from the program and is what the program says now. `RECORD_SNAPSHOTS=1` writes it,
/// and fails the test.
@Suite struct ReferenceTests {
    @Test func everyPageIsWhatTheProgramSays() throws {
        for page in try ReferencePages.all() {
            let isRecording = ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1"
            if isRecording {
                let file = Repository.url(page.path)
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try page.text.write(to: file, atomically: true, encoding: .utf8)
                Issue.record("recorded \(page.path)")
            }
            #expect(try Repository.text(page.path) == page.text, "\(page.path): make record")
        }
    }

    /// No verb, option, setting or metric is missing or empty.
    @Test func thePagesAreWhole() throws {
        let pages = try Dictionary(
            uniqueKeysWithValues: ReferencePages.all().map { ($0.path, $0.text) })
        let verbs = try #require(pages["docs/reference/verbs.md"])
        for verb in try Verb.all() where !verb.words.isEmpty && verb.words != ["task"] {
            #expect(verbs.contains("\n## `lightbox \(verb.words.joined(separator: " "))`\n"))
            for option in verb.help.matches(of: #/\n  (?:-\w, )?(--[a-z-]+)/#) {
                let isGeneral = option.1 == "--version" || option.1 == "--help"
                #expect(isGeneral || verbs.contains(option.1), "\(verb.words): \(option.1)")
            }
        }
        for (path, text) in pages {
            #expect(!text.contains(#/\|  +\|/#), "\(path) has an empty cell")
        }
    }
}
