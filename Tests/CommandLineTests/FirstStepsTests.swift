import CodeStamp
import Foundation
import Testing

/// The first five minutes: `lightbox` alone says what comes next, and `init` writes an example.
@Suite struct FirstStepsTests {
    @Test func aloneItSaysWhatComesNext() throws {
        let program = try Program()
        let empty = try program.run()
        #expect(empty.status == 0 && empty.errors.isEmpty)
        for part in ["Nothing is here yet", "lightbox data phantom data", "lightbox init"] {
            #expect(empty.output.contains(part), "\(empty.output)")
        }
        try program.drawPhantoms()
        let drawn = try program.run().output
        #expect(drawn.contains("Here: data (mcx).") && !drawn.contains("phantom"), "\(drawn)")
        #expect(try program.run("init").status == 0)
        let written = try program.run().output
        #expect(written.contains("lightbox sweep experiments/first.yaml"), "\(written)")
        #expect(!written.contains("lightbox init"), "\(written)")
        let small = ["--set", "epochs=1", "--set", "width=1", "--set", "image=32"]
        let sweep = try program.run(["sweep", "experiments/first.yaml"] + small)
        #expect(sweep.status == 0, "\(sweep.errors)")
        let trained = try program.run().output
        #expect(trained.contains("Here: runs in results/lightbox.db;"), "\(trained)")
        #expect(trained.contains("lightbox runs "), "\(trained)")
    }

    /// Data sets one folder further down are named.
    @Test func dataElsewhereIsPointedAt() throws {
        let program = try Program()
        #expect(
            try program.run("data", "phantom", "data/demo", "--count", "4", "--size", "32").status
                == 0)
        #expect(try program.run().output.contains("--data data/demo"))
        expectSentence(
            try program.run("init"), status: 66, "no data set with masks in data (default)",
            "--data data/demo")
        #expect(try program.run("init", "--data", "data/demo", "a.yaml").status == 0)
        let text = try String(
            contentsOf: program.folder.appendingPathComponent("a.yaml"), encoding: .utf8)
        #expect(text.contains("\ndata: data/demo\n") && text.contains("\nname: a\n"), "\(text)")
        let dry = try program.run("sweep", "a.yaml", "--dry-run")
        #expect(dry.status == 0 && dry.output.contains("mcx"), "\(dry.errors)")
    }

    @Test func initWritesOverNothing() throws {
        let program = try Program()
        try program.drawPhantoms()
        try program.write("mine\n", to: "experiments/first.yaml")
        expectSentence(
            try program.run("init"), status: 73, "'experiments/first.yaml' is there already")
        let file = program.folder.appendingPathComponent("experiments/first.yaml")
        #expect(try String(contentsOf: file, encoding: .utf8) == "mine\n")
        // Nor does it put a file among images.
        expectSentence(
            try program.run("init", "data/MontgomerySet/CXR_png/e.yaml"), status: 73,
            "among the files of a data set")
        let printed = try program.run("init", "-")
        #expect(printed.output.contains("\nname: first\n"), "\(printed.output)")
    }

    /// Names of folders that mean something in YAML stay names.
    @Test(arguments: ["mine", "a: b # c", "é \"q\" 'x'", "- yes"])
    func ownFoldersAreNamedAsTheyAre(_ name: String) throws {
        let program = try Program()
        try program.drawPhantoms()
        let set = program.folder.appendingPathComponent("data/MontgomerySet")
        let own = program.folder.appendingPathComponent("own/\(name)")
        try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
        try FileManager.default.moveItem(
            at: set.appendingPathComponent("CXR_png"), to: own.appendingPathComponent("images"))
        let masks = set.appendingPathComponent("ManualMask/leftMask")
        try FileManager.default.moveItem(at: masks, to: own.appendingPathComponent("masks"))
        let ending = try program.run("init", "--data", "own", "e.yaml")
        #expect(ending.status == 0, "\(ending.errors)")
        let dry = try program.run("sweep", "e.yaml", "--dry-run")
        #expect(dry.status == 0 && dry.output.contains("folder:\(name)"), "\(dry.errors)")
    }

    @Test func withoutMasksOrDataItSaysSo() throws {
        let program = try Program()
        expectSentence(
            try program.run("init"), status: 66, "no data set with masks in data",
            "'lightbox data phantom data' draws one")
        try program.drawPhantoms()
        expectSentence(
            try program.run("init", "--dataset", "mxc"), status: 64, "unknown", "mcx")
        expectSentence(
            try program.run("init", "--dataset", "scx"), status: 66, "'scx'", "not found")
        let set = program.folder.appendingPathComponent("data/MontgomerySet")
        try FileManager.default.moveItem(
            at: set.appendingPathComponent("CXR_png"),
            to: program.folder.appendingPathComponent("bare/own/images"), makingFolders: true)
        expectSentence(
            try program.run("init", "--data", "bare"), status: 66, "'folder:own'",
            "has no image with a mask")
    }

    @Test func theVersionNamesCommitAndBuild() throws {
        let text = try Program().run("--version").output
        let form =
            #/\d+\.\d+\.\d+ \(commit ([0-9a-f]{10}|unknown)(, changed since)?; (debug|release|distribution) build; \w+ \w+\)\n/#
        #expect(text.wholeMatch(of: form) != nil, "\(text)")
        // Another program than that of this build has a stamp of its own.
        guard ProcessInfo.processInfo.environment["LIGHTBOX_TEST_PROGRAM"] == nil else { return }
        #expect(text.contains("commit \(CodeStamp.commit?.prefix(10) ?? "unknown")"), "\(text)")
        #expect(text.contains("changed since") == (CodeStamp.isDirty == true), "\(text)")
    }
}

extension FileManager {
    fileprivate func moveItem(at old: URL, to new: URL, makingFolders: Bool) throws {
        try createDirectory(
            at: new.deletingLastPathComponent(), withIntermediateDirectories: makingFolders)
        try moveItem(at: old, to: new)
    }
}
