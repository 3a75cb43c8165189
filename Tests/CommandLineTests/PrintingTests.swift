import Foundation
import Testing

/// Nothing prints but `Console`: what it does about failures and hidden signs holds everywhere.
@Suite struct PrintingTests {
    @Test func onlyTheConsolePrints() throws {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources")
        let files = try FileManager.default.subpathsOfDirectory(atPath: sources.path)
            .filter { $0.hasSuffix(".swift") }
            .filter { !$0.contains("bench/") && !$0.hasPrefix("Console/") }
        #expect(files.count > 200)
        for file in files {
            let text = try String(contentsOf: sources.appending(path: file), encoding: .utf8)
            for line in text.split(separator: "\n") {
                #expect(
                    line.firstMatch(
                        of: /(^|[^.\w])(print|fputs|puts)\(|FileHandle\.standard(Output|Error)/)
                        == nil, "\(file): \(line)")
            }
        }
    }
}
