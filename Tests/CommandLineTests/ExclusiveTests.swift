import Foundation
import Imaging
import Testing

/// Structures that exclude each other, from the setting to the masks.
@Suite struct ExclusiveTests {
    private static let file = """
        name: maps
        data: data
        grid: {dataset: folder:maps, model: [unet, ppau-net], loss: xetv}
        train: {epochs: 2, batch: 4, image: 32, width: 2, exclusive: [true, false]}
        """

    private func drawn(_ program: Program, _ kind: String) throws {
        let ending = try program.run(
            "data", "phantom", "data/maps", "--layout", "folder", "--structures",
            "lungs,heart,clavicles", "--masks", kind, "--count", "12", "--size", "64")
        try #require(ending.status == 0, "\(ending.errors)")
    }

    @Test func masksOfOneRunNeverOverlap() throws {
        let program = try Program()
        try drawn(program, "labels")
        try program.write(Self.file, to: "e.yaml")
        let sweep = try program.run("sweep", "e.yaml", "--jobs", "1")
        try #require(sweep.status == 0, "\(sweep.errors)")
        for run in 1...4 {
            let ending = try program.run(
                "predict", "--run", "\(run)", "--image", "data/maps/images", "-o", "m\(run)",
                "--probability", "p\(run)", "--mask", "data/maps/masks")
            #expect(ending.status == 0, "\(ending.errors)")
        }
        // A second sweep trains nothing; the default is stored nowhere.
        #expect(try program.run("sweep", "e.yaml").errors.contains("4 in the store, 0 to train"))
        let stored = try program.run(
            "query", "SELECT count(*) FROM run WHERE configuration LIKE '%\"exclusive\":true%'",
            "--format", "csv")
        #expect(stored.output.contains("\n2"), "\(stored)")
        let exclusive = try program.run(
            "query", "SELECT id FROM run WHERE configuration LIKE '%\"exclusive\":true%'",
            "--format", "csv"
        ).output.split(separator: "\n").dropFirst().map(String.init)
        for run in exclusive {
            for image in 1...12 {
                let name = "chest-0" + (image < 10 ? "0" : "") + String(image)
                func pixels(_ folder: String, _ structure: String) throws -> [UInt16] {
                    let url = program.folder.appendingPathComponent(
                        "\(folder)\(run)/\(name).\(structure).png")
                    return try ImageFile.decode(ImageFile.bytes(of: url), name: name).pixels
                }
                let names = ["lungs", "heart", "clavicles"]
                let masks = try names.map { try pixels("m", $0) }
                let maps = try names.map { try pixels("p", $0) }
                for pixel in masks[0].indices {
                    let inside = masks.count { $0[pixel] != 0 }
                    let sum = maps.reduce(0) { $0 + Int($1[pixel]) }
                    guard inside > 1 || sum > 65540 else { continue }
                    Issue.record("pixel \(pixel) of \(name): \(inside) structures, sum \(sum)")
                    return
                }
            }
        }
    }

    @Test func overlapsInTheDataAreRefusedBeforeTraining() throws {
        let program = try Program()
        try drawn(program, "folders")
        try program.write(Self.file.replacing("[true, false]", with: "true"), to: "e.yaml")
        let sweep = try program.run("sweep", "e.yaml")
        #expect(sweep.status != 0)
        #expect(
            sweep.errors.contains("12 images in which structures overlap, though they exclude"),
            "\(sweep.errors)")
        // Independent maps of the same set train.
        try program.write(
            Self.file.replacing("[true, false]", with: "false").replacing(", ppau-net", with: ""),
            to: "f.yaml")
        #expect(try program.run("sweep", "f.yaml").status == 0)
    }
}
