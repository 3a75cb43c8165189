import Domain
import Foundation
import Testing

@testable import RunStore

/// What other rooms ask of runs: each question has a name and a type of its own.
@Suite struct ReadModelTests {
    let folder: Folder

    init() throws { folder = try Folder() }

    @Test func aCellIsReadBackAsItWasPlanned() throws {
        let store = try folder.store()
        var cell = Fixture.cell(labels: 12.5)
        cell.seed = .max
        let run = try Fixture.complete(cell, dice: 0.9, in: store)
        let read = try store.cellRun(run)
        #expect(read.configuration == cell.configuration && read.state == .completed)
        #expect(read.dataset == "mcx" && read.datasetTitle == "mcx" && read.model == "unet")
        #expect(read.labels == 12.5 && read.seed == .max)
        #expect(read.settings == ["width": "32", "learning-rate": "0.001"])
        #expect(read.classes == ["normal", "tuberculosis"])
        #expect(try store.classes(ofRun: run) == read.classes)
        #expect(try store.configuration(of: run) == cell.configuration)
        #expect(
            try store.splitSizes(of: run)
                == SplitSizes(train: 2, labelled: 1, validation: 1, test: 5))
        let waiting = try #require(try store.plan([Fixture.cell(seed: 2)]).first).id
        #expect(try store.cellRun(waiting).classes == nil)
        #expect(try store.splitSizes(of: waiting) == nil)
        let logged = try LoggedFixture.complete(in: store)
        #expect(throws: StoreError.self) { try store.cellRun(logged) }
        #expect(throws: StoreError.unknown(kind: "run", name: "99", nearest: nil)) {
            try store.cellRun(99)
        }
        #expect(try store.configuration(of: 99) == nil)
    }

    @Test func aTextMeansRunsByNumberOrDigest() throws {
        let store = try folder.store()
        #expect(try store.runNumbers() == RunNumbers(count: 0, first: 0, last: 0))
        let runs = try store.plan((1...3).map { Fixture.cell(seed: $0) })
        #expect(try store.runNumbers() == RunNumbers(count: 3, first: 1, last: 3))
        #expect(try store.runs(numbered: 2...9) == [2, 3])
        let digest = runs[1].digest
        #expect(try store.runs(named: "2") == NamedRuns(numbered: 2, begun: []))
        #expect(try store.runs(named: String(digest.prefix(9)).uppercased()).begun == [2])
        for text in ["", "9", "-1", "2 ", "99999999999999999999", String(digest.prefix(3)), "*"] {
            let found = try store.runs(named: text)
            #expect(found.numbered == nil && found.begun.isEmpty, "\(text)")
        }
    }

    @Test func anExperimentHasRunsInTheOrderOfItsGrid() throws {
        let store = try folder.store()
        let experiment = try store.record(ExperimentRecord(name: "x", description: "", report: ""))
        let cells = (1...3).map { Fixture.cell(seed: $0) }
        try store.plan(cells, experiment: experiment)
        try Fixture.complete(cells[1], dice: 0.8, in: store)
        try store.plan([cells[2], cells[1]], experiment: experiment, isWhole: true)
        #expect(try store.members(ofExperiment: "x") == [1, 3, 2])
        #expect(try store.overview(experiment: "x").map(\.run) == [1, 3, 2])
        #expect(try store.runs(ofExperiment: "x") == [2, 3])
        #expect(try store.runs(ofExperiment: "x", in: .completed) == [2])
        #expect(try store.runs(ofExperiment: "y").isEmpty)
    }

    @Test func storedConfigurationsComeInTheOrderInWhichTheyEnded() throws {
        let store = try folder.store()
        let cells = (1...3).map { Fixture.cell(seed: $0) }
        try store.plan(cells)
        try Fixture.complete(cells[2], dice: 0.8, in: store)
        let unknown = Fixture.cell(seed: 9).configuration
        let stored = try store.stored([unknown] + cells.map(\.configuration))
        #expect(stored.map(\.configuration) == [2, 0, 1].map { cells[$0].configuration })
        #expect(stored.map(\.state) == [.completed, .queued, .queued])
        let old = RunDescription(
            configuration: RunConfiguration(["settings": .object(["beta": .number(0.3)])]),
            dataset: "mcx", model: "unet", procedure: "supervised", loss: "tv", labels: 100,
            seed: 1, epochs: 3)
        try store.plan([old])
        #expect(try store.configurations(naming: ["beta", "gamma"]) == [old.configuration])
        #expect(try store.configurations(naming: ["gamma"]).isEmpty)
    }

    // MARK: Objectives

    /// A completed run that is judged by `objective`.
    private func complete(
        _ objective: RunObjective, seed: UInt64, _ record: EvaluationRecord, in store: RunStore
    ) throws -> RunID {
        var cell = Fixture.cell(seed: seed)
        cell.objective = objective
        let run = try #require(try store.plan([cell]).first).id
        let lease = try #require(
            try store.claim(run, for: Worker(), environment: Fixture.environment))
        let data = try store.register(Fixture.dataset)
        try lease.use(dataset: data, split: try store.register(Fixture.split, dataset: data))
        for (epoch, value) in [0.4, 0.6, 0.5].enumerated() {
            try lease.log([
                MetricPoint(
                    split: .validation, name: objective.name, epoch: epoch + 1, value: value)
            ])
        }
        #expect(try store.status().running.map(\.objectiveValue) == [0.5])
        #expect(try store.status().running.map(\.objective) == [objective])
        try lease.record(record)
        try lease.finish(RunSummary(seconds: 1))
        return run
    }

    @Test func runsAreListedByWhatTheyAreJudgedBy() throws {
        let store = try folder.store()
        let dice = try Fixture.complete(Fixture.cell(), dice: 0.8, in: store)
        let accuracy = RunObjective(
            split: "validation", name: "class-accuracy", direction: .higherIsBetter)
        let classes = try complete(
            accuracy, seed: 2,
            EvaluationRecord(
                weights: .best, split: .test, epoch: 2, images: Fixture.split.test, values: [:],
                pooled: ["class-accuracy": 0.7]), in: store)
        let distance = RunObjective(
            split: "validation", name: "hausdorff", direction: .lowerIsBetter)
        let values = [5.0, 9, 7, 6, 8]
        let masks = try complete(
            distance, seed: 3,
            EvaluationRecord(
                weights: .best, split: .test, epoch: 1, images: Fixture.split.test,
                values: ["hausdorff": values, "dice": [0.1, 0.2, 0.3, 0.4, 0.5]]), in: store)

        let overview = try store.overview()
        #expect(overview.map(\.objective) == [.validationDice, accuracy, distance])
        #expect(overview.map(\.objectiveValue) == [0.8, 0.6, 0.4])
        #expect(overview.map { $0.testValue.map { ($0 * 10).rounded() } } == [8, 7, 70])
        #expect(overview[0].testValue == overview[0].testDice)
        #expect(overview[1].testDice == nil && overview[1].testDeviation == nil)
        #expect(overview.map(\.bestEpoch) == [2, 2, 1])
        #expect(try store.overview(of: [masks, 99, dice]).map(\.run) == [masks, dice])

        var request = RunList.Request()
        request.sort = .test
        #expect(try store.runList(request).rows.map(\.run) == [masks, dice, classes])
        request.sort = .validation
        request.isDescending = false
        #expect(try store.runList(request).rows.map(\.run) == [masks, classes, dice])
        request.condition = try QueryCondition("kind = 'cell' AND objective_value > 0.5")
        #expect(try store.runList(request).rows.map(\.run) == [classes, dice])

        // The worst are the largest distances, of the run that is judged by them.
        let hardest = try store.table(.hardestImages, of: masks)
        #expect(hardest.columns == ["image", "hausdorff"])
        #expect(hardest.rows.map { $0[1].number } == [9, 8, 7, 6, 5])
        let first = try store.table(.hardestImages, of: dice)
        #expect(first.columns == ["image", "dice"])
        #expect(first.rows.first?[0] == .text(Fixture.split.test[0]))
        #expect(try store.table(.hardestImages, of: classes).rows.isEmpty)
    }

    @Test func seedsOfAnObjectiveAreOneGroup() throws {
        let store = try folder.store()
        let accuracy = RunObjective(
            split: "validation", name: "class-accuracy", direction: .higherIsBetter)
        for (seed, value) in [(UInt64(1), 0.5), (2, 0.7)] {
            _ = try complete(
                accuracy, seed: seed,
                EvaluationRecord(
                    weights: .best, split: .test, epoch: 2, images: Fixture.split.test,
                    values: [:], pooled: ["class-accuracy": value]), in: store)
        }
        // People see what judges them; the columns of programs stay.
        for isForPeople in [true, false] {
            let list = try store.runTable(
                RunList.Request(), forPeople: isForPeople, limits: QueryLimits())
            #expect(list.columns.contains("best value") == isForPeople)
        }
        let groups = try store.runGroups(RunList.Request())
        #expect(groups.map(\.runs) == [2] && groups.first?.objective == accuracy)
        #expect(groups.first?.testValue.map { abs($0 - 0.6) < 1e-12 } == true)
        #expect(groups.first?.objectiveValue == 0.6 && groups.first?.objectiveDeviation == 0)
    }

    /// On other data sets the few figures that judge are shown, of all structures or of one.
    @Test func otherDataSetsShowWhatJudges() throws {
        let store = try folder.store()
        let run = try ExternalFixture.complete(Fixture.cell(), in: store)
        var evaluation = ExternalFixture.evaluation(of: run)
        evaluation.record.values["hausdorff"] = [1, 2, 3]
        evaluation.record.pooled["class-accuracy"] = 0.5
        try store.record(evaluation)
        let shown = try store.table(.external, of: run)
        #expect(shown.rows.map { $0[2].text } == ["class-accuracy", "dice", "dice/heart"])
        let own = RunObjective(split: "validation", name: "assd", direction: .lowerIsBetter)
        #expect(RunObjective.isHeadline("assd/heart", of: own))
        #expect(!RunObjective.isHeadline("assd", of: nil))
        #expect(!RunObjective.isHeadline("dicey", of: .validationDice))
        #expect(own.better(1, 2) == 1 && RunObjective.validationDice.better(1, 2) == 2)
    }

    @Test func everyTableOfEveryKindOfRunCanBeAsked() throws {
        let store = try folder.store()
        let cell = try Fixture.complete(Fixture.cell(), dice: 0.9, in: store)
        let logged = try LoggedFixture.complete(in: store)
        let ofCell = try RunTable.allCases.filter { try !store.table($0, of: cell).rows.isEmpty }
        #expect(ofCell == [.overview, .settings, .testResults, .hardestImages])
        let ofLogged = try RunTable.allCases.filter {
            try !store.table($0, of: logged).rows.isEmpty
        }
        #expect(ofLogged == [.overview, .settings, .tags, .curves, .notes, .events])
        #expect(!(try store.table(.overview, of: cell).columns.contains("objective")))
        #expect(try store.table(.overview, of: logged).columns.contains("objective"))
    }

    @Test func theListOfRunsHasColumnsForWhatThereIs() throws {
        let store = try folder.store()
        try Fixture.complete(Fixture.cell(), dice: 0.9, in: store)
        let cells = try store.runTable(
            RunList.Request(), forPeople: true, limits: QueryLimits())
        #expect(!cells.columns.contains("name") && cells.rows.count == 1)
        try LoggedFixture.complete(in: store)
        var request = RunList.Request()
        let all = try store.runTable(request, forPeople: false, limits: QueryLimits())
        #expect(all.rows.map { $0[0] } == [.integer(2), .integer(1)])
        #expect(Set(all.columns).isSuperset(of: cells.columns + ["name", "best value"]))
        request.experiment = "others"
        let chosen = try store.runTable(request, forPeople: false, limits: QueryLimits())
        #expect(chosen.rows.count == 1)
    }
}
