import Foundation
import Processes
import Testing

/// The built program on a pseudo-terminal of its own, as a user sees and drives it.
///
/// A shell leads the session and starts the program as a job, as an interactive shell does; it says
/// when the job has ended and stays, so that the terminal can be looked at afterwards. Nothing here
/// waits for a time to pass: every step waits for something to be seen, or for the end.
final class TerminalSession {
    private let main: Int32
    private let shell: pid_t
    private(set) var screen: TerminalScreen
    /// Everything that was sent, as it was.
    private(set) var bytes: [UInt8] = []
    private let before: termios

    /// How long a step may take at most before the test is given up.
    private static let patience = 120.0

    /// Starts `words` (the program's name stands for the built program) as the leader of a session
    /// whose terminal has that size.
    init(
        _ words: [String], in folder: URL, columns: Int = 80, rows: Int = 24,
        environment: [String: String] = [:]
    ) throws {
        main = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        // TIOCSPTLCK and TIOCGPTN: unlock the other end, and ask for its number.
        var isLocked: Int32 = 0, number: Int32 = 0
        try #require(main >= 0 && ioctl(main, 0x4004_5431, &isLocked) == 0)
        try #require(ioctl(main, 0x8004_5430, &number) == 0)
        let name = "/dev/pts/\(number)"
        _ = fcntl(main, F_SETFD, FD_CLOEXEC)
        screen = TerminalScreen(columns: columns, rows: rows)
        var modes = termios()
        tcgetattr(main, &modes)
        before = modes
        Self.setSize(of: main, columns: columns, rows: rows)
        let words = words.map { $0 == "lightbox" ? Program.executable.path : $0 }
        let job =
            "trap : INT; cd \"$1\" && shift && set -m; \"$@\"; echo \"[ended $?]\"; cat >/dev/null"
        var leader = ChildProcess(
            ["/bin/sh", "-c", job, "sh", folder.path] + words,
            environment: Self.variables(environment))
        (leader.input, leader.output, leader.group) = (.path(name), .input, .session)
        shell = try leader.start()
    }

    deinit {
        let group = foreground
        if group > 1 { kill(-group, SIGKILL) }
        kill(shell, SIGKILL)
        waitpid(shell, nil, 0)
        close(main)
    }

    private static func variables(_ changes: [String: String]) -> [String: String] {
        var variables = ProcessInfo.processInfo.environment
        for name in [
            "LIGHTBOX_DATA", "LIGHTBOX_STORE", "COLUMNS", "LINES", "NO_COLOR", "LC_ALL",
            "LC_CTYPE", "PAGER", "LESS",
        ] { variables[name] = nil }
        variables["LIGHTBOX_CACHE"] = ""
        variables["TERM"] = "xterm"
        variables["LANG"] = "C.UTF-8"
        return variables.merging(changes) { _, new in new }
    }

    // MARK: Steps

    /// Types text, control characters included.
    func type(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(main, bytes, bytes.count)
    }

    /// Types a key until that text is seen: a pager throws away what comes while it draws anew.
    func press(
        _ key: String, until text: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        type(key)
        var looks = 0
        try wait(for: text, sourceLocation: sourceLocation) { screen in
            looks += 1
            if looks % 40 == 0 { type(key) }
            return screen.shown.contains { $0.contains(text) }
        }
    }

    /// Sends a signal to the program, not to what it has started.
    func send(_ signal: Int32) { kill(foreground, signal) }

    /// Tells everybody on the terminal once more that the window has another size: a pager that is
    /// told between drawing its prompt and waiting for a key forgets it.
    func tellSizeAgain() { kill(-foreground, SIGWINCH) }

    /// Gives the window another size; the terminal tells the program.
    func resize(columns: Int, rows: Int) {
        screen.resize(columns: columns, rows: rows)
        Self.setSize(of: main, columns: columns, rows: rows)
    }

    /// Waits until the screen is as wanted.
    func wait(
        for what: String, sourceLocation: SourceLocation = #_sourceLocation,
        _ isSeen: (TerminalScreen) -> Bool
    ) throws {
        let start = Date()
        while !isSeen(screen) {
            let isOpen = readSome()
            if isSeen(screen) { return }
            let isLate = Date().timeIntervalSince(start) > Self.patience
            try #require(
                isOpen && !isLate, "waiting for \(what); the screen:\n\(screen.text)",
                sourceLocation: sourceLocation)
        }
    }

    /// Waits until a line of the screen has this text.
    func wait(for text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        try wait(for: text, sourceLocation: sourceLocation) { screen in
            screen.shown.contains { $0.contains(text) }
        }
    }

    /// Waits for the program's end, and checks that the terminal is as it was before.
    ///
    /// - Returns: its status as shells tell it: 128 and its number for a signal.
    @discardableResult
    func end(sourceLocation: SourceLocation = #_sourceLocation) throws -> Int? {
        try wait(for: "the end", sourceLocation: sourceLocation) {
            $0.text.hasSuffix("]") && $0.text.contains("[ended ")
        }
        expectAsBefore(sourceLocation: sourceLocation)
        return screen.text.matches(of: /\[ended (\d+)\]/).last.flatMap { Int($0.1) }
    }

    /// What the program has left on the terminal, above and on the screen.
    var text: String {
        screen.text.replacing(/\n?\[ended \d+\]/, with: "")
    }

    /// Checks that the terminal is as it was before the program began.
    private func expectAsBefore(sourceLocation: SourceLocation = #_sourceLocation) {
        var after = termios()
        tcgetattr(main, &after)
        #expect(after.c_lflag == before.c_lflag, sourceLocation: sourceLocation)
        #expect(after.c_iflag == before.c_iflag, sourceLocation: sourceLocation)
        #expect(after.c_oflag == before.c_oflag, sourceLocation: sourceLocation)
        #expect(screen.hasCursor, "the cursor is hidden", sourceLocation: sourceLocation)
        #expect(screen.unknown.isEmpty, sourceLocation: sourceLocation)
    }

    /// The process group in the terminal's foreground.
    private var foreground: pid_t { tcgetpgrp(main) }

    // MARK: Bytes

    /// Reads what there is; false where nothing came and nothing will.
    @discardableResult
    private func readSome(within milliseconds: Int32 = 50) -> Bool {
        var place = pollfd(fd: main, events: Int16(POLLIN), revents: 0)
        guard poll(&place, 1, milliseconds) > 0 else { return milliseconds > 0 }
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = read(main, &buffer, buffer.count)
        guard count > 0 else { return false }
        bytes += buffer[..<count]
        screen.feed(buffer[..<count])
        return true
    }

    private static func setSize(of terminal: Int32, columns: Int, rows: Int) {
        var size = winsize(
            ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(terminal, UInt(TIOCSWINSZ), &size)
    }
}
