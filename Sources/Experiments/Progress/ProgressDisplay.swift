import Foundation

/// Shows a sweep's events to people on standard error: bars in a terminal, plain lines elsewhere.
///
/// Calls may come from any thread.
public final class ProgressDisplay: @unchecked Sendable {
    private let lock = NSLock()
    private let terminal: Terminal?
    private let isQuiet: Bool
    private var progress = SweepProgress()
    private var drawnLines = 0
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
        terminal = isQuiet ? nil : Terminal.standardError
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
            if let terminal {
                draw(on: terminal, above: isWorthKeeping(event) ? line : nil, at: now)
            } else if let line, isWorthLogging(event, at: now) {
                Self.write(line + "\n")
            }
        }
    }

    /// Removes the bars, so that other text can follow.
    public func finish() {
        lock.withLock {
            guard terminal != nil, drawnLines > 0 else { return }
            Self.write(eraser)
            drawnLines = 0
        }
    }

    // MARK: Terminal

    private func draw(on terminal: Terminal, above line: String?, at now: Double) {
        guard line != nil || now - lastDrawn >= Self.drawInterval else { return }
        lastDrawn = now
        let size = terminal.size
        let bars = ProgressBars(
            columns: size.columns, rows: size.rows, isColoured: terminal.isColoured)
        let lines = bars.lines(progress, at: now)
        var text = drawnLines > 0 ? eraser : ""
        if let line { text += line + "\n" }
        text += lines.map { $0 + "\n" }.joined()
        Self.write(text)
        drawnLines = lines.count
    }

    private var eraser: String { "\u{1B}[\(drawnLines)A\r\u{1B}[J" }

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
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }

    private static func now() -> Double {
        Double(DispatchTime.now().uptimeNanoseconds) / 1e9
    }
}
