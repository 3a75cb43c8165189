import Foundation
import Imaging
import TestSupport
import Testing

/// docs/own-data.md as a user walks through it, with small phantoms; and the same walk with files of
/// hospitals.
@Suite struct OwnDataTests {
    private static let document = "docs/own-data.md"
    private static let sections = [
        "Put the files in place", "See what is understood", "Train", "Look at the results",
    ]

    /// The experiment of the document, made to train in a moment.
    private func experiment() throws -> String {
        try #require(try Readme.experiment("chests", in: "Train", of: Self.document))
            .replacing("epochs: 40", with: "epochs: 1\n  batch: 8\n  width: 1")
            .replacing("image: 128", with: "image: 32").replacing("seed: [1, 2]", with: "seed: 1")
    }

    @Test func everyCommandOfTheDocumentWorks() throws {
        let program = try Program()
        try program.write(experiment(), to: "chests.yaml")
        var terminal = try Transcript(of: program)
        var count = 0
        for section in Self.sections {
            for command in try Readme.commands(of: section, in: Self.document) {
                count += 1
                try terminal.type(command, isSorted: command.contains("sweep"))
            }
        }
        #expect(count == 10)
        for words in [
            "1 lungs; 2 heart; 0 background (structures.csv)", "nothing wrong", "2 completed",
            "Dice by structure", "dice/heart", "means of 24 images",
            "18 of the 24 images compared have names of images seen in training (run 1):",
        ] {
            #expect(terminal.text.contains(words), "\(words)")
        }
        for file in ["chests.png", "results/chests.md", "predicted/chest-001.heart.png"] {
            #expect(
                FileManager.default.fileExists(
                    atPath: program.folder.appendingPathComponent(file).path), "\(file)")
        }
    }

    @Test func theTablesOfTheDocumentAreRead() throws {
        let blocks = try Readme.blocks(of: "Say what the masks show", in: Self.document)
        let table = try #require(blocks.first { $0.language == "csv" }?.text)
        let description = try #require(blocks.first { $0.language == "yaml" }?.text)
        let program = try Program()
        let drawn = try program.run(
            "data", "phantom", "data/chests", "--layout", "folder", "--structures",
            "left lung, heart", "--masks", "suffixes", "--count", "6", "--size", "64")
        try #require(drawn.status == 0, "\(drawn.errors)")
        let folder = program.folder.appendingPathComponent("data/chests")
        let manager = FileManager.default
        try manager.createDirectory(
            at: folder.appendingPathComponent("scans"), withIntermediateDirectories: true)
        for index in 1...6 {
            // `P1_x_0`: a patient, and a class.
            let (old, new) = ("chest-00\(index)", "P\(index)_\(index % 2)")
            try manager.moveItem(
                at: folder.appendingPathComponent("images/\(old).png"),
                to: folder.appendingPathComponent("scans/\(new)_image.png"))
            for name in ["heart", "left_lung"] {
                try manager.moveItem(
                    at: folder.appendingPathComponent("masks/\(old)_\(name).png"),
                    to: folder.appendingPathComponent("masks/\(new)_\(name).png"))
            }
        }
        try manager.removeItem(at: folder.appendingPathComponent("labels.csv"))
        try program.write(description, to: "data/chests/dataset.yaml")
        let check = try program.run("data", "check", "folder:chests", "--data", "data")
        #expect(check.status == 0, "\(check.output)")
        for words in [
            "heart, left lung", "tuberculosis: 3", "names as {patient}_*", "0.2 mm a row",
        ] {
            #expect(check.output.contains(words), "\(words): \(check.output)")
        }
        // The table of values: of label maps.
        let labels = try program.run(
            "data", "phantom", "data/maps", "--layout", "folder", "--structures", "lungs,heart",
            "--masks", "labels", "--count", "4", "--size", "64")
        try #require(labels.status == 0, "\(labels.errors)")
        try program.write(table + "\n", to: "data/maps/structures.csv")
        let maps = try program.run("data", "check", "folder:maps", "--data", "data")
        #expect(maps.status == 0 && maps.output.contains("1 lungs; 2 heart"), "\(maps.output)")
    }

    @Test func filesOfHospitalsAreReadWhereTheyLie() throws {
        let program = try Program()
        let drawn = try program.run(
            "data", "phantom", "data/chests", "--layout", "folder", "--structures", "lungs,heart",
            "--masks", "colours", "--count", "12", "--size", "64")
        try #require(drawn.status == 0, "\(drawn.errors)")
        let images = program.folder.appendingPathComponent("data/chests/images")
        for file in try FileManager.default.contentsOfDirectory(
            at: images, includingPropertiesForKeys: nil)
        {
            let image = try ImageFile.decode(ImageFile.bytes(of: file), name: file.path)
            let dicom = DICOMPhantom(width: 64, height: 64, stored: image.pixels, bits: 8)
            try ImageFile.write(
                dicom.bytes, to: file.deletingPathExtension().appendingPathExtension("dcm"))
            try FileManager.default.removeItem(at: file)
        }
        try FileManager.default.removeItem(
            at: program.folder.appendingPathComponent("data/chests/labels.csv"))
        try program.write(
            String(
                contentsOf: program.folder.appendingPathComponent("data/chests/dataset.yaml"),
                encoding: .utf8
            ).replacing("classes: class\npatients: patient\n", with: ""),
            to: "data/chests/dataset.yaml")
        try program.write(experiment(), to: "chests.yaml")
        let sweep = try program.run("sweep", "chests.yaml", "--jobs", "1")
        try #require(sweep.status == 0, "\(sweep.errors)")
        let report = try String(
            contentsOf: program.folder.appendingPathComponent("results/chests.md"), encoding: .utf8)
        #expect(report.contains("Dice by structure"))
        // One structure by its name, several by the table beside the masks; other tables are refused.
        let masks = "data/chests/masks"
        for arguments in [["--mask", masks], ["--mask", "heart=\(masks)"]] {
            let ending = try program.run(
                ["predict", "--run", "1", "--image", "data/chests/images"] + arguments)
            func measured(_ name: String) -> Bool {
                ending.output.split(separator: "\n").contains {
                    $0.hasPrefix("  \(name) ") && $0.contains("Dice")
                }
            }
            #expect(ending.status == 0 && measured("heart"), "\(ending)")
            #expect(measured("lungs") == (arguments[1] == masks))
        }
        try program.write(
            "masks: masks\nlabels: {\"#56b4e9\": liver, \"#ff8c00\": spleen}\n",
            to: "data/chests/dataset.yaml")
        expectSentence(
            try program.run(
                "predict", "--run", "1", "--image", "data/chests/images/chest-001.dcm", "--mask",
                "\(masks)/chest-001.png"), status: 65,
            "dataset.yaml beside '\(masks)/chest-001.png' names no 'lungs'")
    }
}
