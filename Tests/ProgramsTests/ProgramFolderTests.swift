import Foundation
import Processes
import Testing

@testable import Programs

/// The folder of a program: who works there, and what is kept of it.
@Suite struct ProgramFolderTests {
    let place: ProgramPlace

    init() throws {
        place = ProgramPlace(
            run: FileManager.default.temporaryDirectory.appendingPathComponent(
                "lightbox-\(UUID().uuidString)"))
        try place.makeOwn()
        try place.prepare()
    }

    /// By the shell of this machine, whichever that is.
    @Test func theGuardianKillsTheGroupOnceItsParentIsGone() throws {
        let variables = ["PATH": "/usr/bin:/bin"]
        var sleeper = ChildProcess(["sleep", "20"], environment: variables)
        (sleeper.input, sleeper.output, sleeper.group) = (.nothing, .nothing, .own)
        let process = try sleeper.start()
        let ends = try #require(PipeEnds())
        var guardian = ChildProcess(
            ["/bin/sh", "-c", ProgramProcess.guardScript, "guardian", String(process)],
            environment: variables)
        (guardian.input, guardian.group) = (.descriptor(ends.input), .own)
        let other = try guardian.start()
        ends.close()
        var status: Int32 = 0
        #expect(waitpid(process, &status, 0) == process && status & 0x7F == SIGKILL)
        #expect(waitpid(other, &status, 0) == other)
    }

    @Test func oneProgramAtATimeWorksThere() throws {
        let first = try ProgramHold(place)
        withExtendedLifetime(first) {
            #expect(throws: ProgramError.busy(folder: place.work.path)) { try ProgramHold(place) }
        }
    }

    private func write(_ text: String, _ path: String) throws {
        let url = place.work.appendingPathComponent(path)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: url, atomically: true, encoding: .utf8)
    }

    @Test func filesOfOneNameAreKeptSideBySide() throws {
        try write("a", "a/best.pt")
        try write("b", "b/best.pt")
        _ = try KeptFiles(paths: ["a/best.pt", "b/best.pt", "./a/best.pt"], place: place).keep()
        let kept = try FileManager.default.contentsOfDirectory(atPath: place.run.path)
            .filter { $0.hasPrefix(ProgramPlace.kept) }
        let texts = try kept.map {
            try String(contentsOf: place.run.appendingPathComponent($0), encoding: .utf8)
        }
        #expect(texts.sorted() == ["a", "b"], "\(kept)")
        #expect(kept.contains("program-best.pt"))
    }

    @Test func noLinkLeadsOutOfTheFolder() throws {
        let files = FileManager.default
        try write("inside", "real/w.pt")
        for (link, target) in [("etc", "/etc"), ("also", "real")] {
            try files.createSymbolicLink(
                atPath: place.work.appendingPathComponent(link).path, withDestinationPath: target)
        }
        #expect(throws: ProgramError.self) {
            try KeptFiles(paths: ["etc/passwd"], place: place).keep()
        }
        _ = try KeptFiles(paths: ["also/w.pt"], place: place).keep()
    }

    @Test(.enabled(if: getuid() != 0)) func aFolderThatCannotBeListedIsNoCode() throws {
        try write("x", "code/a.py")
        chmod(place.work.appendingPathComponent("code").path, 0o111)
        #expect(throws: ProgramError.self) {
            try CodeFiles(paths: ["code"], folder: place.work.path).digest()
        }
    }

    @Test func theStoreMayNotLieInTheCode() throws {
        let code = CodeFiles(paths: ["src", "train.py"], folder: "/lightbox-none/x")
        func root(_ path: String) -> String? { code.root(of: URL(fileURLWithPath: path)) }
        #expect(root("/lightbox-none/x/src/runs/1") == "src")
        #expect(root("/lightbox-none/x/src") == "src")
        #expect(root("/lightbox-none/x/src/.runs/1") == nil, "what is no code may change")
        #expect(root("/lightbox-none/x/src2/1") == nil)
        let here = CodeFiles(paths: ["."], folder: "/lightbox-none/x")
        #expect(here.root(of: URL(fileURLWithPath: "/lightbox-none/x/runs/1")) == ".")
    }

    @Test func aShapeIsReadWhole() {
        let header = "{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999, 1)}"
        let bytes = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0]
        #expect(throws: ArrayText.Fault.self) { try ArrayText(bytes + Array(header.utf8) + [1]) }
    }
}
