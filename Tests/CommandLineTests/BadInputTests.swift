import Foundation
import Testing

/// Bad input ends in one sentence and the right exit status, and nothing is lost.
@Suite struct BadInputTests {
    @Test func anUnknownKeyHasItsLineAndTheNearestName() throws {
        let program = try Program()
        try program.write(Program.tiny.replacing("epochs:", with: "epoch:"), to: "e.yaml")
        expectSentence(
            try program.run("sweep", "e.yaml"), status: 65,
            "e.yaml:8:3: unknown key 'epoch' in 'train'; did you mean 'epochs'?")
    }

    @Test func anUnknownNameHasTheNearestOne() throws {
        let program = try Program()
        try program.write(Program.tiny.replacing("kltv", with: "kltb"), to: "e.yaml")
        expectSentence(
            try program.run("sweep", "e.yaml"), status: 65,
            "unknown loss 'kltb'; did you mean 'kltv'?", "known: tv, xetv, kltv")
        expectSentence(
            try program.run("train", "--dataset", "mcx", "--model", "unte", "--loss", "tv"),
            status: 64, "--model unte: unknown model 'unte'; did you mean 'unet'?")
        expectSentence(
            try program.run(
                "train", "--dataset", "mcx", "--model", "unet", "--loss", "tv", "--epoch", "5"),
            status: 64, "unknown option '--epoch'; did you mean 'epochs'?")
        expectSentence(
            try program.run(
                "train", "--dataset", "mcx", "--model", "unet", "--loss", "tv", "--epochs", "0"),
            status: 64, "'epochs' is '0'; expected a whole number from 1")
        expectSentence(
            try program.run(
                "train", "--dataset", "mcx", "--model", "unet", "--loss", "tv", "--seed", "[1,2]"),
            status: 64, "--seed [1,2]: 'seed' is '[1,2]'; expected one value: 'train' trains one")
        expectSentence(
            try program.run(
                "train", "--dataset", "mcx", "--model", "unet", "--loss", "tv", "--seed", "1e19"),
            status: 64, "expected a whole number from 0 to 9223372036854775807")
        #expect(!FileManager.default.fileExists(atPath: program.folder.path + "/results"))
    }

    /// `data check`, `sweep` and `train` read one name alike.
    @Test(arguments: ["a #b", "x: y", "p, q"])
    func aNameIsOneNameEverywhere(name: String) throws {
        let program = try Program()
        try program.drawPhantoms()
        try program.copyPhantoms()
        let place = program.folder.appendingPathComponent("data/\(name)")
        try FileManager.default.moveItem(
            at: program.folder.appendingPathComponent("data/copies"), to: place)
        let check = try program.run("data", "check", "folder:" + name, "--data", "data")
        #expect(check.status == 0 && check.output.contains("folder:" + name), "\(check.errors)")
        try program.write(Program.tiny, to: "e.yaml")
        let dry = try program.run(
            "sweep", "e.yaml", "--data", "data", "--set", "dataset=folder:" + name, "--dry-run")
        #expect(dry.status == 0 && dry.output.contains("folder:\(name) "), "\(dry.output)")
        let training = try program.run(
            "train", "--dataset", "folder:" + name, "--model", "unet", "--loss", "tv", "--epochs",
            "1", "--image", "32", "--width", "1", "--data", "data", "--jobs", "1")
        #expect(training.status == 0, "\(training.errors)")
        let run = try program.run("query", "SELECT dataset FROM run", "--format", "csv")
        #expect(run.output.contains("folder:" + name), "\(run.output)")
    }

    @Test func aMissingFileOrFolderIsNoInput() throws {
        let program = try Program()
        expectSentence(
            try program.run("sweep", "no.yaml"), status: 66,
            "no.yaml: there is no such experiment file")
        try program.write(Program.tiny, to: "e.yaml")
        expectSentence(
            try program.run("sweep", "e.yaml", "--data", "nowhere"), status: 66,
            "nowhere", "MontgomerySet")
        expectSentence(
            try program.run("runs", "--store", "no.db"), status: 66, "no store at")
    }

    @Test func aBrokenImageIsNamedAndOtherCellsGoOn() throws {
        let program = try Program()
        try program.drawPhantoms()
        let images = program.folder.appendingPathComponent("data/MontgomerySet/CXR_png")
        let name = try #require(
            FileManager.default.contentsOfDirectory(atPath: images.path).sorted().first)
        let file = images.appendingPathComponent(name)
        let whole = try Data(contentsOf: file)
        try whole.prefix(whole.count / 2).write(to: file)
        try program.write(
            Program.tiny.replacing("dataset: mcx", with: "dataset: [mcx, phantom]")
                .replacing("[tv, kltv]", with: "tv"), to: "e.yaml")
        let ending = try program.run("sweep", "e.yaml")
        expectSentence(ending, status: 1, "1 of 2 cells failed")
        #expect(ending.errors.contains(name), "\(ending.errors)")
        #expect(try runs(program, "state = 'completed' AND dataset = 'phantom'") == 1)

        try Data("no picture".utf8).write(to: file)
        let text = try program.run("sweep", "e.yaml", "--set", "dataset=mcx")
        expectSentence(text, status: 1, "1 of 1 cell failed")
        #expect(text.errors.contains("\(name)"), "\(text.errors)")
    }

    @Test func aMaskOrImageWithoutItsPartnerIsNamed() throws {
        let program = try Program()
        try program.drawPhantoms()
        try program.write(Program.tiny, to: "e.yaml")
        let set = program.folder.appendingPathComponent("data/MontgomerySet")
        let masks = set.appendingPathComponent("ManualMask/leftMask")
        let name = try #require(
            FileManager.default.contentsOfDirectory(atPath: masks.path).sorted().first)
        let aside = program.folder.appendingPathComponent("aside.png")
        try FileManager.default.moveItem(at: masks.appendingPathComponent(name), to: aside)
        expectSentence(try program.run("sweep", "e.yaml"), status: 65, name, "mask")
        try FileManager.default.moveItem(at: aside, to: masks.appendingPathComponent(name))
        try FileManager.default.removeItem(
            at: set.appendingPathComponent("CXR_png").appendingPathComponent(name))
        expectSentence(try program.run("sweep", "e.yaml"), status: 65, name, "no image")
    }

    @Test func aStoreThatIsNoneOrMayNotBeWrittenIsLeftAlone() throws {
        let program = try Program()
        try program.drawPhantoms()
        try program.write(Program.tiny, to: "e.yaml")
        let noise = String(repeating: "this is no database. ", count: 300)
        try program.write(noise, to: "noise.db")
        expectSentence(
            try program.run("sweep", "e.yaml", "--store", "noise.db"), status: 65, "noise.db",
            "expected a Lightbox store")
        expectSentence(
            try program.run("query", "SELECT 1", "--store", "noise.db"), status: 65, "noise.db")
        #expect(
            try String(
                contentsOf: program.folder.appendingPathComponent("noise.db"), encoding: .utf8)
                == noise)
        try program.write("", to: "file")
        expectSentence(
            try program.run("sweep", "e.yaml", "--store", "file/lightbox.db"), status: 73,
            "file/lightbox.db")
    }

    @Test func aQueryCannotWrite() throws {
        let program = try Program()
        try program.drawPhantoms()
        try program.write(Program.tiny, to: "e.yaml")
        let sweep = try program.run("sweep", "e.yaml")
        #expect(sweep.status == 0, "\(sweep.errors)")
        for statement in [
            "DELETE FROM run", "UPDATE run SET seed = 2", "DROP TABLE run",
            "PRAGMA user_version = 7",
            "ATTACH 'x.db' AS x", "SELECT 1; DELETE FROM run",
        ] {
            expectSentence(try program.run("query", statement), status: 65)
        }
        #expect(try runs(program, "state = 'completed'") == 2)
        expectSentence(
            try program.run("query", "SELECT modle FROM run"), status: 65, "did you mean 'model'?")
        expectSentence(try program.run("show", "99"), status: 66, "no run '99'", "numbered 1 to 2")
    }

    @Test func aLossThatIsNoNumberFailsItsRunOnly() throws {
        let program = try Program()
        try program.drawPhantoms()
        try program.write(
            Program.tiny.replacing("epochs: 1", with: "epochs: 3\n  learning-rate: [1e38, 1e-3]")
                .replacing("[tv, kltv]", with: "kltv"),
            to: "e.yaml")
        let ending = try program.run("sweep", "e.yaml")
        expectSentence(ending, status: 1, "1 of 2 cells failed")
        #expect(try runs(program, "state = 'completed'") == 1)
        let failure = try program.run(
            "query", "SELECT error FROM run WHERE state = 'failed'", "--format", "csv")
        #expect(failure.output.contains("step"), "\(failure.output)")
    }

    private func runs(_ program: Program, _ condition: String) throws -> Int? {
        let ending = try program.run(
            "query", "SELECT count(*) FROM run_overview WHERE \(condition)", "--format", "csv")
        return ending.output.split(separator: "\n").last.flatMap { Int($0) }
    }
}
