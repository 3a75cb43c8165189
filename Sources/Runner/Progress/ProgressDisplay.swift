import Console
import Foundation
import Wording

/// Shows a sweep's events to people on standard error: bars in a terminal, plain lines elsewhere.
///
/// Calls may come from any thread.
public final class ProgressDisplay: @unchecked Sendable {
    private let lock = NSLock()
    /// Whether bars are drawn.
    private let hasBars: Bool
    private let isQuiet: Bool
    private var progress = SweepProgress()
    /// Columns of each line that stands on the terminal.
    private var drawn: [Int] = []
    private var lastDrawn = -Double.infinity
    private var lastLogged: [Int: Double] = [:]
    private var lastRead: [String: Double] = [:]
    private var wholeSets: Set<String> = []

    /// Seconds between two drawings of the bars, and between two epoch lines of one cell in a log.
    private static let drawInterval = 0.1, logInterval = 10.0

    /// A display on standard error.
    ///
    /// - Parameter isQuiet: show failures and notes only.
    public init(isQuiet: Bool = false) {
        hasBars = !isQuiet && Printer.errors.isTerminal && Screen.isCapable
        self.isQuiet = isQuiet
    }

    /// How far the sweep is.
    public var state: SweepProgress { lock.withLock { progress } }

    /// Takes in an event and shows it.
    public func show(_ event: SweepEvent) {
        lock.withLock {
            let now = Self.now()
            let line = ProgressText.line(event, in: progress)
            progress.apply(event, at: now)
            if hasBars {
                draw(above: isWorthKeeping(event) ? line : nil, at: now)
            } else if let line, isWorthLogging(event, at: now) {
                Printer.errors.say(line)
            }
        }
    }

    /// Removes the bars, so that other text can follow.
    public func finish() {
        lock.withLock {
            guard !drawn.isEmpty, let screen = Screen(of: .errors) else { return }
            Self.write(eraser(screen))
            drawn = []
        }
    }

    // MARK: Terminal

    private func draw(above line: String?, at now: Double) {
        guard line != nil || now - lastDrawn >= Self.drawInterval,
            let screen = Screen(of: .errors)
        else { return }
        lastDrawn = now
        let lines = ProgressBars(columns: screen.columns, rows: screen.rows).lines(
            progress, at: now
        )
        .map { Printer.errors.shown($0) }
        var text = drawn.isEmpty ? "" : eraser(screen)
        if let line {
            text += WrappedText.sentence(Printer.errors.shown(line), within: screen.columns)
                .map { $0 + "\n" }.joined()
        }
        text += lines.enumerated().map {
            (Screen.wantsColour && $0 == 0 ? coloured($1) : $1) + "\n"
        }
        .joined()
        Self.write(text)
        drawn = lines.map(DisplayWidth.of)
    }

    /// Removes what was drawn. A window that has become narrower since shows a line as several.
    private func eraser(_ screen: Screen) -> String {
        let rows = drawn.reduce(0) { $0 + max(1, ($1 + screen.columns - 1) / screen.columns) }
        return "\u{1B}[\(min(rows, screen.rows))A\r\u{1B}[J"
    }

    /// The first line with its bar in green.
    private func coloured(_ line: String) -> String {
        let isBar = { (sign: Character) in ProgressBars.signs.contains(sign) }
        guard let start = line.firstIndex(where: isBar), let end = line.lastIndex(where: isBar)
        else { return line }
        return line[..<start] + "\u{1B}[32m" + line[start...end] + "\u{1B}[0m"
            + line[line.index(after: end)...]
    }

    /// Lines that stay in the terminal above the bars.
    private func isWorthKeeping(_ event: SweepEvent) -> Bool {
        switch event {
        case .planned, .cellFinished, .cellFinishedElsewhere, .cellFailed, .cellInterrupted,
            .cellReleased, .cellPaused, .note:
            true
        case .reading, .cellStarted, .step, .epoch, .cellGivenUp: false
        }
    }

    // MARK: Plain lines

    private func isWorthLogging(_ event: SweepEvent, at now: Double) -> Bool {
        switch event {
        case .cellFailed, .note: return true
        case .epoch(let cell, let epoch, _, _, _):
            let isLast = epoch == progress.running[cell]?.epochs
            guard !isQuiet,
                isLast || now - lastLogged[cell, default: -.infinity] >= Self.logInterval
            else { return false }
            lastLogged[cell] = now
            return true
        case .reading(let dataset, let done, let total):
            return !isQuiet && isWorthLogging(dataset, isDone: done == total, at: now)
        default: return !isQuiet
        }
    }

    /// A line every ten seconds while a data set is read, and one for the first time it is done:
    /// small ones are read again by every worker.
    private func isWorthLogging(_ dataset: String, isDone: Bool, at now: Double) -> Bool {
        if isDone { return wholeSets.insert(dataset).inserted }
        let last = lastRead[dataset] ?? now
        guard lastRead[dataset] == nil || now - last >= Self.logInterval else { return false }
        lastRead[dataset] = now
        return now > last
    }

    private static func write(_ text: String) {
        // Nobody may be reading any more; the sweep goes on.
        try? Printer.errors.write(text)
    }

    private static func now() -> Double {
        Double(DispatchTime.now().uptimeNanoseconds) / 1e9
    }
}
