import Foundation
public import RunStore
import Wording

/// Where the sweeps stand that others train, as `lightbox status` prints it.
public struct SweepStatus {
    /// A line a sweep with cells that are not done, and one for each of its tasks that went wrong.
    public let lines: [String]
    /// Whether a task is known to be at work.
    public let isActive: Bool

    /// Most tasks of a sweep that are listed.
    private static let most = 10

    /// The sweeps beside the store, of `experiment` or of all.
    public init(beside store: RunStore, experiment: String? = nil) throws {
        var lines: [String] = []
        var isActive = false
        for sweep in SweepFolder.all(beside: store.url) {
            // A sweep that was merged to its last cell needs no second look.
            if sweep.merged?.open == 0 { continue }
            let manifest = try sweep.manifest()
            guard experiment == nil || manifest.experiment.name == experiment else { continue }
            let runs = try store.runs(withDigests: manifest.items.map(\.digest))
            let isDone = { (item: SweepManifest.Item) in
                let state = runs[item.digest]?.state
                return state == .completed || state == .pruned
            }
            if manifest.items.allSatisfy(isDone) { continue }
            let queue = sweep.submission.flatMap { submission in
                (try? LauncherRegistry.require(submission.launcher))?.queue(of: submission)
            }
            let tasks = manifest.tasks.enumerated().map { number, items in
                Task(
                    number: number, state: sweep.state(of: number), queue: queue,
                    isDone: items.allSatisfy(isDone), limit: manifest.limit)
            }
            isActive = isActive || tasks.contains { $0.word == "running" }
            lines.append(Self.line(sweep, manifest: manifest, tasks: tasks, queue: queue))
            let bad = tasks.filter(\.isBad)
            lines += bad.prefix(Self.most).map(\.line)
            if bad.count > Self.most {
                lines.append("  and \(Plural.count(bad.count - Self.most, "task")) more")
            }
        }
        self.lines = lines
        self.isActive = isActive
    }

    private static func line(
        _ sweep: SweepFolder, manifest: SweepManifest, tasks: [Task], queue: QueueView?
    ) -> String {
        let words = ["completed", "running", "saved", "waiting", "failed", "timed out", "lost"]
        let counts = (words + ["cancelled"]).compactMap { word -> String? in
            let count = tasks.filter { $0.word == word }.count
            return count == 0 ? nil : "\(count) \(word)"
        }
        let jobs = (sweep.submission?.chunks.map(\.job) ?? []).joined(separator: ", ")
        let name = "\(sweep.name) (\(manifest.launcher)" + (jobs.isEmpty ? ")" : " job \(jobs))")
        let cells = tasks.reduce(0) { $0 + $1.done }
        let merge: String
        if sweep.merged?.ended == true {
            merge = "merged"
        } else if let queue {
            merge = queue.isActive ? "to be merged" : "NOT merged"
        } else {
            merge = "not merged"
        }
        let size = Plural.count(tasks.count, "task")
        return "sweep \(name): \(size): \(counts.joined(separator: ", ")); "
            + "\(cells) of \(Plural.count(manifest.items.count, "cell")) trained, \(merge)"
    }

    /// A task, as it says itself and as the queue sees it.
    private struct Task {
        let number: Int
        let word: String
        let done: Int
        let line: String
        let isBad: Bool

        init(number: Int, state: TaskState?, queue: QueueView?, isDone: Bool, limit: Int?) {
            self.number = number
            let place = queue?.tasks[number]
            var state = state
            // A queue that no longer knows the task has seen its end.
            if let queue, place == nil, state?.isOver != true {
                state = state?.concluded(limit: limit)
                if state == nil, !queue.merges {
                    state = .neverStarted(cells: 0)
                }
            }
            switch state?.phase {
            case _ where isDone: word = "completed"
            case nil: word = "waiting"
            case .timedOut: word = "timed out"
            case let phase?: word = phase.rawValue
            }
            done = state?.done ?? 0
            isBad = ["failed", "timed out", "lost", "cancelled"].contains(word)
            var text = "  task \(number)"
            if let job = state?.job { text += " (job \(job))" }
            text += ": \(word)"
            if let state, !state.reason.isEmpty { text += ": \(state.reason)" }
            if let state, state.cells > 0 {
                text += "; \(state.done) of \(Plural.count(state.cells, "cell")) done"
            }
            line = text
        }
    }
}
