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
