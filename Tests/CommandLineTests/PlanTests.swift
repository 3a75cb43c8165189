import Foundation
import Testing

/// `lightbox plan` as a user calls it.
@Suite struct PlanTests {
    @Test func itSaysHowManySeedsADifferenceNeeds() throws {
        let program = try Program()
        let plan = try program.run(
            "plan", Repository.url("experiments/p1-table1-quick.yaml").path, "--store",
            Repository.url("results/shipped/results.db").path, "--detect", "0.01")
        #expect(plan.status == 0, "\(plan.errors)")
        #expect(plan.output.contains("Seeds to find a difference of 0.01 in Dice"))
        #expect(plan.output.contains("| MCX ") && plan.output.contains("`scx/100`: 35–52"))
    }

    @Test func whatIsMissingIsNamed() throws {
        let program = try Program()
        try Stores.fillPair(in: program, as: "s.db")
        try program.write(Program.tiny, to: "e.yaml")
        expectSentence(
            try program.run("plan", "e.yaml", "--store", "s.db"), status: 64,
            "no two settings of 'mcx' with two seeds in common")
        let none = try program.run("plan", "none.yaml", "--store", "s.db")
        #expect(none.status == 66 && none.errors.contains("none.yaml"))
        let wrong = try program.run("plan", "e.yaml", "--detect", "2")
        #expect(wrong.status == 64 && wrong.errors.contains("between 0 and 1"))
    }
}
