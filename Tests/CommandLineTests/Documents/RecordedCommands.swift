import Foundation

/// The words that a script hands to `lightbox` and to `make`, as the shell divides them; nothing is run.
struct RecordedCommands {
    private(set) var lightbox: [[String]] = []
    /// Targets, without options and variables.
    private(set) var targets: [String] = []

    /// Lets a shell read the script in the program's folder, where no other program is found.
    init(of script: String, in program: Program) throws {
        let stubs = program.folder.appendingPathComponent(".stubs")
        let calls = stubs.appendingPathComponent("calls")
        for name in ["lightbox", "make"] {
            try program.write(
                """
                #!/bin/sh
                printf '%s\\0' \(name) "$@" '\(Self.end)' >>'\(calls.path)'

                """, to: ".stubs/bin/\(name)")
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755],
                ofItemAtPath: stubs.appendingPathComponent("bin/\(name)").path)
        }
        try Data().write(to: calls)
        _ = try program.script(script, path: stubs.path + "/bin")
        var words = try Data(contentsOf: calls).split(
            separator: 0, omittingEmptySubsequences: false
        )
        .map { String(decoding: $0, as: UTF8.self) }[...]
        while let end = words.firstIndex(of: Self.end), let name = words.first {
            let arguments = Array(words[..<end].dropFirst())
            if name == "lightbox" {
                lightbox.append(arguments)
            } else {
                targets += arguments.filter { !$0.hasPrefix("-") && !$0.contains("=") }
            }
            words = words[(end + 1)...]
        }
    }

    private static let end = "\u{1E}"
}

extension Program {
    /// Runs a script of a document in the folder, which is the reader's home, too.
    func script(_ script: String, path: String, options: String = "-u") throws -> Ending {
        let file = ".script-\(UUID().uuidString)"
        try write(script + "\n", to: file)
        return try run(
            [options, file], environment: ["PATH": path, "HOME": folder.path], of: "/bin/sh")
    }
}
