import Foundation
import RunStore
import Testing

/// What the writing verbs do where they may write, and where a sweep's report may not go.
@Suite struct OutputFileTests {
    private func program() throws -> Program {
        let program = try Program()
        try program.drawPhantoms()
        try program.write(Program.tiny, to: "e.yaml")
        let ending = try program.run("sweep", "e.yaml")
        try #require(ending.status == 0, "\(ending.errors)")
        return program
    }

    private func text(_ program: Program, _ path: String) throws -> String {
        try String(contentsOf: program.folder.appendingPathComponent(path), encoding: .utf8)
    }

    private func names(_ program: Program, _ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(
            atPath: program.folder.appendingPathComponent(folder).path
        ).filter { !$0.hasPrefix(".") }.sorted()
    }

    @Test func whatLightboxMadeIsReplacedUnasked() throws {
        let program = try program()
        for arguments in [
            ["report", "sweep", "-o", "r.md"], ["report", "sweep", "-o", "r.html"],
            ["report", "sweep", "-o", "r.tex"], ["report", "sweep", "-o", "r.csv"],
            ["compare", "1", "2", "-o", "c.md"], ["export", "csv", "-o", "tables"],
            ["export", "tensorboard", "-o", "events"], ["export", "mlflow", "-o", "m.db"],
            ["export", "safetensors", "--run", "1", "-o", "deep/er/w.safetensors"],
            ["predict", "--run", "1", "--image", HostileTargetTests.image, "-o", "m.png"],
            ["predict", "--run", "1", "--image", "data/MontgomerySet/CXR_png", "-o", "masks"],
            ["predict", "--run", "1", "--image", HostileTargetTests.image, "--csv", "p.csv"],
            ["data", "show", "mcx", "--data", "data"], ["ship", "copy.db", "--replace"],
        ] {
            for _ in 0..<2 {
                let ending = try program.run(arguments)
                #expect(ending.status == 0, "\(arguments): \(ending.errors)")
            }
        }
        #expect(try !text(program, "r.csv").contains("Sealed"))
    }

    @Test func bytesGoThroughLinksAndIntoStreams() throws {
        let program = try program()
        let link = program.folder.appendingPathComponent("link.md").path
        symlink("real.md", link)
        #expect(try program.run("report", "sweep", "-o", "link.md").status == 0)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "real.md")
        #expect(try text(program, "real.md").hasPrefix("# "))
        symlink("/dev/stdout", program.folder.appendingPathComponent("out").path)
        for target in ["-", "/dev/stdout", "/dev/fd/1", "out"] {
            let ending = try program.run("report", "sweep", "-o", target)
            #expect(ending.status == 0 && ending.output.hasPrefix("# "), "\(ending.errors)")
            #expect(ending.errors == target + "\n")
        }
        let table = try program.run(
            "predict", "--run", "1", "--image", HostileTargetTests.image, "--csv", "-")
        #expect(table.output.hasPrefix("image,width,height"), "\(table.output)")
        #expect(table.output.split(separator: "\n").count == 2)
    }

    @Test(arguments: ["README", "tiny"])
    func aSweepNeverReplacesWhatItDidNotMake(_ name: String) throws {
        let program = try Program()
        try program.drawPhantoms()
        try program.write(Program.tiny, to: "e.yaml")
        try program.write("my notes", to: "results/\(name).md")
        for _ in 0..<2 {
            let ending = try program.run("sweep", "e.yaml", "--set", "name=\(name)")
            #expect(ending.status == 0, "\(ending.errors)")
            #expect(
                ending.errors.contains(
                    "\(name).md' was not made by Lightbox; the report is"), "\(ending.errors)")
            #expect(try text(program, "results/\(name).md") == "my notes")
            #expect(try text(program, "results/\(name).new.md").hasPrefix("# "))
        }
        #expect(try !names(program, "results").contains("\(name).new2.md"))
    }

    @Test func aReportEditedByHandStays() throws {
        let program = try program()
        let edited = try text(program, "results/tiny.md").replacing("# ", with: "# My ")
        try program.write(edited, to: "results/tiny.md")
        let ending = try program.run("sweep", "e.yaml", "--set", "seed=2")
        #expect(ending.status == 0, "\(ending.errors)")
        #expect(ending.errors.contains("tiny.md' was changed since"), "\(ending.errors)")
        #expect(try text(program, "results/tiny.md") == edited)
        #expect(try names(program, "results").contains("tiny.new.md"))
        expectSentence(
            try program.run("report", "tiny", "-o", "results/tiny.md"), status: 73,
            "results/tiny.md' was changed since Lightbox made it; add --replace")
        #expect(
            try program.run("report", "tiny", "-o", "results/tiny.md", "--replace").status == 0)
        #expect(try text(program, "results/tiny.md").hasPrefix("# My ") == false)
    }

    @Test func anExperimentsNameLeadsOutOfNoFolder() throws {
        let program = try Program()
        try program.drawPhantoms()
        try program.write(Program.tiny.replacing("tiny", with: "xx-xx-xx-victim"), to: "e.yaml")
        try #require(try program.run("sweep", "e.yaml", "--store", "sent/s.db").status == 0)
        try #require(
            try program.run(
                "sweep", "e.yaml", "--set", "seed=2", "--launcher", "parallel", "--store",
                "sent/s.db"
            ).status == 0)
        // Whoever sent the sweep wrote another name of the same length into it.
        let sweep = "sent/sweeps/xx-xx-xx-victim-1/"
        func forge(_ path: String, as target: String) throws {
            let file = program.folder.appendingPathComponent(path)
            var data = try Data(contentsOf: file)
            let (old, new) = (Data("xx-xx-xx-victim".utf8), Data("../../../victim".utf8))
            while let range = data.range(of: old) { data.replaceSubrange(range, with: new) }
            try data.write(to: program.folder.appendingPathComponent(target))
        }
        try forge("sent/s.db", as: sweep + "shards/0000.db")
        try forge(sweep + "manifest.json", as: sweep + "manifest.json")
        try program.write("mine", to: "victim.md")
        let before = try names(program, ".")
        let ending = try program.run(
            "merge", "--sweep", sweep, "--store", "a/b/lab/lightbox.db", "--ended")
        #expect(ending.status < 126, "\(ending.errors)")
        #expect(try text(program, "victim.md") == "mine")
        #expect(try names(program, ".") == (before + ["a"]).sorted())
        #expect(try names(program, "a") == ["b"] && names(program, "a/b") == ["lab"])
    }

    @Test func twoImagesNeverShareAMask() throws {
        let program = try program()
        let source = program.folder.appendingPathComponent(HostileTargetTests.image)
        for name in ["a/x.png", "b/x.png"] {
            let target = program.folder.appendingPathComponent(name)
            try FileManager.default.createDirectory(
                at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
            try FileManager.default.copyItem(at: source, to: target)
        }
        for option in ["-o", "--overlay", "--probability"] {
            let ending = try program.run(
                "predict", "--run", "1", "--image", "a", "--image", "b", option, "out")
            expectSentence(ending, status: 73, "out/x.png", "a/x.png", "b/x.png")
        }
        expectSentence(
            try program.run(
                "predict", "--run", "1", "--image", "a/x.png", "-o", "m.png", "--overlay", "m.png"),
            status: 73, "m.png", "twice")
        #expect(
            !FileManager.default.fileExists(
                atPath: program.folder.appendingPathComponent("out").path))
    }

    @Test func aBrokenImageStopsNoOther() throws {
        let program = try program()
        let images = program.folder.appendingPathComponent("data/MontgomerySet/CXR_png")
        try program.write("no picture", to: "data/MontgomerySet/CXR_png/MCUCXR_0002_0.png")
        let count = try names(program, "data/MontgomerySet/CXR_png").count
        let ending = try program.run(
            "predict", "--run", "1", "--image", images.path, "-o", "out", "--csv", "t.csv")
        expectSentence(ending, status: 1, "1 of \(count) images gave no result", "MCUCXR_0002_0")
        #expect(ending.errors.split(separator: "\n").count == 2, "\(ending.errors)")
        #expect(try text(program, "t.csv").split(separator: "\n").count == count)
        #expect(try names(program, "out").count == count - 1)
        // One image alone has its own status.
        expectSentence(
            try program.run(
                "predict", "--run", "1", "--image",
                images.appendingPathComponent("MCUCXR_0002_0.png").path, "-o", "one.png"),
            status: 65, "MCUCXR_0002_0.png")
    }

    @Test func aShippedCopyIsReplacedAndNoOtherStore() throws {
        let program = try program()
        #expect(try program.run("ship", "copy.db").status == 0)
        expectSentence(try program.run("ship", "copy.db"), status: 73, "copy.db")
        #expect(try program.run("ship", "copy.db", "--replace").status == 0)
        #expect(try program.run("backup", "own.db").status == 0)
        expectSentence(
            try program.run("ship", "own.db", "--replace"), status: 73, "own.db",
            "is a Lightbox store")
    }

    @Test func aStoreWithAnUnfinishedLogIsSetAsideByShip() throws {
        let program = try program()
        #expect(try program.run("backup", "own.db").status == 0)
        #expect(try program.run("ship", "copy.db").status == 0)
        try program.write("the log of a killed process", to: "own.db-wal")
        let ending = try program.run("ship", "own.db", "--replace")
        #expect(ending.status == 0, "\(ending.errors)")
        #expect(ending.output.contains("own.db.old1"), "\(ending.output)")
        #expect(try text(program, "own.db.old1-wal") == "the log of a killed process")
        for name in ["own.db", "own.db.old1"] {
            #expect(
                FileManager.default.fileExists(
                    atPath: program.folder.appendingPathComponent(name).path))
        }
        #expect(
            !FileManager.default.fileExists(
                atPath: program.folder.appendingPathComponent("own.db-wal").path))
    }
}
