import Foundation

/// The modes of the terminal behind a descriptor, to be put back as they were.
public struct TerminalModes {
    private let descriptor: Int32
    private let modes: termios

    /// The modes now; nil where the descriptor is no terminal, or one on which this process is in
    /// the background and may change nothing.
    public init?(of output: Printer) { self.init(descriptor: output.descriptor) }

    /// The modes of standard input's terminal.
    init?() { self.init(descriptor: STDIN_FILENO) }

    private init?(descriptor: Int32) {
        var modes = termios()
        guard tcgetattr(descriptor, &modes) == 0, Self.isOurs(descriptor) else { return nil }
        self.descriptor = descriptor
        self.modes = modes
    }

    /// Whether this process is in the foreground of the terminal.
    static func isOurs(_ descriptor: Int32) -> Bool {
        let foreground = tcgetpgrp(descriptor)
        return foreground == -1 || foreground == getpgrp()
    }

    /// Lets single keys through, unseen; Ctrl-C stays what it is.
    public func takeKeys() {
        var changed = modes
        changed.c_lflag &= ~tcflag_t(ICANON | ECHO)
        tcsetattr(descriptor, TCSANOW, &changed)
    }

    /// Puts the modes back.
    public func restore() {
        guard Self.isOurs(descriptor) else { return }
        var modes = modes
        tcsetattr(descriptor, TCSADRAIN, &modes)
    }
}
