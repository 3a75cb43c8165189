import Foundation

/// The window of a terminal behind a stream.
public struct Screen: Sendable, Hashable {
    /// Its size in signs.
    public var columns: Int, rows: Int

    /// A window of a known size.
    public init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
    }

    /// The window behind `output` as it is now; nil where that is no terminal. A terminal that does
    /// not know its size counts as 80 by 24.
    public init?(of output: Printer) {
        guard output.isTerminal else { return nil }
        var size = winsize()
        let isKnown =
            ioctl(output.descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        columns = isKnown ? Int(size.ws_col) : 80
        rows = isKnown && size.ws_row > 1 ? Int(size.ws_row) : 24
    }

    /// Whether the terminal is more than a printer: it can move its cursor.
    public static var isCapable: Bool {
        ProcessInfo.processInfo.environment["TERM"].map { $0 != "dumb" && !$0.isEmpty } ?? false
    }

    /// Whether colour is wanted: not with `NO_COLOR` set, as https://no-color.org asks.
    public static var wantsColour: Bool {
        (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
    }
}
