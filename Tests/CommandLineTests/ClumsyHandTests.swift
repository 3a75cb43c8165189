import Foundation
import GRDB
import Imaging
import Testing

/// What ordinary slips of a hand do: none is silent, and none destroys.
@Suite struct ClumsyHandTests {
    private func trained(_ file: String = Program.tiny) throws -> Program {
        let program = try Program()
        try program.drawPhantoms()
        try program.write(file, to: "e.yaml")
        let ending = try program.run("sweep", "e.yaml", "--data", "data")
        try #require(ending.status == 0, "\(ending.errors)")
        return program
    }

    private func isThere(_ program: Program, _ path: String) -> Bool {
        FileManager.default.fileExists(atPath: program.folder.appendingPathComponent(path).path)
    }

    @Test func namesThatMeanTwoRuns() throws {
        let program = try trained()
        let store = try DatabaseQueue(
            path: program.folder.appendingPathComponent("results/lightbox.db").path)
        try store.write { db in
            try db.execute(sql: "PRAGMA foreign_keys = OFF")
            let digest = String(repeating: "0", count: 60)
            try db.execute(sql: "UPDATE run SET digest = '1234\(digest)' WHERE id = 2")
        }
        try store.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA foreign_keys = OFF; UPDATE run SET id = 1234 WHERE id = 1")
        }
        try store.close()
        expectSentence(
            try program.run("delete", "1234"), status: 64, "'1234' is run 1234", "run 2 begins")
        #expect(try program.run("delete", "12340").output.contains("would delete 1 run: 2"))
        #expect(try program.run("delete", "2").output.contains("would delete 1 run: 2"))
    }

    @Test func comparingARunWithItself() throws {
        let program = try trained()
        expectSentence(try program.run("compare", "1", "1"), status: 64, "only run 1 is named;")
        expectSentence(
            try program.run("compare", "1", "2", "1"), status: 64, "a run is named twice;")
        expectSentence(
            try program.run("report", "sweep", "--values", "dice,dice"), status: 64,
            "--values is 'dice'; expected each metric once")
    }

    /// What goes to standard output has no figures beside it, so it links none.
    @Test func aReportOnTheScreenLinksNoFile() throws {
        let program = try trained()
        let shown = try program.run("report", "sweep")
        #expect(shown.status == 0 && shown.output.contains("| TV "), "\(shown.errors)")
        #expect(!shown.output.contains(".svg"), "\(shown.output)")
        let page = try program.run("report", "sweep", "--format", "html")
        #expect(page.output.contains("<svg"), "\(page.errors)")
        expectSentence(
            try program.run("report", "sweep", "--where", "data=x"), status: 64, "data")
        let unknown = try program.run("report", "sweep", "--where", "dta=x")
        #expect(unknown.status == 64 && !unknown.errors.contains("data, "), "\(unknown.errors)")
    }

    /// Structures whose names differ in a sign that file names lose keep a file each.
    @Test func structuresOfOneFileName() throws {
        let program = try Program()
        let drawn = try program.run(
            "data", "phantom", "data/own", "--layout", "folder", "--count", "12", "--size", "64",
            "--structures", "lungs,heart")
        try #require(drawn.status == 0, "\(drawn.errors)")
        let masks = program.folder.appendingPathComponent("data/own/masks")
        for (old, new) in [("lungs", "left kidney"), ("heart", "left-kidney")] {
            try FileManager.default.moveItem(
                at: masks.appendingPathComponent(old), to: masks.appendingPathComponent(new))
        }
        // Without the description the folders' names are the structures'.
        try FileManager.default.removeItem(
            at: program.folder.appendingPathComponent("data/own/dataset.yaml"))
        let images = try FileManager.default.contentsOfDirectory(
            atPath: program.folder.appendingPathComponent("data/own/images").path
        ).sorted()
        try program.write(
            """
            name: kidneys
            grid: {dataset: "folder:own", model: unet, loss: tv}
            train:
              {epochs: 1, batch: 4, image: 32, width: 1, structures: [left kidney, left-kidney]}
            """, to: "e.yaml")
        let sweep = try program.run("sweep", "e.yaml", "--data", "data")
        try #require(sweep.status == 0, "\(sweep.errors)")
        let predicted = try program.run(
            "predict", "--run", "1", "--image", "data/own/images/\(images[0])", "-o", "m.png")
        #expect(predicted.status == 0, "\(predicted.errors)")
        let files = try FileManager.default.contentsOfDirectory(atPath: program.folder.path)
            .filter { $0.hasPrefix("m.") }
        #expect(files.count == 3 && files.contains("m.png"), "\(files)")
    }

    @Test func aReferenceThatIsLeftOut() throws {
        let program = try trained()
        let ending = try program.run(
            "report", "sweep", "--where", "loss=kltv", "--reference", "loss=tv")
        #expect(ending.status == 0, "\(ending.errors)")
        #expect(ending.output.contains("Nothing is compared with TV: "), "\(ending.output)")
    }

    @Test func endingsOfAnotherFormat() throws {
        let program = try trained()
        let image = HostileTargetTests.image
        for option in ["-o", "--overlay", "--probability"] {
            expectSentence(
                try program.run("predict", "--run", "1", "--image", image, option, "m.jpg"),
                status: 73, "'m.jpg' does not end with .png")
        }
        #expect(!isThere(program, "m.jpg"))
        expectSentence(
            try program.run("data", "show", "mcx", "--data", "data", "--output", "s.jpg"),
            status: 73,
            "'s.jpg' does not end with .png")
    }

    @Test func theListOfFilesIsNoOutput() throws {
        let program = try trained()
        #expect(try program.run("export", "csv", "-o", "out").status == 0)
        let list = program.folder.appendingPathComponent("out/.lightbox-files")
        let before = try Data(contentsOf: list)
        expectSentence(
            try program.run(
                "report", "sweep", "-o", "out/.lightbox-files", "--format", "csv", "--replace"),
            status: 73, "is the list of what Lightbox wrote there")
        #expect(try Data(contentsOf: list) == before)
    }

    /// A data set is known by what it is, wherever it lies.
    @Test func outputsAmongTheFilesOfAnyDataSet() throws {
        let program = try trained()
        try FileManager.default.moveItem(
            at: program.folder.appendingPathComponent("data"),
            to: program.folder.appendingPathComponent("elsewhere"))
        let image = "elsewhere/MontgomerySet/CXR_png/MCUCXR_0001_0.png"
        for verb in [
            ["report", "sweep", "--format", "markdown", "--replace", "-o", image],
            ["report", "sweep", "-o", "elsewhere/MontgomerySet/CXR_png/x.md"],
            ["compare", "1", "2", "-o", "elsewhere/MontgomerySet/x.md"],
            ["export", "csv", "-o", "elsewhere/MontgomerySet"],
            ["export", "mlflow", "-o", "elsewhere/MontgomerySet/ManualMask/leftMask/m.db"],
            ["backup", "elsewhere/MontgomerySet/CXR_png/copy.db"],
            ["ship", "elsewhere/MontgomerySet/CXR_png/copy.db"],
        ] {
            let ending = try program.run(verb)
            #expect(ending.status == 73, "\(verb): \(ending.errors)")
            #expect(ending.errors.contains("data set"), "\(verb): \(ending.errors)")
        }
        let place = program.folder.appendingPathComponent("elsewhere/MontgomerySet")
        let names = try FileManager.default.subpathsOfDirectory(atPath: place.path)
        #expect(
            names.allSatisfy {
                !$0.hasSuffix(".md") && !$0.hasSuffix(".db") && !$0.hasSuffix(".csv")
            })
    }

    @Test func aBackupThatNobodyReads() throws {
        let program = try trained()
        let place = program.folder.appendingPathComponent("tmp")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        _ = try program.shell(
            "TMPDIR='\(place.path)' \"$@\" | true", ["lightbox", "backup", "/dev/stdout"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.path) == [])
    }

    @Test func whichDataFolderCounts() throws {
        let program = try Program()
        try program.drawPhantoms()
        let there = program.folder.appendingPathComponent("data").path
        try program.write(Program.tiny + "\ndata: data", to: "e.yaml")
        let ending = try program.run(
            ["sweep", "e.yaml"], environment: ["LIGHTBOX_DATA": "/nowhere"])
        #expect(ending.status == 0, "\(ending.errors)")
        try program.write(Program.tiny, to: "e.yaml")
        let other = try program.run(["sweep", "e.yaml"], environment: ["LIGHTBOX_DATA": there])
        #expect(other.status == 0, "\(other.errors)")
        try program.write(Program.tiny + "\ndata: nowhere", to: "e.yaml")
        let own = try program.run("sweep", "e.yaml")
        #expect(
            (own.errors + own.output).contains("data folder from data: of the experiment file"),
            "\(own.errors)")
    }

    @Test func mergedExperimentsOfOneName() throws {
        let program = try trained()
        try program.write(
            Program.tiny.replacing("[tv, kltv]", with: "gdl"), to: "other.yaml")
        let sweep = try program.run("sweep", "other.yaml", "--data", "data", "--store", "b/s.db")
        try #require(sweep.status == 0, "\(sweep.errors)")
        let ending = try program.run("merge", "b/s.db")
        #expect(ending.status == 0, "\(ending.errors)")
        #expect(
            ending.errors.contains("both stores have an experiment 'tiny', with different files"),
            "\(ending.errors)")
        let report = try program.run("report", "tiny")
        #expect(!report.output.contains("GDL"), "\(report.output)")
        #expect(try program.run("report", "tiny", "--all").output.contains("GDL"))
    }

    @Test func mergedRunsWithoutTheirFiles() throws {
        let program = try trained()
        #expect(try program.run("backup", "alone/copy.db").status == 0)
        let ending = try program.run("merge", "alone/copy.db", "--store", "new/s.db")
        #expect(ending.status == 0, "\(ending.errors)")
        #expect(
            ending.errors.contains("4 of 4 files of these runs are not there"), "\(ending.errors)")
        let whole = try program.run("merge", "results/lightbox.db", "--store", "more/s.db")
        #expect(whole.status == 0 && whole.errors.isEmpty, "\(whole.errors)")
    }

    @Test func settingsAreNoColumns() throws {
        let program = try trained()
        for verb in [["runs"], ["delete"]] {
            expectSentence(
                try program.run(verb + ["--where", "widht = 1"]), status: 65,
                "no such column: widht at column 1; 'width' is a setting: run IN (SELECT run FROM param"
            )
        }
        let asked = try program.run(
            "runs", "--where",
            "run IN (SELECT run FROM param WHERE name = 'width' AND value = 1)", "--format", "csv")
        #expect(asked.output.split(separator: "\n").count == 3, "\(asked.output)")
    }

    @Test func aFullDiskKeepsTheTablesThatWereThere() throws {
        let program = try trained()
        #expect(try program.run("export", "csv", "-o", "out").status == 0)
        let place = program.folder.appendingPathComponent("out")
        let before = try FileManager.default.contentsOfDirectory(atPath: place.path).sorted()
        let runs = try Data(contentsOf: place.appendingPathComponent("runs.csv"))
        // No file may be larger than 1 KiB: the first table that is ends it.
        let ending = try program.shell(
            "ulimit -f 1; trap '' XFSZ; \"$@\"",
            ["lightbox", "export", "csv", "-o", "out", "--run", "2"])
        #expect(ending.status == 74, "\(ending.errors)")
        #expect(try Data(contentsOf: place.appendingPathComponent("runs.csv")) == runs)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: place.path).sorted() == before)
    }

    /// The parser would take the last.
    @Test func optionsThatAreGivenTwice() throws {
        let program = try trained()
        for (verb, name) in [
            (["report", "sweep", "--rows", "loss", "--rows=seed"], "--rows"),
            (
                ["report", "sweep", "--reference", "loss=tv", "--reference", "loss=kltv"],
                "--reference"
            ),
            (["export", "csv", "-o", "a", "--experiment", "tiny", "--output", "b"], "-o"),
            (["query", "SELECT 1", "--limit", "1", "--limit", "2"], "--limit"),
        ] {
            expectSentence(try program.run(verb), status: 64, "\(name) is given 2 times ('")
        }
        #expect(!isThere(program, "a") && !isThere(program, "b"))
        let twice = try program.run("report", "sweep", "--where", "loss=tv", "--where", "seed=1")
        #expect(twice.status == 0, "\(twice.errors)")
    }

    /// A report with a layout of its own does not pass over what it cannot do.
    @Test func optionsThatAReportHasNoRoomFor() throws {
        let program = try trained()
        for (report, option, value) in [
            ("leaderboard", "--rows", "seed"), ("p1-table1", "--columns", "loss"),
            ("label-fraction", "--reference", "loss=tv"), ("out-of-fold", "--aggregate", "best"),
            ("external", "--aggregate", "best"), ("external", "--reference", "loss=tv"),
            ("p2-table1", "--aggregate", "median"), ("p2-table1", "--reference", "loss=tv"),
        ] {
            expectSentence(
                try program.run("report", report, option, value), status: 64,
                "\(option) is '\(value)'; expected none: report '\(report)' has a layout of its own"
            )
        }
        try program.write(
            Program.tiny.replacing("report: sweep", with: "report: leaderboard rows=seed"),
            to: "f.yaml")
        expectSentence(
            try program.run("sweep", "f.yaml", "--dry-run"), status: 65, "f.yaml",
            "has a layout of its own")
    }

    @Test func settingsThatAreGivenTwice() throws {
        let program = try Program()
        try program.drawPhantoms()
        expectSentence(
            try program.run(
                "train", "--dataset", "mcx", "--model", "unet", "--loss", "tv", "--epochs", "1",
                "--epochs=2"), status: 64, "--epochs is given twice ('1', '2')")
    }

    /// `predict --mask` takes a mask of the background for what training takes it for.
    @Test func invertedMasksInPredict() throws {
        let program = try trained()
        let masks = ["leftMask", "rightMask"].map { "data/MontgomerySet/ManualMask/\($0)" }
        let words =
            ["predict", "--run", "1", "--image", "data/MontgomerySet/CXR_png"]
            + masks.flatMap { ["--mask", $0] } + ["--csv"]
        #expect(try program.run(words + ["a.csv"]).status == 0)
        for folder in masks {
            let place = program.folder.appendingPathComponent(folder)
            for name in try FileManager.default.contentsOfDirectory(atPath: place.path) {
                let file = place.appendingPathComponent(name)
                let mask = try MaskImage(ImageFile.bytes(of: file), name: name)
                try ImageFile.write(
                    PNG.encode(
                        mask: mask.pixels.map { 1 - $0 }, width: mask.width, height: mask.height),
                    to: file)
            }
        }
        let inverted = try program.run(words + ["b.csv"])
        #expect(inverted.errors.contains("shows the background and was inverted, as in training"))
        #expect(
            try Data(contentsOf: program.folder.appendingPathComponent("a.csv"))
                == Data(contentsOf: program.folder.appendingPathComponent("b.csv")))
    }

    @Test func parametersThatLookLikeNumbers() throws {
        let program = try trained()
        for (text, type) in [
            ("001", "text"), ("12345678901234567890", "text"), ("7", "integer"), ("0.5", "real"),
            ("1e3", "real"), ("-3", "integer"), ("0x10", "text"), ("inf", "text"),
        ] {
            let ending = try program.run(
                "query", "SELECT typeof(:p)", "--param", "p=\(text)", "--format", "csv")
            #expect(ending.output.contains(type), "\(text): \(ending.output)")
        }
        expectSentence(
            try program.run("query", "SELECT :p", "--param", "p=1", "--param", "p=2"), status: 64,
            "--param names 'p' twice")
        let piped = try program.shell(
            "echo 'SELECT 41 + 1 AS n' | \"$@\"",
            ["lightbox", "query", "--file", "/dev/stdin", "--format", "csv"])
        #expect(piped.output.contains("42"), "\(piped.errors)")
    }

    @Test func aMergeOfNothingMakesNoStore() throws {
        let program = try Program()
        expectSentence(
            try program.run("merge", "nope.db", "--store", "new.db"), status: 66,
            "no store at 'nope.db'")
        #expect(!isThere(program, "new.db"))
    }
}
