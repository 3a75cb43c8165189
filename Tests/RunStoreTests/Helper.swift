import Files
import Foundation
import Testing

/// Processes of `storebench`, which lies beside the tests.
enum Helper {
    static func start(_ arguments: [String], output: Pipe? = nil) throws -> Process {
        let process = Process()
        let tests = ProgramFile.own
        let beside = tests.deletingLastPathComponent().appendingPathComponent("storebench")
        let own = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appendingPathComponent("storebench")
        process.executableURL =
            FileManager.default.isExecutableFile(atPath: beside.path) ? beside : own
        process.arguments = arguments
        process.standardOutput = output ?? FileHandle.nullDevice
        try process.run()
        return process
    }

    /// Runs the commands at once and waits for all.
    static func finish(_ commands: [[String]]) throws -> [Int32] {
        let processes = try commands.map { try start($0) }
        return processes.map { process in
            process.waitUntilExit()
            return process.terminationStatus
        }
    }
}
