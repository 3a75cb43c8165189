import Domain
import Foundation
import Wording

/// Numbers as progress lines show them.
package enum ProgressText {
    /// "8 s", "1 min 05 s", "3 h 12 min", "2 d 4 h".
    static func duration(_ seconds: Double) -> String {
        guard abs(seconds) < 1e12 else { return "–" }
        let whole = Int(nearest: seconds)
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
        switch whole {
        case ..<60: return "\(max(0, whole)) s"
        case ..<3600: return "\(whole / 60) min \(two(whole % 60)) s"
        case ..<86_400: return "\(whole / 3600) h \(two(whole / 60 % 60)) min"
        default: return "\(whole / 86_400) d \(whole / 3600 % 24) h"
        }
    }

    /// Four significant digits for losses, which span orders of magnitude.
    package static func loss(_ value: Double) -> String {
        guard value.isFinite else { return value.isNaN ? "NaN" : "∞" }
        return String(format: abs(value) >= 1e-3 || value == 0 ? "%.4f" : "%.2e", value)
    }

    /// A score between 0 and 1: "0.953".
    static func score(_ value: Double) -> String {
        value.isFinite ? String(format: "%.3f", value) : "–"
    }

    /// "213 img/s", with a decimal below ten.
    static func speed(_ value: Double) -> String {
        String(format: value < 10 ? "%.1f img/s" : "%.0f img/s", value)
    }

    /// What `event` is worth as a line of a log, or nil where it is too small for one.
    static func line(_ event: SweepEvent, in progress: SweepProgress) -> String? {
        switch event {
        case .planned(
            let name, let titles, let done, let continued, let elsewhere, let failed, let lacking):
            let total = titles.count
            var parts = [Plural.count(total, "cell"), "\(done) in the store"]
            if failed > 0 { parts.append("\(failed) failed before") }
            if lacking > 0 { parts.append("\(lacking) without data") }
            if continued > 0 { parts.append("\(continued) to continue") }
            if elsewhere > 0 { parts.append("\(elsewhere) at work in another process") }
            let rest = total - done - failed - lacking - continued - elsewhere
            parts.append("\(rest) to train")
            return "\(name): " + parts.joined(separator: ", ")
        case .reading(let dataset, let done, let total):
            return "read   \(dataset): \(done) of \(Plural.count(total, "image"))"
        case .cellStarted(_, let title, let epochs):
            return "start  \(title), \(Plural.count(epochs, "epoch"))"
        case .step:
            return nil
        case .epoch(let cell, let epoch, let loss, let validation, let speed):
            guard let running = progress.running[cell] else { return nil }
            var parts = ["epoch \(epoch)/\(running.epochs)"]
            if !loss.isNaN { parts.append("loss \(self.loss(loss))") }
            if let validation { parts.append("validation \(validation.text)") }
            if !speed.isNaN { parts.append(self.speed(speed)) }
            return "       \(running.title): " + parts.joined(separator: ", ")
        case .cellFinished(let cell, let run, let test, let seconds):
            let title = progress.title(of: cell)
            let parts = [
                run.map { "run \($0)" }, test.map { "test \($0.text)" }, duration(seconds),
            ]
            return "done   \(title): " + parts.compactMap(\.self).joined(separator: ", ")
        case .cellFailed(let cell, let reason):
            return "FAILED \(progress.title(of: cell)): \(reason)"
        case .cellFinishedElsewhere(let cell, let run):
            let number = run.map { "run \($0), " } ?? ""
            return "done   \(progress.title(of: cell)): \(number)by another sweep"
        case .cellPaused(let cell, let epoch, let objective, let value):
            let title = progress.title(of: cell)
            return "pause  \(title): \(objective) \(loss(value)) up to epoch \(epoch)"
        case .cellGivenUp:
            return nil
        case .cellInterrupted(let cell):
            return "stop   \(progress.title(of: cell)): saved, the next sweep continues it"
        case .cellReleased(let cell, let reason):
            return "again  \(progress.title(of: cell)): \(reason)"
        case .note(let text):
            return text
        }
    }
}
