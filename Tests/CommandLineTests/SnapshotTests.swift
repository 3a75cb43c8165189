import Foundation
import Testing

/// Help texts stay as they were until somebody records them anew with `RECORD_SNAPSHOTS=1`, which
/// fails the test so that nobody records by accident.
@Suite struct SnapshotTests {
    @Test(arguments: [
        [], ["sweep"], ["train"], ["runs"], ["show"], ["report"], ["query"], ["data"],
        ["data", "phantom"], ["predict"], ["doctor"], ["merge"], ["task"], ["status"],
    ])
    func help(verb: [String]) throws {
        let ending = try Program().run(verb + ["--help"])
        #expect(ending.status == 0)
        try Snapshot.compare(ending.output, with: (["help"] + verb).joined(separator: "-"))
    }
}
