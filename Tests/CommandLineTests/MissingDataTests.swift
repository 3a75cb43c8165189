import Foundation
import Testing

/// Cells whose data set is not there can be no runs, and are told of all the same.
@Suite struct MissingDataTests {
    private func swept(_ options: String...) throws -> (Program, Program.Ending) {
        let program = try Program()
        try program.drawPhantoms()
        try program.write(
            Program.tiny.replacing("dataset: mcx", with: "dataset: [mcx, scx]"), to: "e.yaml")
        return (program, try program.run(["sweep", "e.yaml", "--jobs", "1"] + options))
    }

    private func report(_ program: Program) throws -> String {
        try String(
            contentsOf: program.folder.appendingPathComponent("results/tiny.md"), encoding: .utf8)
    }

    @Test func countsAndListsAgree() throws {
        let (program, ending) = try swept("--set", "width=[1, 2]")
        expectSentence(ending, status: 1, "4 of 8 cells failed")
        #expect(
            ending.errors.contains(
                "tiny: 8 cells, 0 in the store, 4 without data, 4 to train"), "\(ending.errors)")
        let failed = ending.errors.split(separator: "\n").filter { $0.hasPrefix("FAILED scx unet") }
        #expect(failed.count == 4 && failed.allSatisfy { $0.contains("dataset 'scx' not found") })

        let status = try program.run("status").output
        #expect(status.hasPrefix("4 completed, 4 cells without a run\n"), "\(status)")
        #expect(status.contains("4 cells of 'tiny'") && status.contains("(scx)"), "\(status)")
        let report = try report(program)
        #expect(report.contains("4 completed, 4 cells without a run (no data)"), "\(report)")
        for name in ["scx/unet/tv/1 (no run)", "scx/unet/kltv/2 (no run)"] {
            #expect(report.contains(name), "\(report)")
        }
        let check = try program.run(
            "report", "--experiment", "tiny", "-o", "results/tiny.md", "--check")
        #expect(check.status == 0, "\(check.errors)")
    }

    /// What `--set` took out of the file is not missing.
    @Test func whatASweepSetBesideTheFileCounts() throws {
        let (program, ending) = try swept("--set", "dataset=mcx")
        #expect(ending.status == 0, "\(ending.errors)")
        #expect(try program.run("status").output == "2 completed\n")
        #expect(try !report(program).contains("without a run"))
    }
}
