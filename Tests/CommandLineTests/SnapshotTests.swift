import Foundation
import Testing

/// Help texts stay as they were until somebody records them anew with `RECORD_SNAPSHOTS=1`, which
/// fails the test so that nobody records by accident.
@Suite struct SnapshotTests {
    @Test func helpOfEveryVerb() throws {
        let verbs = try Verb.all()
        #expect(verbs.count > 20)
        for verb in verbs {
            try Snapshot.compare(verb.help, with: (["help"] + verb.words).joined(separator: "-"))
        }
    }

    /// A verb is called by a test as a user calls it: a group of verbs by its verbs.
    @Test func everyVerbHasATestFromTheCommandLine() throws {
        let tests = try Repository.files(in: "Tests/CommandLineTests")
            .filter { $0.hasSuffix("Tests.swift") && !$0.hasSuffix("/SnapshotTests.swift") }
            .map(Repository.text).joined(separator: "\n")
        for verb in try Verb.all() where !verb.words.isEmpty && !verb.isGroup {
            let words = verb.words.map { "\"\($0)\"" }.joined(separator: ", ")
            let line = "lightbox " + verb.words.joined(separator: " ") + " "
            let isCalled =
                tests.contains("(\(words)") || tests.contains("[\(words)")
                || tests.contains("\n            \(words)") || tests.contains("\"\(line)")
                || tests.contains("\"lightbox\", \(words)")
            #expect(isCalled, "no test calls lightbox \(verb.words.joined(separator: " "))")
        }
    }
}
