import Foundation
import Imaging
import Testing

/// A run of several structures from the experiment file to the files of `predict`.
@Suite struct StructureVerbTests {
    private static let file = """
        name: organs
        report: sweep
        grid: {dataset: jcx, model: unet, loss: tv}
        train: {epochs: 1, batch: 4, image: 32, width: 1, structures: [lungs, heart, left clavicle]}
        """
    private static let image = "data/All247images/JPCNN001.IMG"
    private static let heart = "data/scratch/fold1/masks/heart"

    private func text(_ program: Program, _ path: String) throws -> String {
        try String(contentsOf: program.folder.appendingPathComponent(path), encoding: .utf8)
    }

    @Test func fromTheFileToMasksAndTables() throws {
        let program = try Program()
        let drawn = try program.run(
            "data", "phantom", "data", "--layout", "jcx", "--count", "12", "--size", "64")
        try #require(drawn.status == 0, "\(drawn.errors)")
        try program.write("data: data\n" + Self.file, to: "e.yaml")
        let sweep = try program.run("sweep", "e.yaml", "--jobs", "1")
        try #require(sweep.status == 0, "\(sweep.errors)")

        // The store has each structure's values and their mean.
        let values = try program.run(
            "query",
            """
            SELECT name, round(mean, 6) FROM result
            WHERE weights = 'best' AND split = 'test' AND name GLOB 'dice*' ORDER BY 1
            """, "--format", "csv")
        let rows = values.output.split(separator: "\n").dropFirst().map {
            $0.split(separator: ",").map(String.init)
        }
        #expect(rows.map(\.[0]) == ["dice", "dice/heart", "dice/left clavicle", "dice/lungs"])
        let numbers = rows.compactMap { Double($0[1]) }
        try #require(numbers.count == 4)
        #expect(abs(numbers[0] - (numbers[1] + numbers[2] + numbers[3]) / 3) < 2e-6)
        let report = try text(program, "results/organs.md")
        #expect(report.contains("Dice by structure") && report.contains("left clavicle"))

        let masks = try program.run(
            "predict", "--run", "1", "--image", Self.image, "-o", "m.png", "--overlay", "o.png",
            "--probability", "p.png", "--csv", "t.csv", "--mask", "heart=\(Self.heart)")
        #expect(masks.status == 0, "\(masks.errors)")
        // A line a structure, below each other, after one that names the files.
        let lines = masks.output.split(separator: "\n").map(String.init)
        #expect(
            lines.prefix(4).map { $0.prefix(15) } == [
                "m.png: 64 x 64,", "  lungs        ", "  heart        ", "  left clavicle",
            ])
        #expect(lines[0] == "m.png: 64 x 64, overlay in o.png")
        #expect(lines[2].contains(" %  Dice 0.") && lines[2].contains(" pixels"), "\(lines[2])")
        #expect(!lines[1].contains("Dice") && lines[1].hasSuffix(" %"), "\(lines[1])")
        let all = try program.run(
            "predict", "--run", "1", "--image", "data/All247images", "--mask",
            "heart=\(Self.heart)")
        #expect(all.output.contains("\nmeans of 6 images, pixels of 64 x 64:\n  heart  "))
        #expect(
            try text(program, "t.csv").hasPrefix(
                "image,width,height,foreground/lungs,foreground/heart,foreground/left clavicle,"))
        func pixels(_ name: String) throws -> [UInt16] {
            let url = program.folder.appendingPathComponent(name)
            return try ImageFile.decode(ImageFile.bytes(of: url), name: name).pixels
        }
        let names = ["m.lungs.png", "m.heart.png", "m.left-clavicle.png"]
        let each = try names.map(pixels)
        let labels = try pixels("m.png")
        for place in labels.indices {
            let top = each.lastIndex { $0[place] != 0 }.map { $0 + 1 } ?? 0
            guard labels[place] != UInt16(top) else { continue }
            Issue.record("pixel \(place) is \(labels[place]), not \(top)")
            break
        }
        for name in ["p.lungs.png", "p.heart.png", "p.left-clavicle.png", "o.png"] {
            #expect(FileManager.default.fileExists(atPath: program.folder.path + "/" + name))
        }
        #expect(!FileManager.default.fileExists(atPath: program.folder.path + "/p.png"))
        expectSentence(
            try program.run(
                "predict", "--run", "1", "--image", Self.image, "--mask", "haert=\(Self.heart)"),
            status: 64, "says no structure of the run", "such as heart=masks")
        // Two files of one structure's name are one file too many.
        expectSentence(
            try program.run(
                "predict", "--run", "1", "--image", Self.image, "-o", "q.png", "--overlay",
                "q.heart.png"), status: 73, "q.heart.png")

        let overlays = try program.run(
            "report", "overlays", "--experiment", "organs", "-o", "overlays.md")
        #expect(overlays.status == 0, "\(overlays.errors)")
        #expect(try text(program, "overlays.md").contains("a colour for each structure"))
        // A second sweep trains nothing.
        #expect(try program.run("sweep", "e.yaml").errors.contains("1 in the store, 0 to train"))
    }

    @Test func aStructureThatIsNotDrawnIsSaidBeforeTraining() throws {
        let program = try Program()
        try program.drawPhantoms()
        try program.write(
            "data: data\n"
                + Program.tiny.replacing("width: 1", with: "width: 1\n  structures: hart"),
            to: "e.yaml")
        let sweep = try program.run("sweep", "e.yaml")
        #expect(sweep.status != 0)
        #expect(
            sweep.errors.contains("data set 'mcx' has no structure 'hart'"), "\(sweep.errors)")
    }
}
