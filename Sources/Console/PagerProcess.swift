import Foundation
import Processes

/// A pager at work, in the process group of this program: in one of its own the terminal would stop it
/// at its first read, and the screen would be blank for ever.
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
        guard let process = Self.start(command, input: ends.input) else {
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

    private static func start(_ command: PagerCommand, input: Int32) -> pid_t? {
        var environment = ProcessInfo.processInfo.environment
        // Keeps table lines whole, colours as they are, and quits where one screen is enough.
        environment["LESS"] = environment["LESS"] ?? "FRSX"
        guard !command.words.isEmpty else { return nil }
        var child = ChildProcess(command.words, environment: environment)
        child.input = .descriptor(input)
        child.signals = PagerSignals.all
        return try? child.start()
    }
}
