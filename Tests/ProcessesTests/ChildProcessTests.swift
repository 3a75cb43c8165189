import Foundation
import Testing

@testable import Processes

struct ChildProcessTests {
    /// What a shell prints and how it ends, started as `change` says.
    private func run(
        _ script: String, _ change: (inout ChildProcess) -> Void = { _ in }
    ) throws -> (text: String, status: Int32) {
        let ends = try #require(PipeEnds())
        var child = ChildProcess(["/bin/sh", "-c", script], environment: ["WORD": "two words"])
        child.output = .descriptor(ends.output)
        change(&child)
        let process = try child.start()
        close(ends.output)
        defer { close(ends.input) }
        let data = FileHandle(fileDescriptor: ends.input, closeOnDealloc: false)
            .readDataToEndOfFile()
        var status: Int32 = 0
        while waitpid(process, &status, 0) == -1, errno == EINTR {}
        return (String(decoding: data, as: UTF8.self), status)
    }

    @Test func outputAndErrorsComeInOneStream() throws {
        let (text, status) = try run("echo \"$WORD\"; echo $((1 + 1)) >&2; exit 3") {
            $0.input = .nothing
        }
        #expect(text == "two words\n2\n" && status == 3 << 8)
    }

    @Test func inputComesFromADescriptorOrNowhere() throws {
        let ends = try #require(PipeEnds())
        _ = write(ends.output, "line\n", 5)
        close(ends.output)
        #expect(try run("cat") { $0.input = .descriptor(ends.input) }.text == "line\n")
        close(ends.input)
        #expect(try run("cat; echo end") { $0.input = .nothing }.text == "end\n")
    }

    @Test func groupIsSharedOrItsOwn() throws {
        let script = "ps -o pgid= -p $$ | tr -d ' '; echo $$"
        func numbers(_ group: ChildProcess.Group) throws -> (group: String, process: String) {
            let lines = try run(script) {
                $0.group = group
                $0.environment["PATH"] = "/usr/bin:/bin"
            }.text.split(separator: "\n").map(String.init)
            try #require(lines.count == 2, "\(lines)")
            return (lines[0], lines[1])
        }
        let shared = try numbers(.shared), own = try numbers(.own), session = try numbers(.session)
        #expect(shared.group == String(getpgrp()))
        #expect(own.group == own.process && session.group == session.process)
    }

    /// A child has no part in what this process ignores, unless it is to.
    @Test func ignoredSignalsHaveTheirEffect() throws {
        let old = signal(SIGUSR1, SIG_IGN)
        defer { signal(SIGUSR1, old) }
        let script = "kill -USR1 $$; echo alive"
        let all = try run(script)
        #expect(all.text.isEmpty && all.status & 0x7F == SIGUSR1)
        #expect(try run(script) { $0.signals = [SIGINT] }.text == "alive\n")
    }

    @Test func aMissingProgramIsAFault() {
        let child = ChildProcess(["lightbox-no-such-program"], environment: [:])
        #expect(throws: ChildProcess.Fault(code: ENOENT)) { try child.start() }
    }

    @Test func programsDoNotGetOtherPipes() throws {
        let other = try #require(PipeEnds())
        defer { other.close() }
        let (_, status) = try run("true <&\(other.input)")
        #expect(status != 0)
    }
}
