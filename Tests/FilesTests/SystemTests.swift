import Files
import Foundation
import Testing

/// What systems name differently has one name here.
@Suite struct SystemTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    @Test func theProgramThatRunsIsFound() {
        let own = ProgramFile.own
        #expect(FileManager.default.isExecutableFile(atPath: own.path))
        #expect(own.resolvingSymlinksInPath() == own)
    }

    @Test func timesOfFilesAreThoseThatFoundationTells() throws {
        let file = FileManager.default.temporaryDirectory
            .appendingPathComponent("times-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data("x".utf8).write(to: file)
        let then = Date(timeIntervalSince1970: 1_000_000_000)
        try FileManager.default.setAttributes([.modificationDate: then], ofItemAtPath: file.path)
        var status = stat()
        #expect(stat(file.path, &status) == 0)
        #expect(status.modified.tv_sec == 1_000_000_000)
        #expect(status.changed.tv_sec > status.modified.tv_sec)
    }

    /// Other sources go through those names, so that another system needs a change in one place.
    @Test(arguments: [
        ("/proc/self/exe", "Files/ProgramFile.swift"), ("st_mtim", "Files/FileTimes.swift"),
        ("sa_handler", "Console/SignalHandler.swift"),
    ])
    func oneFileKnowsASystemsName(_ name: String, _ place: String) throws {
        let sources = Self.root.appendingPathComponent("Sources")
        let files = try FileManager.default.subpathsOfDirectory(atPath: sources.path)
            .filter { $0.hasSuffix(".swift") && !$0.hasPrefix("imagebench/") }
        let found = try files.filter {
            try String(contentsOf: sources.appendingPathComponent($0), encoding: .utf8)
                .contains(name)
        }
        #expect(found == [place])
    }
}
