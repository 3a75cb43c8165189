import Files
import Foundation
import Testing

/// The built program, run as a user runs it, in a folder of its own.
struct Program {
    /// The folder that relative paths start from.
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "lightbox-cli-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    /// How a run of the program ended.
    struct Ending {
        let status: Int32
        let output: String
        let errors: String
    }

    /// The program beside the test bundle; `LIGHTBOX_TEST_PROGRAM` names another, such as that of
    /// `make dist`.
    static var executable: URL {
        if let path = ProcessInfo.processInfo.environment["LIGHTBOX_TEST_PROGRAM"], !path.isEmpty {
            return URL(fileURLWithPath: path)
        }
        let tests = ProgramFile.own
        return tests.deletingLastPathComponent().appendingPathComponent("lightbox")
    }

    /// Runs the program with these arguments to its end.
    func run(_ arguments: String..., environment: [String: String] = [:]) throws -> Ending {
        try run(arguments, environment: environment)
    }

    func run(
        _ arguments: [String], environment: [String: String] = [:], in place: URL? = nil,
        of executable: String? = nil
    ) throws -> Ending {
        // Files, not pipes: a full pipe would stall a process that nobody reads from.
        let output = folder.appendingPathComponent(".out-\(UUID().uuidString)")
        let errors = folder.appendingPathComponent(".err-\(UUID().uuidString)")
        let process = try start(
            arguments, environment: environment, output: output, errors: errors,
            executable: executable.map(URL.init(fileURLWithPath:)) ?? Self.executable, in: place)
        try Self.waitForEnd(of: process, arguments)
        return Ending(
            status: process.terminationStatus,
            output: try String(contentsOf: output, encoding: .utf8),
            errors: try String(contentsOf: errors, encoding: .utf8))
    }

    /// Runs words through a shell, as `"$@"` of `script`; the program's name stands for the built
    /// program.
    func shell(_ script: String, _ words: [String]) throws -> Ending {
        try run(
            ["-c", script, "sh"] + words.map { $0 == "lightbox" ? Self.executable.path : $0 },
            of: "/bin/sh")
    }

    /// A run that had to be killed, since it did not end: no status says anything about it.
    struct Hanging: Error, CustomStringConvertible {
        let arguments: [String]
        var description: String {
            "lightbox \(arguments.joined(separator: " ")) did not end within \(patience) s"
        }
    }

    /// Waits for the end of a process, and kills one that seems to have none.
    /// - Throws: `Hanging` then, so that nobody takes the status of the kill for an answer.
    private static func waitForEnd(of process: Process, _ arguments: [String]) throws {
        let number = process.processIdentifier
        let guardian = DispatchWorkItem { kill(number, SIGKILL) }
        let start = ContinuousClock.now
        DispatchQueue.global().asyncAfter(deadline: .now() + patience, execute: guardian)
        process.waitUntilExit()
        guardian.cancel()
        let isLate = ContinuousClock.now - start >= .seconds(patience)
        if isLate, process.terminationReason == .uncaughtSignal,
            process.terminationStatus == SIGKILL
        {
            throw Hanging(arguments: arguments)
        }
    }

    /// Seconds that a run may take, on a busy machine, before it counts as hanging.
    private static let patience = 400.0

    /// Starts the program; what it says goes into files, or nowhere.
    func start(
        _ arguments: [String], environment: [String: String] = [:], output: URL? = nil,
        errors: URL? = nil, executable: URL = Self.executable,
        in place: URL? = nil
    ) throws -> Process {
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.currentDirectoryURL = place ?? folder
        var variables = ProcessInfo.processInfo.environment
        for name in ["LIGHTBOX_DATA", "LIGHTBOX_STORE", "COLUMNS", "NO_COLOR"] {
            variables[name] = nil
        }
        variables["LIGHTBOX_CACHE"] = ""
        variables["LIGHTBOX_PATIENT_KEY"] = folder.appendingPathComponent(".patient-key").path
        variables.merge(environment) { _, new in new }
        process.environment = variables
        for file in [output, errors].compactMap(\.self) {
            // Where it lies from the start: Foundation's atomic writing shows a file of another name.
            try Data().write(to: file)
        }
        process.standardOutput = try output.map(FileHandle.init(forWritingTo:)) ?? .nullDevice
        process.standardError = try errors.map(FileHandle.init(forWritingTo:)) ?? .nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// The living processes with an argument that is this text.
    static func processes(about text: String) -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.filter { process in
            let file = URL(fileURLWithPath: "/proc/\(process)/cmdline")
            guard let data = try? Data(contentsOf: file) else { return false }
            return data.split(separator: 0).contains(Data(text.utf8))
        }
    }

    /// Stops processes (SIGSTOP) and waits until they have: one in the middle of a write ends it
    /// first.
    static func hold(_ processes: [Int32]) {
        for process in processes { kill(process, SIGSTOP) }
        for process in processes {
            while let state = state(of: process), !"TZX".contains(state) { usleep(500) }
        }
    }

    /// The letter of a process's state, as in `ps`; nil when it is gone.
    static func state(of process: Int32) -> Character? {
        facts(of: process)?.first?.first
    }

    /// Who started a process; nil when it is gone.
    static func parent(of process: Int32) -> Int32? {
        facts(of: process)?.dropFirst().first.flatMap { Int32($0) }
    }

    /// What the system says of a process behind its name, which may hold anything and so ends at the
    /// last bracket.
    private static func facts(of process: Int32) -> [Substring]? {
        guard let line = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let end = line.lastIndex(of: ")")
        else { return nil }
        return line[line.index(after: end)...].split(separator: " ")
    }

    /// Writes a file below the folder.
    func write(_ text: String, to path: String) throws {
        let file = folder.appendingPathComponent(path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: file, atomically: true, encoding: .utf8)
    }

    /// Draws a small phantom data set in the Montgomery layout below `data`.
    func drawPhantoms() throws {
        let ending = try run(
            "data", "phantom", "data", "--count", "12", "--size", "64", "--seed", "3")
        try #require(ending.status == 0, "\(ending.errors)")
    }

    /// Copies the phantoms of `drawPhantoms` and their left masks into a data set of its own, `folder:copies`,
    /// each under its name with a "p" before it.
    func copyPhantoms() throws {
        let files = FileManager.default
        let own = folder.appendingPathComponent("data/MontgomerySet")
        for (part, source) in [("images", "CXR_png"), ("masks", "ManualMask/leftMask")] {
            let copies = folder.appendingPathComponent("data/copies/\(part)")
            let place = own.appendingPathComponent(source)
            try files.createDirectory(at: copies, withIntermediateDirectories: true)
            for name in try files.contentsOfDirectory(atPath: place.path) {
                try files.copyItem(
                    at: place.appendingPathComponent(name),
                    to: copies.appendingPathComponent("p\(name)"))
            }
        }
    }

    /// Copies the store `results/lightbox.db` and the folders of its runs into a folder beside.
    func copyResults(to name: String) throws {
        let copy = folder.appendingPathComponent(name)
        let files = FileManager.default
        try files.createDirectory(at: copy, withIntermediateDirectories: true)
        for name in ["lightbox.db", "runs"] {
            try files.copyItem(
                at: folder.appendingPathComponent("results/\(name)"),
                to: copy.appendingPathComponent(name))
        }
    }

    /// An experiment that trains in a moment.
    static let tiny = """
        name: tiny
        report: sweep
        grid:
          dataset: mcx
          model: unet
          loss: [tv, kltv]
        train:
          epochs: 1
          batch: 4
          image: 32
          width: 1
        """
}

/// Checks that the program ended with that status and, last, one sentence that has these parts.
func expectSentence(
    _ ending: Program.Ending, status: Int32, _ parts: String...,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(ending.status == status, "\(ending.errors)", sourceLocation: sourceLocation)
    let lines = ending.errors.split(separator: "\n")
    let sentence = lines.last.map(String.init) ?? ""
    #expect(sentence.hasPrefix("lightbox: "), "\(sentence)", sourceLocation: sourceLocation)
    for part in parts {
        #expect(
            sentence.contains(part), "'\(part)' in '\(sentence)'",
            sourceLocation: sourceLocation)
    }
}
