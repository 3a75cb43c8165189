import Domain
import Foundation
import Reports
import RunStore
import Testing

@testable import Server

/// Pages show runs by what judges them, not by the Dice of masks that there may not be.
@Suite struct JudgedPagesTests {
    private static let accuracy = RunObjective(
        split: "validation", name: "class-accuracy", direction: .higherIsBetter)
    private static let error = RunObjective(
        split: "validation", name: "error", direction: .lowerIsBetter)

    /// Completes a run of each value, which its curve has at the second epoch and its test images have.
    @discardableResult
    private func add(
        _ objective: RunObjective, _ values: [Double], to served: ServedStore
    ) throws -> [RunID] {
        let store = try RunStore(at: served.url)
        defer { try? store.close() }
        let experiment = try store.record(
            ExperimentRecord(name: objective.name, description: "", report: ""))
        var cells: [RunDescription] = []
        for (index, _) in values.enumerated() {
            cells.append(
                RunDescription(
                    configuration: RunConfiguration([
                        "objective": .text(objective.name), "width": .integer(Int64(index)),
                    ]),
                    dataset: "mcx", model: "classifier", procedure: "classification", loss: "tv",
                    labels: 100, seed: 1, epochs: 3,
                    parameters: [
                        "width": .integer(Int64(index)), "beta": .number(Double(index % 2)),
                    ], objective: objective))
        }
        let runs = try store.plan(cells, experiment: experiment)
        for (run, value) in zip(runs, values) {
            let lease = try #require(
                try store.claim(
                    run.id, for: Worker(),
                    environment: RunEnvironment(version: "test", cpu: "test", threads: 1)))
            for (epoch, factor) in [0.9, 1, 0.95].enumerated() {
                try lease.log([
                    MetricPoint(
                        split: .validation, name: objective.name, epoch: epoch + 1,
                        value: value * (objective == Self.error ? 2 - factor : factor))
                ])
            }
            let data = try store.register(
                DatasetRecord(
                    name: "mcx", fingerprint: "f", classes: ["a", "b"], side: 32,
                    images: ["one", "two"].map { DatasetRecord.Image(name: $0, hasMask: true) }))
            let split = try store.register(
                SplitRecord(
                    seed: 1, labels: 100, rule: "stratified", train: ["one"], validation: [],
                    test: ["two"], labelled: ["one"]), dataset: data)
            try lease.use(dataset: data, split: split)
            try lease.record(
                EvaluationRecord(
                    weights: .best, split: .test, epoch: 2, images: ["two"], values: [:],
                    pooled: [objective.name: value]))
            try lease.finish(RunSummary(seconds: 1))
        }
        return runs.map(\.id)
    }

    @Test func aStoreOfClassifiersShowsTheirAccuracy() async throws {
        let served = try ServedStore()
        defer { served.end() }
        let runs = try add(Self.accuracy, [0.7, 0.75, 0.875, 0.8, 0.85], to: served)
        let list = try await served.answer("/")
        #expect(list.contains("Test class-accuracy") && list.contains("Val. class-accuracy"))
        #expect(!list.contains("Dice") && list.contains(">0.875<"))
        let page = try await served.answer("/runs/\(runs[2])")
        #expect(page.contains("Test class-accuracy") && page.contains("0.875 at epoch 2 of 3"))
        #expect(page.contains("value=\"validation class-accuracy\" checked"))
        let sweep = try await served.answer("/experiments/class-accuracy")
        #expect(sweep.contains("Mean class-accuracy of the test images"))
        #expect(sweep.contains("best validation class-accuracy so far"))
        #expect(sweep.contains("correlation of settings with the validation class-accuracy"))
        let images = try await served.answer("/runs/\(runs[0])/images")
        #expect(images.contains("no class-accuracy of test images"))
    }

    @Test func ofSeveralObjectivesEachValueHasItsOwn() async throws {
        let served = try ServedStore()
        defer { served.end() }
        try served.fill(seeds: [1])
        try add(Self.accuracy, [0.7], to: served)
        let list = try await served.answer("/")
        #expect(list.contains("Test result") && list.contains("0.700 class-accuracy"))
        #expect(list.contains("0.920 Dice") || list.contains("0.915 Dice"))
        let groups = try await served.answer("/?group=seeds")
        #expect(groups.contains("Test result") && groups.contains("0.700 class-accuracy"))
    }

    /// Where small values are good, the best so far only falls.
    @Test func theBestSoFarFollowsTheDirection() throws {
        let served = try ServedStore()
        defer { served.end() }
        try add(Self.error, [0.5, 0.2, 0.4], to: served)
        let store = try RunStore(at: served.url, mode: .readOnly)
        let runs = try store.overview()
        let judged = JudgedRuns(runs, by: ServedStore.vocabulary)
        #expect(judged.title == "validation error" && judged.runs.map(\.value) == [0.5, 0.2, 0.4])
        #expect(runs.map(\.bestEpoch) == [2, 2, 2])
        #expect(judged.runs.map(\.value).reduce(1, judged.objective.better) == 0.2)
        let groups = try store.runGroups(RunList.Request())
        #expect(groups.map(\.testValue) == [0.2, 0.4, 0.5], "the best first")
    }
}
