import Foundation
import Testing

/// What `data check` says about a data set holds for training, and is told where results are.
@Suite struct DataTrustTests {
    private static let experiment = """
        name: own
        grid:
          dataset: folder:SPINE
          model: unet
          loss: [tv, kltv]
        train:
          epochs: 1
          batch: 4
          image: 32
          width: 1
        """

    private func withPatches() throws -> Program {
        let program = try Program()
        let ending = try program.run(
            "data", "phantom", "data", "--layout", "spine", "--count", "12", "--size", "64")
        try #require(ending.status == 0, "\(ending.errors)")
        try program.write(Self.experiment, to: "e.yaml")
        return program
    }

    /// A set that cannot be listed is no set that is not there.
    @Test func aBrokenSetBesideAWholeOneIsNamed() throws {
        let program = try withPatches()
        try FileManager.default.copyItem(
            at: program.folder.appendingPathComponent("data/SPINE"),
            to: program.folder.appendingPathComponent("data/mine"))
        let whole = try program.run("data", "check", "--data", "data")
        #expect(whole.errors.isEmpty && whole.output.contains("folder:mine"))
        let masks = program.folder.appendingPathComponent("data/mine/masks")
        let first = try FileManager.default.contentsOfDirectory(atPath: masks.path).sorted()[0]
        try FileManager.default.copyItem(
            at: masks.appendingPathComponent(first),
            to: masks.appendingPathComponent(first.replacing(".png", with: "_mask.png")))
        let check = try program.run("data", "check", "--data", "data")
        #expect(check.status == 1)
        #expect(check.output.contains("spine"), "\(check.output)")
        #expect(check.errors.contains("more than once") && check.errors.contains("data/mine"))
    }

    @Test func warningsAreToldOnceASweepAndStandInEveryRun() throws {
        let program = try withPatches()
        try program.write("no image", to: "data/SPINE/images/scan.jpg")
        let check = try program.run("data", "check", "folder:SPINE", "--data", "data")
        #expect(check.status == 0 && check.output.contains("warning: 1 file .jpg in images"))
        #expect(check.output.contains("drawn"))
        #expect(
            check.output.split(separator: "\n").allSatisfy { line in
                line.count <= 80 || line.contains(program.folder.lastPathComponent)
            })
        let sweep = try program.run("sweep", "e.yaml", "--data", "data", "--jobs", "1")
        #expect(sweep.status == 0, "\(sweep.errors)")
        #expect(sweep.errors.components(separatedBy: "1 file .jpg in images").count == 2)
        for run in ["1", "2"] {
            #expect(try program.run("show", run).output.contains("1 file .jpg in images"))
        }

        let masks = "data/SPINE/masks"
        let prediction = try program.run(
            "predict", "--run", "1", "--image", "data/SPINE/images", "--mask", masks)
        #expect(prediction.status == 0, "\(prediction.errors)")
        #expect(prediction.output.contains("mean Dice of 12 images: "))
    }

    @Test func whatTheCheckCallsAnErrorStopsTraining() throws {
        let program = try withPatches()
        let images = program.folder.appendingPathComponent("data/SPINE/images")
        let names = try FileManager.default.contentsOfDirectory(atPath: images.path).sorted()
        let rows = names.enumerated().map { "\($1),p\($0 / 2),\(["train", "test"][$0 % 2])" }
        try program.write(
            "file,patient,split\n" + rows.joined(separator: "\n"), to: "data/SPINE/labels.csv")
        let check = try program.run("data", "check", "folder:SPINE", "--data", "data")
        #expect(check.status == 1)
        #expect(check.output.contains("error: 6 patients in more than one split"))
        let sweep = try program.run("sweep", "e.yaml", "--data", "data", "--jobs", "1")
        #expect(sweep.status != 0)
        #expect(sweep.errors.contains("6 patients in more than one split"))
    }
}
