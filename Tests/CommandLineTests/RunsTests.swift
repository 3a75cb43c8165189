import Domain
import Foundation
import RunStore
import Testing

/// `runs` tells trials of a search apart.
@Suite struct RunsTests {
    private func plan(_ rate: Double, width: Int64, in store: RunStore) throws -> PlannedRun {
        try #require(
            try store.plan([
                RunDescription(
                    configuration: RunConfiguration([
                        "rate": .number(rate), "width": .integer(width),
                    ]),
                    dataset: "mcx", model: "unet", procedure: "supervised", loss: "tv",
                    labels: 100, seed: 1, epochs: 9,
                    parameters: [
                        "learning-rate": .number(rate), "width": .integer(width),
                        "batch": .integer(8),
                    ])
            ]).first)
    }

    @Test func settingsThatVaryAreShownAndPrunedTrialsAreCalledSo() throws {
        let program = try Program()
        let store = try RunStore(
            at: program.folder.appendingPathComponent("results/lightbox.db"))
        _ = try plan(0.003, width: 8, in: store)
        let pruned = try plan(0.01, width: 16, in: store)
        let lease = try #require(
            try store.claim(
                pruned.id, for: Worker(),
                environment: RunEnvironment(version: "0", cpu: "test", threads: 1)))
        try lease.prune("given up")
        try store.close()
        let csv = try program.run("runs", "--format", "csv").output.split(separator: "\n")
        #expect(csv[0].hasSuffix(",settings"))
        #expect(csv[1].hasPrefix("2,pruned,mcx,"))
        #expect(csv[1].hasSuffix("\"learning-rate 0.01, width 16\""))
        #expect(csv[2].hasSuffix("\"learning-rate 0.003, width 8\""))
        // What does not vary is not said.
        let one = try program.run("runs", "--format", "csv", "--where", "run = 1").output
        #expect(!one.contains("settings"))
    }
}
