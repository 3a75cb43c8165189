import Foundation

/// A terminal behind standard error.
struct Terminal: Sendable {
    /// Whether colour is wanted: not with `NO_COLOR` set, as https://no-color.org asks.
    let isColoured: Bool

    /// The terminal on standard error, or nil where it is a file, a pipe or a dumb terminal.
    static var standardError: Terminal? {
        let environment = ProcessInfo.processInfo.environment
        guard isatty(STDERR_FILENO) == 1, environment["TERM"] != "dumb" else { return nil }
        return Terminal(isColoured: (environment["NO_COLOR"] ?? "").isEmpty)
    }

    /// Its present size; 80 by 24 where it does not say.
    var size: (columns: Int, rows: Int) {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return (80, 24)
        }
        return (Int(size.ws_col), max(2, Int(size.ws_row)))
    }
}
