import Foundation
import Testing

/// The main line as a user walks it: phantoms, sweep, tables, SQL, prediction.
@Suite struct LineTests {
    @Test func fromPhantomsToTablesAndBack() throws {
        let program = try Program()
        try program.drawPhantoms()
        try program.write(Program.tiny, to: "e.yaml")

        let dry = try program.run("sweep", "e.yaml", "--dry-run", "--set", "seed=[1, 2]")
        #expect(dry.output.split(separator: "\n").count == 4)

        let first = try program.run("sweep", "e.yaml")
        #expect(first.status == 0, "\(first.errors)")
        #expect(first.output == "results/tiny.md\n")
        #expect(!first.errors.contains("\u{1B}"))
        let report = try String(
            contentsOf: program.folder.appendingPathComponent("results/tiny.md"), encoding: .utf8)
        #expect(report.contains("KLTV"))

        let again = try program.run("sweep", "e.yaml")
        #expect(again.status == 0)
        #expect(again.errors.contains("nothing to train: all 2 cells are in the store"))
        let wider = try program.run("sweep", "e.yaml", "--set", "seed=[1, 2]")
        #expect(wider.errors.contains("tiny: 4 cells, 2 in the store, 2 to train"))

        let runs = try program.run("runs", "--where", "seed = 2", "--format", "csv")
        #expect(runs.output.split(separator: "\n").count == 3)
        let best = try program.run(
            "query",
            "SELECT model, loss, max(validation_dice) AS dice FROM run_overview "
                + "GROUP BY model, loss ORDER BY dice DESC", "--format", "json")
        #expect(best.output.contains("\"loss\":\"kltv\""))

        let image = "data/MontgomerySet/CXR_png"
        let name = try #require(
            FileManager.default.contentsOfDirectory(
                atPath: program.folder.appendingPathComponent(image).path
            ).sorted().first)
        let prediction = try program.run(
            "predict", "--run", "1", "--image", "\(image)/\(name)", "--output", "mask.png",
            "--overlay", "overlay.png")
        #expect(prediction.status == 0, "\(prediction.errors)")
        #expect(prediction.output.hasPrefix("mask.png: 64 x 64, "))
        let mask = try Data(contentsOf: program.folder.appendingPathComponent("mask.png"))
        #expect(Array(mask.prefix(4)) == [0x89, 0x50, 0x4E, 0x47])
        #expect(try program.run("show", "1").output.contains("weights-best"))
    }
}
