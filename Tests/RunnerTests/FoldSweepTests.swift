import RunStore
import Runner
import Testing

/// A sweep over folds: the same folds for every method, each image tested once.
@Suite struct FoldSweepTests {
    private static let grid = """
        name: fake
        grid: {dataset: phantom, model: unet, loss: [tv, kltv], seed: [1, 2]}
        train: {folds: 4, split-seed: 1, epochs: 1, image: 32, width: 1}
        """

    @Test func allMethodsAndSeedsHaveTheSameFolds() throws {
        let bench = try Workbench()
        #expect(try bench.sweep(Self.grid).outcome.trained == 16)
        #expect(try bench.number("SELECT count(DISTINCT split_id) FROM run") == 4)
        let tested = try bench.store.query(
            """
            SELECT count(*), count(DISTINCT image_id), (SELECT sum(masks) FROM dataset)
            FROM split_image WHERE part = 'test'
            """
        ).rows[0]
        #expect(tested[0] == tested[1] && tested[1] == tested[2])
        let rules = try bench.store.query("SELECT rule FROM split ORDER BY rule").rows
        #expect(rules.map(\.[0].text) == (1...4).map { "stratified, fold \($0) of 4" })
        #expect(try bench.store.runGroups(.init()).map(\.runs) == [8, 8])
        let again = try bench.sweep(
            Self.grid.replacing("kltv]", with: "kltv]").replacing(
                "folds: 4", with: "folds: 4, fold: [2, 3]")
        ).outcome
        #expect(again.done == 8 && again.trained == 0)
    }

    @Test func foldsThatCannotBeAreSaidBeforeTraining() throws {
        let bench = try Workbench()
        let outcome = try bench.sweep(Self.grid.replacing("folds: 4", with: "folds: 100, fold: 1"))
            .outcome
        #expect(outcome.trained == 0 && outcome.failed == 4)
        #expect(bench.log.trained.isEmpty)
        let errors = try bench.store.query("SELECT DISTINCT error FROM run").rows
        #expect(errors.count == 1)
        #expect(errors[0][0].text?.contains("expected at least 100 for 100 folds") == true)
    }
}
