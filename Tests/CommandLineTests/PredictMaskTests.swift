import Foundation
import Testing

/// `predict --mask` reads what belongs to an image as training does, and says what it leaves out.
@Suite struct PredictMaskTests {
    private func trained() throws -> Program {
        let program = try Program()
        try program.drawPhantoms()
        try program.write(Program.tiny.replacing("[tv, kltv]", with: "tv"), to: "e.yaml")
        let sweep = try program.run("sweep", "e.yaml", "--jobs", "1")
        try #require(sweep.status == 0, "\(sweep.errors)")
        return program
    }

    private static let images = "data/MontgomerySet/CXR_png"
    private static let masks = [
        "data/MontgomerySet/ManualMask/leftMask", "data/MontgomerySet/ManualMask/rightMask",
    ]

    private func predict(_ program: Program, _ image: String, _ masks: [String]) throws
        -> Program.Ending
    {
        try program.run(
            ["predict", "--run", "1", "--image", image] + masks.flatMap { ["--mask", $0] })
    }

    @Test func halfAMaskIsNone() throws {
        let program = try trained()
        let whole = try predict(program, Self.images, Self.masks)
        #expect(whole.status == 0, "\(whole.errors)")
        #expect(whole.output.contains("mean Dice of 12 images: "))
        #expect(whole.output.contains("pixels of 64 x 64"))

        let name = "MCUCXR_0003_1.png"
        let right = program.folder.appendingPathComponent("\(Self.masks[1])/\(name)")
        try FileManager.default.removeItem(at: right)
        let folder = try predict(program, Self.images, Self.masks)
        #expect(folder.status == 1)
        #expect(folder.output.contains("mean Dice of 11 images"))
        #expect(folder.errors.contains("there is none in '\(Self.masks[1])'"))
        #expect(folder.errors.contains("1 of 12 images gave no result"))
        expectSentence(
            try predict(program, "\(Self.images)/\(name)", Self.masks), status: 65, name,
            "there is none in '\(Self.masks[1])'")

        // An image without any mask is left out of the mean, and that is said.
        let left = program.folder.appendingPathComponent("\(Self.masks[0])/\(name)")
        try FileManager.default.removeItem(at: left)
        let bare = try predict(program, Self.images, Self.masks)
        #expect(bare.status == 0, "\(bare.errors)")
        #expect(bare.output.contains("mean Dice of 11 images"))
        #expect(bare.output.contains("1 image without a mask left out"))
    }

    /// Images that trained the run are no test of it, wherever they lie; others are.
    @Test func imagesOfTheTrainingAreCounted() throws {
        let program = try trained()
        let note = "of the 12 images compared were seen in training (run 1): this is no test of it"
        let own = try predict(program, Self.images, Self.masks)
        #expect(own.output.contains("9 \(note)"), "\(own.output)")
        #expect(own.output.contains("'lightbox show 1'"))
        let tested = try program.run(
            "query", "SELECT image FROM image_metric WHERE run = 1 AND split = 'test' LIMIT 1",
            "--format", "csv")
        let image = try #require(tested.output.split(separator: "\n").last)
        let one = try predict(program, "\(Self.images)/\(image).png", Self.masks)
        #expect(one.status == 0 && !one.output.contains("training"), "\(one.output)")
        // The same files elsewhere, under other names.
        let manager = FileManager.default
        func copy(_ source: String, _ target: String, as name: (String) -> String) throws {
            let folder = program.folder.appendingPathComponent(target)
            try manager.createDirectory(at: folder, withIntermediateDirectories: true)
            let from = program.folder.appendingPathComponent(source)
            for file in try manager.contentsOfDirectory(atPath: from.path) {
                try manager.copyItem(
                    at: from.appendingPathComponent(file),
                    to: folder.appendingPathComponent(name(file)))
            }
        }
        try copy(Self.images, "copy/images") { "x" + $0 }
        try copy(Self.masks[0], "copy/masks") { "x" + $0 }
        let copied = try predict(program, "copy/images", ["copy/masks"])
        #expect(copied.output.contains("9 \(note)"), "\(copied.output)\(copied.errors)")
        // Where the run's data is not at hand, names are all there is.
        try manager.moveItem(
            at: program.folder.appendingPathComponent("data"),
            to: program.folder.appendingPathComponent("moved"))
        let named = try predict(
            program, "moved/MontgomerySet/CXR_png",
            Self.masks.map {
                $0.replacing("data/", with: "moved/")
            })
        #expect(named.output.contains("9 of the 12 images compared have names of images seen"))
        let others = try predict(program, "copy/images", ["copy/masks"])
        #expect(others.status == 0 && !others.output.contains("training"), "\(others.output)")
    }

    /// Where the spacing is known, distances are in millimetres too.
    @Test func distancesHaveMillimetres() throws {
        let program = try trained()
        let plain = try predict(program, Self.images, Self.masks)
        #expect(plain.output.contains(" pixels") && !plain.output.contains(" mm"))
        try program.write("spacing: 0.5\n", to: "data/MontgomerySet/dataset.yaml")
        let known = try program.run(
            "predict", "--run", "1", "--image", Self.images, "--mask", Self.masks[0], "--csv",
            "t.csv")
        #expect(known.status == 0, "\(known.errors)")
        let mean = try #require(
            known.output.split(separator: "\n").first { $0.contains("mean HD95") })
        #expect(mean.hasSuffix(" mm)") && mean.contains(" pixels of 64 x 64 ("), "\(mean)")
        let table = try String(
            contentsOf: program.folder.appendingPathComponent("t.csv"), encoding: .utf8)
        let rows = table.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
        #expect(rows[0].suffix(2) == ["hausdorff95", "hausdorff95-mm"])
        for row in rows.dropFirst() {
            let pair = row.suffix(2).compactMap(Double.init)
            #expect(pair.count == 2 && abs(pair[0] * 0.5 - pair[1]) < 1e-9, "\(row)")
        }
        try program.write("spacing: half\n", to: "data/MontgomerySet/dataset.yaml")
        expectSentence(
            try predict(program, "\(Self.images)/MCUCXR_0001_0.png", Self.masks), status: 65,
            "dataset.yaml:1:10: 'half' is no spacing")
    }

    @Test func aFileIsTheMaskOfOneImage() throws {
        let program = try trained()
        let mask = "\(Self.masks[0])/MCUCXR_0001_0.png"
        expectSentence(
            try predict(program, Self.images, [mask]), status: 64, "one file for 12 images")
        let one = try predict(program, "\(Self.images)/MCUCXR_0001_0.png", [mask])
        #expect(one.status == 0, "\(one.errors)")

        // Two images of one name: whose mask is it?
        try FileManager.default.createDirectory(
            at: program.folder.appendingPathComponent("other"), withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            at: program.folder.appendingPathComponent("\(Self.images)/MCUCXR_0002_0.png"),
            to: program.folder.appendingPathComponent("other/MCUCXR_0001_0.png"))
        let both = try program.run(
            "predict", "--run", "1", "--image", "\(Self.images)/MCUCXR_0001_0.png", "--image",
            "other/MCUCXR_0001_0.png", "--mask", Self.masks[0])
        #expect(both.status == 1)
        #expect(both.errors.contains("more than once"))
    }

    @Test func nothingIsWrittenBeforeAllPlacesAreFound() throws {
        let program = try trained()
        let ending = try program.run(
            "predict", "--run", "1", "--image", Self.images, "--output", "od", "--csv", "od")
        expectSentence(ending, status: 73, "'od' would be written twice")
        #expect(
            !FileManager.default.fileExists(
                atPath: program.folder.appendingPathComponent("od").path))
    }
}
