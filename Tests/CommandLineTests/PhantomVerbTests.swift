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
