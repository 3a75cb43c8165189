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

    @Test func queriesComeFromArgumentFileOrInputInEveryForm() throws {
        let program = try Program()
        try program.drawPhantoms()
        try program.write(Program.tiny, to: "e.yaml")
        #expect(try program.run("sweep", "e.yaml").status == 0)
        try program.write(
            "SELECT run, loss, NULL AS blank FROM run_overview WHERE loss = :loss;\n", to: "q.sql"
        )
        let lines = try program.run(
            "query", "--file", "q.sql", "--param", "loss=tv", "--format", "jsonl")
        #expect(lines.output == "{\"run\":1,\"loss\":\"tv\",\"blank\":null}\n")
        let table = try program.run("query", "--file", "q.sql", "--param", "loss=tv")
        #expect(table.output.split(separator: "\n").last == "  1  tv    –")
        let markdown = try program.run(
            "query", "SELECT 'a|b' AS x", "--format", "markdown")
        #expect(markdown.output == "| x |\n| --- |\n| a\\|b |\n")
        #expect(try program.run("query", "--file", "no.sql").status == 66)
        #expect(try program.run("query", "SELECT 1", "--file", "q.sql").status == 64)
        let cut = try program.run("query", "SELECT * FROM run", "--limit", "1", "--format", "csv")
        #expect(cut.errors.contains("--limit stopped at 1"))
        let endless = try program.run(
            "query",
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
            "--timeout", "0.2")
        #expect(endless.status == 65)
        #expect(endless.errors.contains("time was up"))
    }

    @Test func predictionsTellClassesAndCompareWithMasks() throws {
        let program = try Program()
        try program.drawPhantoms()
        let experiment = Program.tiny.replacing("loss: [tv, kltv]", with: "loss: kltv")
        try program.write(
            experiment.replacing(
                "  model: unet", with: "  model: unet\n  procedure: [appau-net, classification]"),
            to: "e.yaml")
        let sweep = try program.run("sweep", "e.yaml")
        #expect(sweep.status == 0, "\(sweep.errors)")
        let images = "data/MontgomerySet/CXR_png", masks = "data/MontgomerySet/ManualMask"
        let both = try program.run(
            "query", "SELECT id FROM run WHERE procedure = 'appau-net'", "--format", "csv"
        ).output.split(separator: "\n").last.map(String.init)
        let run = try #require(both)
        let prediction = try program.run(
            "predict", "--run", run, "--image", images, "--output", "masks", "--mask",
            "\(masks)/leftMask", "--mask", "\(masks)/rightMask", "--csv", "table.csv")
        #expect(prediction.status == 0, "\(prediction.errors)")
        #expect(prediction.output.contains("mean Dice of 12 images: "))
        let table = try String(
            contentsOf: program.folder.appendingPathComponent("table.csv"), encoding: .utf8)
        let rows = table.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
        #expect(
            rows.first == [
                "image", "width", "height", "foreground", "class", "probability normal",
                "probability tuberculosis", "dice", "jaccard", "hausdorff95",
            ])
        #expect(rows.count == 13)
        // The probabilities are those that training recorded for the test images.
        let stored = try program.run(
            "query",
            "SELECT image, predicted, probability FROM image_prediction "
                + "WHERE run = :run AND weights = 'best' AND split = 'test'", "--param",
            "run=\(run)",
            "--format", "csv")
        for line in stored.output.split(separator: "\n").dropFirst() {
            let fields = line.split(separator: ",").map(String.init)
            let row = try #require(rows.first { $0[0].contains(fields[0]) })
            #expect(row[4] == fields[1])
            let highest = max(Double(row[5]) ?? 0, Double(row[6]) ?? 0)
            #expect(abs(highest - (Double(fields[2]) ?? 0)) < 1e-5)
        }
        let classifier = try #require(["1", "2"].first { $0 != run })
        let told = try program.run("predict", "--run", classifier, "--image", images)
        #expect(told.status == 0, "\(told.errors)")
        #expect(told.output.contains("class ") && !told.output.contains("foreground"))
        let refused = try program.run(
            "predict", "--run", classifier, "--image", images, "--output", "no")
        #expect(refused.status == 65)
        #expect(refused.errors.contains("gives no masks"))
        let lost = try program.run(
            "predict", "--run", run, "--image", images, "--mask", images + "/..")
        #expect(lost.status == 66)
    }
}
