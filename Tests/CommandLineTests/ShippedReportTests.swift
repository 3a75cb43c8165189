import Foundation
import Testing

/// What is committed under `results/shipped` is what its store gives, byte for byte.
@Suite struct ShippedReportTests {
    @Test func everyCommittedReportIsUpToDate() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = [
            "scripts/reports.sh", Program.executable.path, "results/shipped/results.db",
            "results/shipped", "--check",
        ]
        process.currentDirectoryURL = root
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let text = String(
            decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(text)")
        // It did look at something, and at nothing that is not there.
        let lines = text.split(separator: "\n")
        #expect(lines.count > 4 && lines.allSatisfy { $0.hasSuffix(" is up to date") })
    }
}
