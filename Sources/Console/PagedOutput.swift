import Foundation

/// Lines for people on standard output: through a pager where somebody reads them on a terminal
/// that cannot show them at once.
///
/// Lines are held back until it is known whether they fit; from then on they flow.
public final class PagedOutput {
    private let output = Printer.standard
    private let command: PagerCommand?
    private let screen: Screen?
    private var held: [String] = []
    private var pager: PagerProcess?
    private var hasBegun = false
    private var hasLeft = false
    private var keptBytes = 0
    private static let mostKept = 4_000_000

    /// An output that pages on a terminal, unless `isPaged` is false.
    public init(isPaged: Bool = true) {
        let environment = ProcessInfo.processInfo.environment
        let screen = Screen(of: output)
        // In the background nobody reads, and a pager would be stopped.
        let isFront = TerminalModes.isOurs(STDOUT_FILENO)
        command =
            isPaged && isFront && screen != nil ? PagerCommand.chosen(environment) : nil
        self.screen = command == nil ? nil : screen
    }

    deinit { _ = pager?.wait() }

    /// Shows lines to their end.
    public static func show(_ lines: [String], isPaged: Bool = true) throws(PrintError) {
        let output = PagedOutput(isPaged: isPaged)
        for line in lines { try output.print(line) }
        try output.finish()
    }

    /// Whether somebody still reads; makers of long answers may stop otherwise.
    public var isRead: Bool { !hasLeft }

    /// Prints one line, as `Printer.print` does.
    public func print(_ line: String) throws(PrintError) {
        let text = output.shown(line)
        guard let screen else { return try output.write(text + "\n") }
        if hasBegun, pager != nil {
            keep(text)
            if !hasLeft, pager?.write(text + "\n") == false { hasLeft = true }
            return
        }
        held.append(text)
        if !hasBegun, held.count >= screen.rows || DisplayWidth.of(text) > screen.columns {
            try begin()
        } else if hasBegun {
            try flush()
        }
    }

    /// Waits until the reader has left the pager, or writes what was held back.
    public func finish() throws(PrintError) {
        if let pager {
            self.pager = nil
            if !pager.wait() { try complain() } else { held = [] }
        } else {
            try flush()
        }
    }

    private func begin() throws(PrintError) {
        hasBegun = true
        guard let command, let started = PagerProcess(command) else { return try complain() }
        pager = started
        let text = held.map { $0 + "\n" }.joined()
        for line in held { keptBytes += line.utf8.count }
        if !started.write(text) { hasLeft = true }
    }

    /// What the pager may not have shown is kept until its status is known, unless it is more than a
    /// pager that fails would have taken.
    private func keep(_ text: String) {
        guard keptBytes <= Self.mostKept else { return held = [] }
        keptBytes += text.utf8.count
        held.append(text)
    }

    private func complain() throws(PrintError) {
        Printer.errors.say(
            "lightbox: the pager '\(command?.text ?? "")' does not work; set PAGER to a program, or "
                + "to nothing for none")
        try flush()
    }

    private func flush() throws(PrintError) {
        guard !held.isEmpty else { return }
        let text = held.map { $0 + "\n" }.joined()
        held = []
        try output.write(text)
    }
}
