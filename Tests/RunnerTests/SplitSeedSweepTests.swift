import RunStore
import Runner
import Testing

/// A split seed keeps the images where they are while the networks change.
@Suite struct SplitSeedSweepTests {
    private static let grid = """
        name: fake
        grid: {dataset: phantom, model: unet, loss: tv, seed: [1, 2, 3]}
        train: {epochs: 1, image: 32, width: 1}
        """

    @Test func allSeedsHaveOneSplitAndTheFirstRunIsFoundAgain() throws {
        let bench = try Workbench()
        #expect(try bench.sweep(Self.grid).outcome.trained == 3)
        #expect(try bench.number("SELECT count(DISTINCT split_id) FROM run") == 3)
        let fixed = Self.grid.replacing("epochs: 1", with: "split-seed: 1, epochs: 1")
        let outcome = try bench.sweep(fixed).outcome
        #expect(outcome.done == 1)
        #expect(outcome.trained == 2)
        #expect(
            try bench.number(
                """
                SELECT count(DISTINCT split_id) FROM experiment_run x JOIN run r ON r.id = x.run
                WHERE x.position >= 0
                """) == 1)
        #expect(
            try bench.number(
                """
                SELECT count(*) FROM run r JOIN split s ON s.id = r.split_id
                WHERE s.seed = 1 AND r.seed IN (1, 2, 3)
                """) == 3)
        let groups = try bench.store.runGroups(.init())
        #expect(groups.map(\.runs) == [5], "a setting's networks, whatever drew their split")
    }
}
