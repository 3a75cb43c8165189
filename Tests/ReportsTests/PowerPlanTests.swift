import RunStore
import Statistics
import Testing

@testable import Reports

@Suite struct PowerPlanTests {
    private let sample: SampleStore

    init() throws { sample = try SampleStore() }

    private func plan(
        _ difference: Double, experiment: String = "pair", dataset: String = "mcx",
        jobs: Int = 1, cpu: String? = "Test CPU", folds: Int = 1, width: String = "16",
        origin: DatasetRecord.Origin? = nil
    ) throws -> Table {
        var question = PowerPlan.Question(difference: difference)
        question.jobs = jobs
        question.cpu = cpu
        question.origins[dataset] = origin
        let store = sample.store
        question.cost = { run in
            (try? store.cellRun(run)).map { ["width": $0.settings["width"] ?? ""] }
        }
        let settings = ["tv", "kltv"].map { loss in
            var setting = PowerPlan.Setting(
                dataset: dataset, model: "unet", procedure: "supervised", labels: 100, epochs: 4,
                rest: loss)
            setting.folds = folds
            setting.cost = ["width": width]
            return setting
        }
        let document = try PowerPlan(
            question, experiment: experiment, settings: settings, from: sample.source()
        ).document()
        return try #require(document.tables.first)
    }

    private func content(_ table: Table, _ column: String) throws -> Cell {
        table.rows[0].cells[try #require(table.column(named: column))]
    }

    @Test func seedsComeFromTheSpreadOfTheStoresRuns() throws {
        try sample.fillPair()
        // Differences 0.02 - 2 shift: a standard deviation of 2 √(2.5e-6 / 4).
        let sd = 2 * (2.5e-6 / 4).squareRoot()
        let table = try plan(0.002)
        #expect(abs(try #require(try content(table, "sd").number) - sd) < 1e-12)
        let needed = try #require(TTestPower.pairs(difference: 0.002, sd: sd))
        #expect(try content(table, "seeds").content == .text(String(needed)))
        #expect(try content(table, "from").content == .text("1 pair of settings, this experiment"))
        // Two epochs took a minute, here are four: two settings, two minutes each.
        #expect(abs(try #require(try content(table, "minutes").number) - 2) < 1e-9)
        let hours = try #require(try content(table, "hours").number)
        #expect(abs(hours - 2 * 2 * Double(needed) / 60) < 1e-9)
        #expect(try content(table, "times").content == .text("runs 1–10 on this processor"))
        let two = try plan(0.002, jobs: 2, cpu: "another")
        #expect(abs(try #require(try content(two, "hours").number) - hours / 2) < 1e-9)
        #expect(try content(two, "times").content == .text("runs 1–10 on another processor"))
    }

    /// A seed of an experiment with folds is a run of each.
    @Test func foldsAreRunsOfASeed() throws {
        try sample.fillPair()
        let one = try plan(0.002), five = try plan(0.002, folds: 5)
        let hours = try #require(try content(one, "hours").number)
        #expect(abs(try #require(try content(five, "hours").number) - 5 * hours) < 1e-9)
        #expect(try content(five, "minutes") == content(one, "minutes"))
        #expect(five.notes.last?.contains("Where the file has folds") == true)
        #expect(one.notes.last?.contains("Where the file has folds") == false)
    }

    @Test func anExperimentWithoutRunsLearnsFromItsDataSet() throws {
        try sample.fillPair()
        let table = try plan(0.002, experiment: "new")
        #expect(
            try content(table, "from").content
                == .text("1 pair of settings, runs with as many labels")
        )
    }

    @Test func withoutPairsThereIsNothingToTellFrom() throws {
        try sample.complete(SampleStore.cell(), dice: 0.9)
        let error = #expect(throws: ReportError.self) { try plan(0.005) }
        #expect(error?.description.contains("no two settings of 'mcx'") == true)
        #expect(throws: ReportError.self) { try plan(0.005, dataset: "scx") }
    }

    /// Runs of another width say nothing about how long these take.
    @Test func timesAreThoseOfRunsThatCostAsMuch() throws {
        try sample.fillPair()
        let wide = try plan(0.002, width: "32")
        #expect(try content(wide, "minutes").number == nil)
        #expect(try content(wide, "hours").number == nil)
        #expect(try content(wide, "times").content == .text("no run like it"))
        #expect(wide.notes.contains { $0.contains("--set epochs=2") })
        #expect(try content(wide, "seeds") == content(plan(0.002), "seeds"))
        #expect(try !plan(0.002).notes.contains { $0.contains("--set epochs=2") })
    }

    /// Phantoms tell nothing of patients, and are called what they are.
    @Test func phantomsAndPatientsAreKeptApart() throws {
        for (seed, shift) in zip(UInt64(1)..., [0, 0.01, -0.01]) {
            for (loss, dice) in [("tv", 0.9 + shift), ("kltv", 0.92 - shift)] {
                try sample.complete(
                    SampleStore.cell(loss: loss, seed: seed), dice: dice, origin: .phantom)
            }
        }
        let table = try plan(0.02)
        #expect(try content(table, "dataset").content == .text("MCX (phantom)"))
        #expect(try content(table, "times").content == .text("runs 1–6 on this processor"))
        #expect(throws: ReportError.self) { try plan(0.02, origin: .real) }
        // Those of patients come first where nobody says which are meant.
        let drawn = try content(table, "sd").number
        for (seed, shift) in zip(UInt64(11)..., [0, 0.001, -0.001]) {
            for (loss, dice) in [("tv", 0.9 + shift), ("kltv", 0.92 - shift)] {
                try sample.complete(SampleStore.cell(loss: loss, seed: seed), dice: dice)
            }
        }
        let real = try plan(0.02)
        #expect(try content(real, "dataset").content == .text("MCX"))
        #expect(try content(real, "times").content == .text("runs 7–12 on this processor"))
        let phantoms = try plan(0.02, origin: .phantom)
        #expect(try content(phantoms, "sd").number == drawn)
        #expect(try content(phantoms, "dataset").content == .text("MCX (phantom)"))
    }
}
