import Foundation
import Wording

/// Runs other programs and reads what they print.
enum CommandLineTool {
    struct Result {
        let status: Int32
        let output: String, errors: String
    }

    /// Whether the program is on the search path.
    static func exists(_ name: String) -> Bool { path(of: name) != nil }

    private static func path(of name: String) -> URL? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.map { URL(fileURLWithPath: "\($0)/\(name)") }
            .first { access($0.path, X_OK) == 0 }
    }

    /// Runs the program to its end, or for at most `seconds`.
    ///
    /// - Throws: `LaunchError.scheduler` where it cannot be started.
    static func run(
        _ name: String, _ arguments: [String], in folder: URL? = nil, seconds: Double
    ) throws -> Result {
        guard let path = path(of: name) else {
            throw LaunchError.scheduler(command: name, reason: "there is no such program here")
        }
        let process = Process()
        process.executableURL = path
        process.arguments = arguments
        if let folder { process.currentDirectoryURL = folder }
        let output = Pipe()
        let errors = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        do {
            try process.run()
        } catch {
            throw LaunchError.scheduler(command: name, reason: Sentence.of(error))
        }
        let deadline = DispatchWorkItem { process.terminate() }
        DispatchQueue.global().asyncAfter(deadline: .now() + seconds, execute: deadline)
        // Both pipes are read at once: a full one would stall the program.
        let complaint = Box()
        let reading = DispatchGroup()
        DispatchQueue.global().async(group: reading) {
            complaint.data = errors.fileHandleForReading.readDataToEndOfFile()
        }
        let text = output.fileHandleForReading.readDataToEndOfFile()
        reading.wait()
        process.waitUntilExit()
        deadline.cancel()
        return Result(
            status: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
            errors: String(decoding: complaint.data, as: UTF8.self))
    }

    /// Written by one thread, read by another after it has ended.
    private final class Box: @unchecked Sendable {
        var data = Data()
    }
}
