import Console
import Domain
import Wording

/// Draws the state of a sweep as lines for a terminal of a given size.
///
/// A pure function of its arguments, so that tests can look at every width.
struct ProgressBars {
    /// Columns and rows of the terminal.
    var columns: Int, rows: Int

    /// What bars are made of.
    static let signs: Set<Character> = ["█", "░"]

    /// The overall bar once the plan is known, a line a data set that is being read, then a line a
    /// running cell; never wider than `columns`, never more than `rows - 1` lines.
    func lines(_ progress: SweepProgress, at now: Double) -> [String] {
        let running = progress.running.sorted { $0.key < $1.key }
        var lines = progress.total > 0 ? [overall(progress, at: now)] : []
        lines += progress.reading.sorted { $0.key < $1.key }.prefix(max(0, rows - 3)).map {
            fit([
                "  reading \($0.key)",
                "\($0.value.done) of \(Plural.count($0.value.total, "image"))",
            ])
        }
        let room = max(1, rows - 1 - max(1, lines.count))
        let shown = running.count > room ? room - 1 : running.count
        let atWork = running.prefix(max(0, shown)).map(\.value)
        let titles = titles(of: atWork)
        lines += zip(titles, atWork).map { cell($0, $1, at: now) }
        if shown < running.count {
            lines.append(fit(["  and \(running.count - max(0, shown)) more"]))
        }
        return lines
    }

    private func overall(_ progress: SweepProgress, at now: Double) -> String {
        let settled = "\(progress.settled)/\(Plural.count(progress.total, "cell"))"
        var parts = [settled]
        if progress.failed > 0 { parts.append("\(progress.failed) failed") }
        parts.append(ProgressText.duration(now - progress.started))
        if let remaining = progress.remaining(at: now) {
            parts.append("ETA \(ProgressText.duration(remaining))")
        }
        let text = parts.joined(separator: "  ")
        let begun = progress.running.values.reduce(0) { $0 + $1.fraction }
        let fraction =
            progress.total > 0 ? (Double(progress.settled) + begun) / Double(progress.total) : 0
        let name = VisibleText.line(progress.name)
        let width = min(40, columns - text.count - DisplayWidth.of(name) - 5)
        guard width >= 8 else { return fit(parts) }
        let bar = Self.bar(fraction, width: width)
        return "\(name) \(bar)  \(text)"
    }

    /// The titles, so short that epoch and loss have room behind each, and still told apart.
    private func titles(of running: [SweepProgress.Running]) -> [String] {
        let taken =
            running.map { cell in
                "    epoch \(cell.epoch)/\(cell.epochs)".count
                    + (cell.loss.map { "  loss \(ProgressText.loss($0))".count } ?? 0)
            }.max() ?? 0
        return DisplayWidth.cut(
            running.map { VisibleText.line($0.title) }, to: max(16, columns - 1 - taken))
    }

    private func cell(
        _ title: String, _ running: SweepProgress.Running, at now: Double
    ) -> String {
        var parts = ["  " + title]
        parts.append("epoch \(running.epoch)/\(running.epochs)")
        if let loss = running.loss { parts.append("loss \(ProgressText.loss(loss))") }
        if let validation = running.validation { parts.append(validation.text) }
        if let speed = running.imagesPerSecond { parts.append(ProgressText.speed(speed)) }
        if let remaining = running.remaining(at: now) {
            parts.append("ETA \(ProgressText.duration(remaining))")
        }
        return fit(parts)
    }

    /// As many of the parts as fit, from the first; the first is cut where even it is too long.
    private func fit(_ parts: [String]) -> String {
        var line = VisibleText.line(parts.first ?? "")
        if DisplayWidth.of(line) > columns - 1 { return DisplayWidth.cut(line, to: columns - 1) }
        for part in parts.dropFirst() {
            guard DisplayWidth.of(line) + 2 + part.count <= columns - 1 else { break }
            line += "  " + part
        }
        return line
    }

    private static func bar(_ fraction: Double, width: Int) -> String {
        let filled = Int(nearest: (min(1, max(0, fraction)) * Double(width)).rounded(.down))
        return String(repeating: "█", count: filled)
            + String(repeating: "░", count: width - filled)
    }
}
