import Domain
import Foundation
import Imaging
import RunStore
import Testing

/// Small things that make a day easier.
@Suite struct ComfortTests {
    @Test func aMistypedVerbHasTheNearest() throws {
        let program = try Program()
        expectSentence(
            try program.run("swep", "e.yaml"), status: 64,
            "unknown verb 'swep'; did you mean 'sweep'?", "known: init, sweep, train")
        expectSentence(
            try program.run("data", "chek"), status: 64,
            "unknown verb 'data chek'; did you mean 'check'?")
        expectSentence(try program.run("zzzzzzzz"), status: 64, "unknown verb 'zzzzzzzz'; known:")
    }

    @Test func theEnvironmentNamesTheStore() throws {
        let program = try Program()
        try Stores.fillPair(in: program, as: "mine/s.db")
        let mine = ["LIGHTBOX_STORE": "mine/s.db"]
        for verb in [["runs"], ["show", "1"], ["status"], ["report", "leaderboard"], ["gc"]] {
            let ending = try program.run(verb, environment: mine)
            #expect(ending.status == 0, "\(verb): \(ending.errors)")
        }
        #expect(try program.run(["runs"], environment: ["LIGHTBOX_STORE": ""]).status == 66)
        expectSentence(
            try program.run(["runs", "--store", "no.db"], environment: mine), status: 66, "no.db")
    }

    @Test func theTildeIsOneFolderEverywhere() throws {
        let program = try Program()
        let home = ["HOME": program.folder.path]
        let away = program.folder.appendingPathComponent("away")
        try FileManager.default.createDirectory(at: away, withIntermediateDirectories: true)
        func run(_ arguments: String..., environment: [String: String] = [:]) throws {
            let ending = try program.run(
                arguments, environment: home.merging(environment) { $1 }, in: away)
            #expect(ending.status == 0, "\(arguments): \(ending.errors)")
        }
        try run("data", "phantom", "~/d", "--count", "12", "--size", "64")
        try program.write("data: ~/d\n" + Program.tiny, to: "e.yaml")
        try run("sweep", "~/e.yaml", "--store=~/r/s.db")
        try run("runs", environment: ["LIGHTBOX_STORE": "~/r/s.db"])
        try run("query", "SELECT 1", "--store", "~/r/s.db")
        try run("data", "list", environment: ["LIGHTBOX_DATA": "~/d"])
        try run("report", "leaderboard", "--store", "~/r/s.db", "-o", "~/r/l.md")
        try run("backup", "~/r/copy.db", "--store", "~/r/s.db")
        let names = try FileManager.default.contentsOfDirectory(atPath: away.path)
        #expect(names.isEmpty, "\(names)")
    }

    @Test func aMissingDataFolderIsSaidOnce() throws {
        let program = try Program()
        try program.write(
            Program.tiny.replacing("dataset: mcx", with: "dataset: [mcx, scx]"), to: "e.yaml")
        let ending = try program.run("sweep", "e.yaml")
        expectSentence(ending, status: 66, "dataset 'mcx' not found", "--data")
        #expect(ending.errors.split(separator: "\n").count == 1, "\(ending.errors)")
    }

    @Test func whatIsNamedTwiceOrStandsInTheWayIsSaid() throws {
        let program = try Program()
        try program.drawPhantoms()
        try program.write(Program.tiny.replacing("[tv, kltv]", with: "tv"), to: "e.yaml")
        #expect(try program.run("sweep", "e.yaml", "--jobs", "1").status == 0)
        // A run without a file does not take the place of an experiment that has one.
        expectSentence(
            try program.run(
                "train", "--dataset", "mcx", "--model", "unet", "--loss", "tv", "--epochs", "1",
                "--image", "32", "--width", "1", "--name", "tiny"),
            status: 64, "'tiny', which has a file")
        let source = try program.run(
            "query", "SELECT length(source) > 99 AS is_whole FROM experiment", "--format", "csv")
        #expect(source.output.contains("1"), "\(source.output)")

        let images = "data/MontgomerySet/CXR_png"
        let twice = try program.run(
            "predict", "--run", "1", "--image", images, "--image", "\(images)/MCUCXR_0001_0.png",
            "--csv", "t.csv")
        #expect(twice.status == 0 && twice.errors.contains("1 image named twice"))
        expectSentence(
            try program.run(
                "report", "sweep", "--reference", "loss=tv", "--reference", "model=unet"),
            status: 64, "--reference is given 2 times")
        let few = ["data", "phantom", "data", "--count", "4", "--size", "64"]
        expectSentence(try program.run(few), status: 73, "holds another drawing", "--replace")
        let fewer = try program.run(few + ["--seed", "3"])
        #expect(fewer.status == 0 && fewer.errors.contains("8 other images"), "\(fewer.errors)")
        try program.write("", to: "none.yaml")
        expectSentence(try program.run("sweep", "none.yaml"), status: 65, "'name' is missing")
    }

    @Test func tablesFitAFileWhole() throws {
        let program = try Program()
        try Stores.fillPair(in: program, as: "results/lightbox.db")
        let wide = try program.run("query", "SELECT * FROM run_overview").output
        #expect(!wide.contains("not shown") && (wide.split(separator: "\n")[0].count > 200))
    }

    @Test(arguments: PagerTests.sizes)
    func tablesFitATerminal(columns: Int, rows: Int) throws {
        let program = try Program()
        try Stores.fillPair(in: program, as: "results/lightbox.db")
        for verb in [
            ["runs"], ["status"], ["show", "1"], ["query", "SELECT * FROM run_overview"],
            ["query", "SELECT * FROM run_overview WHERE run = 1"], ["query", "SELECT * FROM run"],
        ] {
            let pager = verb[0] == "status" ? [] : ["--no-pager"]
            let session = try TerminalSession(
                ["lightbox"] + verb + pager, in: program.folder, columns: columns, rows: rows)
            #expect(try session.end() == 0)
            let sent = String(decoding: session.bytes, as: UTF8.self)
            let widest = sent.split(separator: "\r\n").map(\.count).max() ?? 0
            #expect(widest <= columns, "\(verb): \(session.text)")
        }
        let session = try TerminalSession(
            ["lightbox", "runs"], in: program.folder, columns: columns, rows: rows)
        #expect(try session.end() == 0)
        for word in ["run", "state", "test Dice", "completed", "failed", "kltv", "0.92"] {
            #expect(session.text.contains(word), "\(word): \(session.text)")
        }
        let whole = try TerminalSession(
            ["lightbox", "runs", "--wide", "--no-pager"], in: program.folder, columns: columns,
            rows: rows)
        #expect(try whole.end() == 0)
        #expect(String(decoding: whole.bytes, as: UTF8.self).contains("seconds"))
    }

    @Test func aNameOfAnotherKindIsCalledSo() throws {
        let program = try Program()
        try program.write(
            Program.tiny.replacing("model: unet", with: "model: appau-net"), to: "e.yaml")
        expectSentence(
            try program.run("sweep", "e.yaml"), status: 65,
            "e.yaml:5:10: 'appau-net' is a procedure, expected a model; known: unet")
    }

    @Test func conditionsAndComparisonsAreToldInTheUsersTerms() throws {
        let program = try Program()
        try Stores.fillPair(in: program, as: "results/lightbox.db")
        let unknown = try program.run("runs", "--where", "dice > 0.5")
        expectSentence(
            unknown, status: 65, "no such column: dice at column 1; did you mean 'test_dice'?")
        expectSentence(
            try program.run("delete", "--where", "loss = 'tv' AND sed = 1"), status: 65,
            "no such column: sed at column 17; did you mean 'seed'?")
        let one = try program.run("compare", "1")
        expectSentence(one, status: 64, "only run 1 is named; expected two or more different runs")
        #expect(!one.errors.contains("--runs"))
        let two = try program.run("compare", "1", "2")
        #expect(two.output.contains("none below 6 images"), "\(two.output)")
        #expect(try program.run("show", "1").output.contains("train 2 (1 labelled), validation 1"))
    }

    @Test func copiesSayWhatTheyLeaveBehindAndHowTheyAreReplaced() throws {
        let program = try Program()
        try Stores.fillPair(in: program, as: "results/lightbox.db")
        #expect(try program.run("backup", "b.db").output.contains("files of weights stay"))
        try #require(try program.run("ship", "s.db").status == 0)
        expectSentence(
            try program.run("ship", "s.db"), status: 73,
            "'s.db' is an earlier copy of a store; add --replace to replace it")
        #expect(try program.run("ship", "s.db", "--replace").status == 0)
        let backup = try program.run("ship", "results/lightbox.db")
        #expect(backup.status == 73 && !backup.errors.contains("--replace"))
    }

    @Test func foldersOfOtherFormatsAreToldSo() throws {
        let program = try Program()
        try Stores.fillPair(in: program, as: "results/lightbox.db")
        try program.write("no image", to: "scans/a.jpg")
        try program.write("no image", to: "scans/b.jpg")
        expectSentence(
            try program.run("predict", "--run", "1", "--image", "scans"), status: 66,
            "no image in 'scans', which has 2 files: 2 files .jpg in scans left out, where "
                + "\(ImageFormatRegistry.list()) are read")
    }

    @Test func drawnDataElsewhereIsNamed() throws {
        let program = try Program()
        let drawn = try program.run("data", "phantom", "data/demo", "--count", "12", "--size", "64")
        try #require(drawn.status == 0)
        for verb in [["data", "list"], ["doctor"]] {
            #expect(
                try program.run(verb).output.contains(
                    "there are data sets in data/demo: --data data/demo"), "\(verb)")
        }
        expectSentence(try program.run("data", "check"), status: 66, "--data data/demo")
        #expect(try program.run("data", "list", "--data", "data/demo").output.contains("12 images"))
    }

    @Test func columnsThatAreAlikeGiveWay() throws {
        let program = try Program()
        let store = try RunStore(at: program.folder.appendingPathComponent("results/lightbox.db"))
        for (number, width) in [8, 16, 32].enumerated() {
            let cell = RunDescription(
                configuration: RunConfiguration(["width": .integer(Int64(width))]), dataset: "mcx",
                model: "attention-unet", procedure: "supervised", loss: "kltv", labels: 100,
                seed: 1, epochs: 40,
                parameters: [
                    "width": .integer(Int64(width)), "batch": .integer(Int64(4 + number)),
                    "learning-rate": .number(0.001 * Double(number + 1)),
                ])
            _ = try store.plan([cell])
        }
        try store.close()
        let session = try TerminalSession(
            ["lightbox", "runs", "--no-pager"], in: program.folder, columns: 80, rows: 24)
        #expect(try session.end() == 0)
        #expect(session.text.contains("batch 6, learning-rate 0.003, width 32"), "\(session.text)")
    }

    @Test(arguments: [["report", "leaderboard"], ["compare", "1", "2"]])
    func longTextsGoThroughThePager(verb: [String]) throws {
        let program = try Program()
        try Stores.fillPair(in: program, as: "results/lightbox.db")
        let session = try TerminalSession(
            ["lightbox"] + verb, in: program.folder, columns: 80, rows: 6)
        try session.wait(for: "the prompt") { $0.shown.last?.hasPrefix(":") == true }
        session.type("q")
        #expect(try session.end() == 0)
        let plain = try TerminalSession(
            ["lightbox"] + verb + ["--no-pager"], in: program.folder, columns: 80, rows: 6)
        #expect(try plain.end() == 0)
    }
}
