import Domain
import Foundation
import Imaging
import Testing

/// Images that are no squares, of sides that no network can halve, from the file to the mask.
@Suite struct ResizeVerbTests {
    private static let width = 60, height = 40

    /// `folder:own` and `folder:other`: bright disks on noise, two classes, in 60 x 40 pixels.
    private func drawn() throws -> Program {
        let program = try Program()
        for (name, shift) in [("own", 0), ("other", 7)] {
            var table = "file,class\n"
            for index in 0..<12 {
                let (row, column) = (14 + (index + shift) % 5 * 3, 18 + (index * 5 + shift) % 25)
                let radius = 7 + index % 3
                var (pixels, mask): ([UInt16], [UInt8]) = ([], [])
                for place in 0..<Self.width * Self.height {
                    let (y, x) = (place / Self.width - row, place % Self.width - column)
                    let isInside = y * y + x * x <= radius * radius
                    mask.append(isInside ? 1 : 0)
                    pixels.append(
                        (isInside ? 150 : 40) + UInt16((place * 31 + index * 7 + shift) % 50))
                }
                for (part, bytes) in [
                    ("images", try Self.png(pixels)),
                    ("masks", try PNG.encode(mask: mask, width: Self.width, height: Self.height)),
                ] {
                    let folder = program.folder.appendingPathComponent("data/\(name)/\(part)")
                    try FileManager.default.createDirectory(
                        at: folder, withIntermediateDirectories: true)
                    try ImageFile.write(bytes, to: folder.appendingPathComponent("\(index).png"))
                }
                table += "\(index).png,\(index % 2)\n"
            }
            try program.write(table, to: "data/\(name)/labels.csv")
        }
        return program
    }

    private static func png(_ pixels: [UInt16]) throws -> [UInt8] {
        try PNG.encode(GrayImage(width: width, height: height, maximum: 255, pixels: pixels))
    }

    private static let file = """
        name: shapes
        data: data
        grid: {dataset: folder:own, model: ppau-net, loss: tv}
        train: {epochs: 12, batch: 4, image: [25, 27], width: 2, learning-rate: 0.01,
          resize: [stretch, fit, crop], augment-flip: 0.5}
        evaluate: folder:other
        """

    @Test func everyShapeIsTrainedTestedAndPredicted() throws {
        let program = try drawn()
        try program.write(Self.file, to: "e.yaml")
        let sweep = try program.run("sweep", "e.yaml", "--jobs", "1")
        try #require(sweep.status == 0, "\(sweep.errors)")
        // The default is what there was before.
        try program.write(
            Self.file.replacing("resize: [stretch, fit, crop], ", with: ""), to: "plain.yaml")
        let again = try program.run("sweep", "plain.yaml", "--jobs", "1")
        #expect(again.status == 0, "\(again.errors)")
        let runs = try program.run("query", "--format", "csv", "SELECT count(*) FROM run")
        #expect(runs.output.hasSuffix("\n3\n"), "\(runs.output)")
        let names = try program.run(
            "query", "--format", "csv",
            "SELECT run, value FROM param WHERE name = 'resize' ORDER BY run")
        #expect(names.output.hasSuffix("1,stretch\n2,fit\n3,crop\n"), "\(names.output)")
        let tested = try program.run(
            "query", "--format", "csv",
            "SELECT count(*) FROM external_result WHERE name = 'dice' AND mean BETWEEN 0 AND 1")
        #expect(tested.output.hasSuffix("\n3\n"), "\(tested.output)\(tested.errors)")
        for (run, resize) in [(1, "stretch"), (2, "fit"), (3, "crop")] {
            let ending = try program.run(
                "predict", "--run", "\(run)", "--image", "data/own/images", "-o", "masks\(run)",
                "--probability", "maps\(run)", "--mask", "data/own/masks")
            #expect(ending.status == 0, "\(ending.errors)")
            let dice = try #require(
                ending.output.firstMatch(of: /mean Dice of 12 images: ([0-9.]+)/)
                    .flatMap { Double($0.1) }, "\(ending.output)")
            // Where shapes came back in the wrong place, hardly anything would overlap.
            #expect(dice > 0.6, "\(resize): \(dice)")
            for index in 0..<12 {
                let path = program.folder.appendingPathComponent("maps\(run)/\(index).png")
                let map = try ImageFile.decode(ImageFile.bytes(of: path), name: "map")
                #expect(map.width == Self.width && map.height == Self.height)
                // Of 60 columns 43 are seen by a run that crops.
                let edges = (0..<Self.height).flatMap { [map[3, $0], map[Self.width - 4, $0]] }
                #expect(edges.allSatisfy { $0 == 0 } == (resize == "crop"))
            }
        }
        expectSentence(
            try program.run("predict", "--run", "1,2", "--image", "data/own/images/0.png"),
            status: 65, "has images of 27 x 25 (fit)", "has images of 27 x 25;")
        let one = try program.run(
            "predict", "--run", "2", "--mirror", "--image", "data/own/images/0.png",
            "--uncertainty", "u.png")
        #expect(one.status == 0, "\(one.errors)")
    }

    /// Red disks on a green of the same luma: gray shows nothing of them, colours everything.
    @Test func coloursShowWhatGrayDoesNot() throws {
        let program = try drawn()
        for index in 0..<12 {
            let folder = program.folder.appendingPathComponent("data/own")
            let name = "\(index).png"
            let mask = try ImageFile.decode(
                ImageFile.bytes(of: folder.appendingPathComponent("masks/\(name)")), name: name)
            var picture = RGBImage(width: Self.width, height: Self.height)
            for (place, inside) in mask.pixels.enumerated() {
                let light = 1 + Double((place * 31 + index * 7) % 50) / 100
                picture.pixels[3 * place + (inside > 0 ? 0 : 1)] = UInt8(
                    (inside > 0 ? 157 : 80) * light)
            }
            try ImageFile.write(
                PNG.encode(picture), to: folder.appendingPathComponent("images/\(name)"))
        }
        try program.write(
            Self.file.replacing("resize: [stretch, fit, crop]", with: "channels: [gray, rgb]"),
            to: "e.yaml")
        let sweep = try program.run("sweep", "e.yaml", "--jobs", "1")
        try #require(sweep.status == 0, "\(sweep.errors)")
        let dice = try [1, 2].map { run in
            let ending = try program.run(
                "predict", "--run", "\(run)", "--image", "data/own/images", "--mask",
                "data/own/masks")
            #expect(ending.status == 0, "\(ending.errors)")
            return try #require(
                ending.output.firstMatch(of: /mean Dice of 12 images: ([0-9.]+)/)
                    .flatMap { Double($0.1) }, "\(ending.output)")
        }
        #expect(dice[1] > 0.8 && dice[0] < dice[1] - 0.1, "\(dice)")
        let export = try program.run("export", "onnx", "--run", "2", "--output", "n.onnx")
        #expect(export.status == 0, "\(export.errors)")
        let check = try program.run(
            "data", "check", "folder:other", "--data", "data", "--channels", "rgb")
        #expect(check.output.contains("without colours: red, green and blue are alike"))
        expectSentence(
            try program.run("predict", "--run", "1,2", "--image", "data/own/images/0.png"),
            status: 65, "has images of 27 x 25 in rgb")
    }

    /// The graph knows no padding, and a critic's classes need it.
    @Test func aCriticOfPaddedImagesIsNotExported() throws {
        let program = try drawn()
        let training = try program.run(
            "train", "--dataset", "folder:own", "--data", "data", "--procedure", "appau-net",
            "--model", "unet", "--loss", "tv", "--image", "24", "--width", "1", "--epochs", "1",
            "--batch", "4", "--resize", "fit")
        try #require(training.status == 0, "\(training.errors)")
        expectSentence(
            try program.run("export", "onnx", "--run", "1", "--output", "n.onnx"), status: 65,
            "an ONNX graph does not know where an image ends; expected a run with resize: stretch")
        let told = try program.run("predict", "--run", "1", "--image", "data/own/images/0.png")
        #expect(told.status == 0 && told.output.contains("class "), "\(told.output)")
    }

    @Test func checksKnowTheSetting() throws {
        let program = try drawn()
        for resize in ["stretch", "fit", "crop"] {
            let check = try program.run(
                "data", "check", "folder:own", "--data", "data", "--image", "25", "--resize",
                resize)
            #expect(check.status == 0, "\(check.output)")
        }
        let wrong = try program.run("data", "check", "--data", "data", "--resize", "squash")
        #expect(wrong.status == 64)
        #expect(wrong.errors.contains("--resize is squash; expected one of stretch, fit, crop"))
    }
}
