import Foundation
public import RunStore

/// Where a store's runs stand, as `lightbox status` prints it.
public struct StatusText {
    /// The lines, each within `columns`.
    public let lines: [String]

    /// The text of a status for a terminal that is `columns` wide; `sweeps` are lines about sweeps
    /// that others train.
    public init(_ status: StoreStatus, sweeps: [String] = [], columns: Int = 100) {
        let counts = RunState.allCases.compactMap { state in
            status.counts[state].map { "\($0) \(state.rawValue)" }
        }
        var lines = [counts.isEmpty ? "no runs" : counts.joined(separator: ", ")]
        if let seconds = Self.remaining(status) {
            lines[0] += "; ETA \(ProgressText.duration(seconds))"
        }
        for run in status.running { lines.append(Self.line(run)) }
        for failure in status.failures.suffix(5) {
            lines.append("failed \(failure.run): \(failure.error)")
        }
        if status.failures.count > 5 {
            lines.append("and \(status.failures.count - 5) failures before")
        }
        lines += sweeps
        self.lines = lines.map { line in
            line.count <= columns ? line : line.prefix(max(0, columns - 1)) + "…"
        }
    }

    private static func line(_ run: RunningRun) -> String {
        var parts = [
            "run \(run.run)",
            "\(run.dataset) \(run.model) \(run.loss) "
                + "\(ResultText.number(run.labels)) % seed \(run.seed)",
        ]
        if let progress = run.progress {
            parts.append("epoch \(progress.epoch)/\(run.epochs)")
            if let loss = progress.loss { parts.append("loss \(ProgressText.loss(loss))") }
            if let dice = progress.validationDice {
                parts.append("Dice \(ProgressText.score(dice))")
            }
            if let speed = progress.imagesPerSecond { parts.append(ProgressText.speed(speed)) }
            if let left = remaining(run) { parts.append("ETA \(ProgressText.duration(left))") }
        }
        parts.append("\(run.host) process \(run.process)")
        if run.silence > 15 {
            parts.append("silent for \(ProgressText.duration(run.silence))")
        }
        return parts.joined(separator: "  ")
    }

    /// Seconds until the run ends; nil before its first step, and for a run that was continued
    /// under this worker at an unknown epoch.
    private static func remaining(_ run: RunningRun) -> Double? {
        guard let progress = run.progress, run.epochs > 0 else { return nil }
        let inEpoch =
            progress.steps > 0 ? Double(progress.step) / Double(progress.steps) : 1
        let done = (Double(progress.epoch - 1) + inEpoch) / Double(run.epochs)
        guard done > 0, done <= 1 else { return nil }
        return run.seconds * (1 - done) / done
    }

    /// Seconds until nothing is open: the running cells at their pace, then the waiting ones at
    /// the mean of the completed.
    private static func remaining(_ status: StoreStatus) -> Double? {
        guard !status.running.isEmpty else { return nil }
        let open = (status.counts[.queued] ?? 0) + (status.counts[.interrupted] ?? 0)
        let running = status.running.compactMap(remaining).max()
        guard open > 0 else { return running }
        guard let mean = status.meanSeconds else { return nil }
        return (running ?? mean) / 2 + mean * Double(open) / Double(status.running.count)
    }
}

/// Numbers without superfluous zeros.
enum ResultText {
    static func number(_ value: Double) -> String { String(format: "%g", value) }
}
