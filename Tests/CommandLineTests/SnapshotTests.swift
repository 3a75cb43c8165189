import Foundation
import Testing

/// Help texts stay as they were until somebody records them anew with `RECORD_SNAPSHOTS=1`, which
/// fails the test so that nobody records by accident.
@Suite struct SnapshotTests {
    /// Every verb that help names, and theirs; `task` is for the scripts of a cluster alone.
    @Test func helpOfEveryVerb() throws {
        let program = try Program()
        var waiting: [[String]] = [[], ["task"]]
        var seen = 0
        while let verb = waiting.popLast() {
            let ending = try program.run(verb + ["--help"])
            #expect(ending.status == 0)
            try Snapshot.compare(ending.output, with: (["help"] + verb).joined(separator: "-"))
            seen += 1
            let verbs = ending.output.split(separator: "SUBCOMMANDS:").dropFirst().first ?? ""
            waiting += verbs.matches(of: #/\n  ([a-z]+)  /#).map { verb + [String($0.1)] }
        }
        #expect(seen > 20)
    }
}
