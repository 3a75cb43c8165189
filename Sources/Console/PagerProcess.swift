import Foundation

/// A pager at work, in the process group of this program.
///
/// `Foundation.Process` gives a child a group of its own, which the terminal stops at its first
/// read: a blank screen for ever. So it is spawned here.
final class PagerProcess {
    private let process: pid_t
    private var pipe: Int32
    private let modes: TerminalModes?
    private let signals: PagerSignals

    /// Starts the pager; nil where there is no such program.
    init?(_ command: PagerCommand) {
        guard let ends = PipeEnds() else { return nil }
        // Before the pager changes them.
        modes = TerminalModes(of: .standard)
        signals = PagerSignals()
        guard let process = Self.spawn(command, input: ends.input) else {
            ends.close()
            signals.leave()
            return nil
        }
        close(ends.input)
        self.process = process
        pipe = ends.output
        signals.forward(to: process)
    }

    /// Sends text; false once the reader has left.
    func write(_ text: String) -> Bool {
        guard pipe >= 0 else { return false }
        do {
            try Printer(descriptor: pipe, name: "the pager").write(text)
            return true
        } catch {
            close(pipe)
            pipe = -1
            return false
        }
    }

    /// Waits until the reader leaves, and puts the terminal's modes back.
    ///
    /// - Returns: whether the pager has worked.
    func wait() -> Bool {
        if pipe >= 0 { close(pipe) }
        pipe = -1
        var status: Int32 = 0
        while waitpid(process, &status, 0) == -1, errno == EINTR {}
        modes?.restore()
        signals.leave()
        // 1: it failed; 126 and 127: the shell could not start it. Readers leave with others.
        return ![1 << 8, 126 << 8, 127 << 8].contains(status)
    }

    private static func spawn(_ command: PagerCommand, input: Int32) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        var defaults = sigset_t()
        var blocked = sigset_t()
        sigemptyset(&defaults)
        sigemptyset(&blocked)
        for number in PagerSignals.all { sigaddset(&defaults, number) }
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setsigmask(&attributes, &blocked)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK))
        var environment = ProcessInfo.processInfo.environment
        // Keeps table lines whole, colours as they are, and quits where one screen is enough.
        environment["LESS"] = environment["LESS"] ?? "FRSX"
        var words = command.words.map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { (words + variables).forEach { free($0) } }
        var process = pid_t()
        guard let program = words[0],
            posix_spawnp(&process, program, &actions, &attributes, &words, &variables) == 0
        else { return nil }
        return process
    }
}
