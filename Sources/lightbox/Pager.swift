import Foundation

/// Shows long answers page by page where somebody reads them on a terminal.
enum Pager {
    /// Prints `text`: through `$PAGER` (else `less`) when standard output is a terminal that cannot
    /// show it at once, as it is otherwise. `PAGER` empty or `cat` turns paging off.
    static func print(_ text: String) {
        guard let room = terminalSize(), !fits(text, into: room), let command = command(),
            show(text, with: command)
        else {
            FileHandle.standardOutput.write(Data(text.utf8))
            return
        }
    }

    /// Whether a screen of `room` shows every line of `text` whole, and the prompt below.
    static func fits(_ text: String, into room: (columns: Int, rows: Int)) -> Bool {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.count <= room.rows && lines.allSatisfy { $0.count <= room.columns }
    }

    private static func terminalSize() -> (columns: Int, rows: Int)? {
        var size = winsize()
        guard isatty(STDOUT_FILENO) == 1, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0,
            size.ws_col > 0, size.ws_row > 1
        else { return nil }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    private static func command() -> String? {
        let environment = ProcessInfo.processInfo.environment
        guard environment["TERM"] != "dumb" else { return nil }
        guard let named = environment["PAGER"] else {
            let folders = (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
            let hasLess = folders.contains {
                FileManager.default.isExecutableFile(atPath: "\($0)/less")
            }
            return hasLess ? "less" : nil
        }
        return named.isEmpty || named == "cat" ? nil : named
    }

    /// Runs the pager to its end; false when it cannot be started.
    private static func show(_ text: String, with command: String) -> Bool {
        // A reader who leaves early closes the pipe; that must not kill this process.
        signal(SIGPIPE, SIG_IGN)
        let process = Process(), pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command]
        process.standardInput = pipe
        var environment = ProcessInfo.processInfo.environment
        // Keeps table lines whole, colours as they are, and quits where one screen is enough.
        environment["LESS"] = environment["LESS"] ?? "FRSX"
        process.environment = environment
        guard (try? process.run()) != nil else { return false }
        try? pipe.fileHandleForWriting.write(contentsOf: Data(text.utf8))
        try? pipe.fileHandleForWriting.close()
        process.waitUntilExit()
        // 127: the shell found no such program.
        return process.terminationStatus != 127
    }
}
