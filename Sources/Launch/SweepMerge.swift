public import Foundation
public import RunStore

/// Unites the shards of a sweep into the main store. Merging again changes nothing.
public struct SweepMerge {
    /// What a merge did.
    public struct Outcome: Sendable {
        /// What the store took.
        public var report: MergeReport
        /// Runs that were recorded as failed because their task ended without them.
        public var lost: [RunID] = []
        /// Cells of the sweep, and those that are done now.
        public var cells = 0, done = 0
    }

    private let sweep: SweepFolder
    private let manifest: SweepManifest
    private let store: URL

    /// A merge into `store`.
    ///
    /// - Throws: `LaunchError.badSweep`.
    public init(_ sweep: SweepFolder, into store: URL) throws {
        self.sweep = sweep
        self.store = store
        manifest = try sweep.manifest()
    }

    /// Name of the sweep's experiment.
    public var experiment: String { manifest.experiment.name }

    /// Merges what is there.
    ///
    /// The store is this process's alone meanwhile, so that no machine of a cluster writes into it
    /// at the same time.
    ///
    /// - Parameter ended: whether all tasks have ended: then cells without a result are recorded as
    ///   failed, with what is known of their task.
    /// - Parameter waiting: told once, when others have had the store for a while.
    public func run(
        ended: Bool, waiting: @escaping @Sendable () -> Void = {}
    ) throws -> Outcome {
        let store = try RunStore(at: store, mode: .alone, waiting: waiting)
        defer { try? store.close() }
        let shards = manifest.tasks.indices.map(sweep.shard).filter {
            FileManager.default.fileExists(atPath: $0.path)
        }
        var outcome = Outcome(report: try store.merge(shards, files: .copy))
        if ended { outcome.lost = try settle(store) }
        let digests = Set(manifest.items.map(\.digest))
        outcome.cells = digests.count
        outcome.done = try store.runs(withDigests: digests).values.filter {
            $0.state == .completed || $0.state == .pruned
        }.count
        try sweep.write(
            MergeMark(
                time: Date().timeIntervalSince1970.rounded(), ended: ended,
                shards: outcome.report.stores, open: outcome.cells - outcome.done))
        return outcome
    }

    /// Records the cells of tasks that ended without them, once for each task.
    private func settle(_ store: RunStore) throws -> [RunID] {
        var reasons: [String: String] = [:]
        var states: [(task: Int, state: TaskState)] = []
        for (task, items) in manifest.tasks.enumerated() {
            var state =
                sweep.state(of: task)?.concluded(limit: manifest.limit)
                ?? .neverStarted(cells: items.count)
            guard !state.isSettled else { continue }
            let job = state.job.map { " (job \($0))" } ?? ""
            let reason =
                "task \(task)\(job) of sweep \(sweep.name) "
                + (state.reason.isEmpty ? "ended without this cell" : state.reason)
            for item in items { reasons[item.digest] = state.problems[item.digest] ?? reason }
            state.isSettled = true
            states.append((task, state))
        }
        let lost = try store.fail(reasons)
        for (task, state) in states { try sweep.write(state, of: task) }
        return lost
    }
}
