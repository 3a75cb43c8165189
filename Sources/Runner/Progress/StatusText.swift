import Console
import Foundation
public import RunStore
public import Specification
import Wording

/// Where a store's runs stand, as `lightbox status` prints it.
public struct StatusText {
    /// The lines, no more than the rows, and each within the columns where there is a limit of rows;
    /// every sign is visible.
    public let lines: [String]

    /// The text of a status for a terminal of that size; nil where there is no end. `sweeps` are
    /// lines about sweeps that others train, `withoutRun` the cells of each experiment's file that
    /// have no run.
    public init(
        _ status: StoreStatus, sweeps: [String] = [],
        withoutRun: [(experiment: String, cells: [Cell])] = [], columns: Int? = nil,
        rows: Int? = nil
    ) {
        let counts = RunState.allCases.compactMap { state in
            status.counts[state].map { "\($0) \(state.rawValue)" }
        }
        var head = counts.isEmpty ? "no runs" : counts.joined(separator: ", ")
        let lacking = withoutRun.reduce(0) { $0 + $1.cells.count }
        if lacking > 0 { head += ", \(Plural.count(lacking, "cell")) without a run" }
        if let seconds = Self.remaining(status) {
            head += "; ETA \(ProgressText.duration(seconds))"
        }
        var tail = status.failures.suffix(5).map { "failed \($0.run): \($0.error)" }
        if status.failures.count > 5 {
            tail.append("and \(Plural.count(status.failures.count - 5, "failure")) before")
        }
        tail += withoutRun.filter { !$0.cells.isEmpty }.map { experiment, cells in
            let names = Set(cells.flatMap { [$0.dataset] + $0.unlabelledDatasets }).sorted()
                .joined(separator: ", ")
            return "without a run: \(Plural.count(cells.count, "cell")) of '\(experiment)', for "
                + "which there was no data (\(names)); the same sweep trains them where it is"
        }
        tail += sweeps
        var running = Self.lines(of: status.running, within: columns)
        if let rows {
            // Runs at work matter most; of them the first, with how many there are besides.
            tail = Array(tail.prefix(max(0, rows - 1 - min(running.count, rows / 2))))
            let room = max(0, rows - 1 - tail.count)
            if running.count > room {
                let hidden = running.count - max(0, room - 1)
                running = Array(running.prefix(max(0, room - 1)))
                if room > 0 { running.append("and \(hidden) more") }
            }
        }
        lines = ([head] + running + tail).map { line in
            let text = VisibleText.line(line)
            // A picture that is renewed in place has a line a thing; elsewhere whole sentences stand.
            guard let columns, rows != nil else { return text }
            return DisplayWidth.cut(text, to: columns)
        }
    }

    // MARK: Runs at work

    private static func lines(of runs: [RunningRun], within columns: Int?) -> [String] {
        guard !runs.isEmpty else { return [] }
        func column(
            _ title: String, keep: Int, isNumber: Bool = true, least: Int? = nil,
            _ text: (RunningRun) -> String?
        ) -> TextColumns.Column {
            .init(
                title: title, texts: runs.map { VisibleText.line(text($0) ?? "") },
                isNumber: isNumber, keep: keep, least: least)
        }
        let all: [TextColumns.Column] = [
            column("run", keep: 8) { String($0.run) },
            column("cell", keep: 7, isNumber: false, least: 20) { run in
                let procedure = run.procedure == Cell.defaultProcedure ? "" : " \(run.procedure)"
                let names = [("model", run.model), ("loss", run.loss)].filter { axis, _ in
                    SettingUse.isUsed(axis, by: run.procedure)
                }
                return ([run.dataset] + names.map(\.1)).joined(separator: " ") + procedure
                    + " \(ResultText.number(run.labels)) % seed \(run.seed)"
            },
            column("epoch", keep: 6) { run in
                run.progress.map { "\($0.epoch)/\(run.epochs)" } ?? "0/\(run.epochs)"
            },
            column("loss", keep: 3) { $0.progress?.loss.map(ProgressText.loss) },
            column(title(of: runs), keep: 4) { $0.objectiveValue.map(ProgressText.score) },
            column("speed", keep: 2) { $0.progress?.imagesPerSecond.map(ProgressText.speed) },
            column("ETA", keep: 5) { remaining($0).map(ProgressText.duration) },
            column("silent", keep: 1) { run in
                run.silence > 15 ? ProgressText.duration(run.silence) : nil
            },
            column("worker", keep: 0, isNumber: false) { "\($0.host) process \($0.process)" },
        ]
        return TextColumns(all.filter(\.hasText)).fitted(within: columns).lines
    }

    /// What the column of the objective's values is called.
    private static func title(of runs: [RunningRun]) -> String {
        let names = Set(runs.compactMap { $0.objective?.name })
        return names.count == 1 ? JudgedFigure.title(of: names.first ?? "") : "result"
    }

    /// Seconds until the run ends; nil before its first step.
    private static func remaining(_ run: RunningRun) -> Double? {
        guard let progress = run.progress, run.epochs > 0 else { return nil }
        let inEpoch =
            progress.steps > 0 ? Double(progress.step) / Double(progress.steps) : 1
        let done = (Double(progress.epoch) - 1 + inEpoch) / Double(run.epochs)
        let own = done - Double(run.earlierEpochs) / Double(run.epochs)
        guard own > 0, done <= 1 else { return nil }
        return run.seconds * (1 - done) / own
    }

    /// Seconds until nothing is open: the running cells at their pace, then those that wait at the
    /// mean of the completed ones of the same sweep, or of the running where none is.
    private static func remaining(_ status: StoreStatus) -> Double? {
        guard !status.running.isEmpty else { return nil }
        let rests = status.running.compactMap(remaining)
        let running = rests.max()
        guard status.waiting > 0 else { return running }
        let whole = status.running.compactMap { run in remaining(run).map { $0 + run.seconds } }
        let pace = whole.isEmpty ? nil : whole.reduce(0, +) / Double(whole.count)
        guard let mean = status.meanSeconds ?? pace else { return nil }
        return (running ?? mean) / 2 + mean * Double(status.waiting) / Double(status.running.count)
    }
}

/// Numbers without superfluous zeros.
enum ResultText {
    static func number(_ value: Double) -> String { String(format: "%g", value) }
}
