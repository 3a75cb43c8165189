import Foundation
import Processes
import Testing

@testable import Console

@Suite struct PrinterTests {
    @Test func aWriteThatFailsSaysWhy() throws {
        let full = open("/dev/full", O_WRONLY)
        defer { close(full) }
        #expect(
            throws: PrintError.unwritable(
                stream: "standard output", reason: "No space left on device")
        ) {
            try Printer(descriptor: full, name: "standard output").print("text")
        }
        #expect(throws: PrintError.self) {
            try Printer(descriptor: -1, name: "standard output").print("text")
        }
    }

    @Test func aPipeThatNobodyReadsIsQuiet() throws {
        signal(SIGPIPE, SIG_IGN)
        let ends = try #require(PipeEnds())
        close(ends.input)
        #expect(throws: PrintError.nobodyReads) {
            try Printer(descriptor: ends.output, name: "standard output").write("text")
        }
        #expect(PrintError.nobodyReads.description.isEmpty)
        close(ends.output)
    }

    @Test func peopleSeeSignsAndProgramsGetThem() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        let descriptor = open(file.path, O_WRONLY | O_CREAT, 0o600)
        let output = Printer(descriptor: descriptor, name: "a file")
        try output.print("a\u{1B}[2J")
        try output.print(["b\nc", "d"])
        try output.write("\u{1B}e\n")
        try output.close()
        #expect(
            try String(contentsOf: file, encoding: .utf8)
                == "a\\x1B[2J\nb\\nc\nd\n\u{1B}e\n")
        try FileManager.default.removeItem(at: file)
    }

    @Test(arguments: [
        (["LANG": "en_US.UTF-8"], true), (["LANG": "C.utf8"], true), (["LANG": "C"], false),
        (["LANG": "en_US.UTF-8", "LC_ALL": "C"], false), ([:], false),
        (["LC_CTYPE": "de_DE.UTF-8", "LANG": "C"], true),
        (["LC_ALL": "", "LANG": "C.UTF-8"], true),
    ])
    func theLocaleSaysWhichSignsThereAre(environment: [String: String], isUTF8: Bool) {
        #expect(TextLocale.isUTF8(environment) == isUTF8)
    }

    @Test func thePagerIsTheUsers() {
        func words(_ pager: String?, term: String? = "xterm") -> [String]? {
            var environment = ["PATH": "/usr/bin:/bin"]
            environment["PAGER"] = pager
            environment["TERM"] = term
            return PagerCommand.chosen(environment)?.words
        }
        #expect(words("most -s") == ["most", "-s"])
        #expect(words("less | cat") == ["/bin/sh", "-c", "less | cat"])
        #expect(words("cat") == nil)
        #expect(words(" ") == nil)
        #expect(words("most", term: "dumb") == nil)
        #expect(words("most", term: nil) == nil)
    }
}
