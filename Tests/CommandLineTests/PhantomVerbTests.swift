import Foundation
import Testing

/// `data phantom` that does not get to its end.
@Suite struct PhantomVerbTests {
    private func origin(_ program: Program) throws -> String {
        let check = try program.run("data", "check", "jcx", "--data", "data", "--format", "json")
        return check.output.contains("\"origin\" : \"phantom\"") ? "phantom" : check.output
    }

    @Test func killedMidwayItIsKnownAndGoesOn() throws {
        let program = try Program()
        let command = ["data", "phantom", "data", "--layout", "jcx", "--seed", "77"]
        let drawing = try program.start(command + ["--count", "2000", "--size", "128"])
        let images = program.folder.appendingPathComponent("data/All247images")
        while drawing.isRunning {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: images.path)) ?? []
            if names.count(where: { $0.hasSuffix(".IMG") }) > 4 { break }
            usleep(5_000)
        }
        kill(drawing.processIdentifier, SIGKILL)
        drawing.waitUntilExit()
        #expect(drawing.terminationReason == .uncaughtSignal)
        #expect(try origin(program) == "phantom")

        let other = try program.run(
            "data", "phantom", "data", "--layout", "jcx", "--seed", "78", "--count", "4", "--size",
            "64")
        #expect(other.status == 0, "\(other.errors)")
        #expect(try origin(program) == "phantom")
    }

    private func names(_ program: Program, _ folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(
            atPath: program.folder.appendingPathComponent(folder).path
        ).sorted()
    }

    /// Neither the place of a run's files nor somebody's own images, and nothing is left behind.
    @Test func placesThatAreTakenAreLeftAsTheyAre() throws {
        let program = try Program()
        let run = "runs/" + String(repeating: "0a", count: 32)
        try program.write("weights", to: run + "/best.safetensors")
        for place in [run, run + "/zz"] {
            for layout in ["mcx", "jcx", "folder"] {
                expectSentence(
                    try program.run(
                        "data", "phantom", place, "--layout", layout, "--count", "2", "--size",
                        "32", "--replace"),
                    status: 73, "is the place of a run's files")
            }
        }
        #expect(try names(program, "runs").count == 2)

        try program.drawPhantoms()
        let drawn = program.folder.appendingPathComponent("data/MontgomerySet/CXR_png")
        let own = program.folder.appendingPathComponent("own/images")
        try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
        for name in ["a", "b"] {
            var png = try Data(contentsOf: drawn.appendingPathComponent("MCUCXR_0001_0.png"))
            // Without the mark of a drawing.
            png.removeSubrange(33..<33 + 12 + Int(png[36]))
            try png.write(to: own.appendingPathComponent(name + ".png"))
        }
        // The second of two layouts too, before the first is drawn.
        for layouts in [["folder"], ["mcx", "folder"]] {
            expectSentence(
                try program.run(
                    ["data", "phantom", "own", "--count", "4", "--size", "32"]
                        + layouts.flatMap { ["--layout", $0] }),
                status: 73, "own/images/a.png lies where phantoms would be drawn and is none")
        }
        #expect(try names(program, "own") == ["images", "images/a.png", "images/b.png"])
        let among = try program.run(
            "data", "phantom", "own", "--layout", "folder", "--count", "4", "--size", "32",
            "--replace")
        #expect(among.status == 0 && among.errors.contains("2 other images"), "\(among.errors)")
    }

    @Test func aFullDiskIsNamed() throws {
        let program = try Program()
        for limit in [0, 4] {
            let ending = try program.shell(
                "( trap '' XFSZ; ulimit -f \(limit); \"$@\"; echo \"status $?\" ) 2>&1 | cat >&2",
                ["lightbox", "data", "phantom", "data\(limit)", "--size", "512"])
            #expect(ending.errors.hasSuffix("status 74\n"), "\(ending.errors)")
            #expect(ending.errors.contains("lightbox: cannot write '"), "\(ending.errors)")
            #expect(ending.errors.contains("File too large"), "\(ending.errors)")
        }
        // What stands in the way of a folder.
        try program.write("a file", to: "taken")
        expectSentence(
            try program.run("data", "phantom", "taken"), status: 73, "'taken", "is a file")
        expectSentence(try program.run("data", "phantom", ""), status: 73, "is no name")
    }
}
