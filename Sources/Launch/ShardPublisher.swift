import Foundation
import RunStore

/// Brings what a task has on local disk into the sweep's folder, and back at the task's next start.
///
/// The shard of a task is one file without a log beside it. Files of runs are there before the
/// shard that names them; a checkpoint is there only after the shard that holds its epochs. So
/// whenever the task is killed, the folder holds something that can be continued and merged.
final class ShardPublisher {
    private let sweep: SweepFolder
    private let task: Int
    private let items: [SweepManifest.Item]
    private let store: RunStore
    private var shardIdentity: [Int]?
    private var published: [String: [Int]] = [:]
    private var lastTime = ContinuousClock.now

    /// - Parameter store: the task's own, on local disk.
    init(sweep: SweepFolder, task: Int, items: [SweepManifest.Item], store: RunStore) {
        self.sweep = sweep
        self.task = task
        self.items = items
        self.store = store
    }

    private var local: URL { store.url.deletingLastPathComponent() }

    /// Seconds since the shard was last brought up to date.
    var secondsSincePublished: Double {
        lastTime.duration(to: .now) / .seconds(1)
    }

    // MARK: Start

    /// Takes up what earlier starts of the task, or an earlier sweep, left of its runs.
    ///
    /// - Returns: what could not be taken up, a sentence each; those runs start anew.
    func takeUp() throws -> [String] {
        let shard = sweep.shard(task)
        NetworkFile.removeDrafts(of: shard)
        shardIdentity = NetworkFile.identity(of: shard)
        var notes: [String] = []
        if shardIdentity != nil {
            notes = try take([shard])
        } else {
            let others = Set(items.compactMap(\.continues)).sorted()
            notes = try take(others.map { URL(fileURLWithPath: $0) })
            // That they failed or ran out of time then is why they are here again.
            let begun = items.filter { $0.continues != nil }.map { ($0.digest, "tried again") }
            try store.reopen(Dictionary(begun) { first, _ in first })
        }
        let states = try store.runs(withDigests: items.map(\.digest))
        for item in items where states[item.digest]?.state != .completed {
            let beginnings =
                [sweep.shards]
                + (item.continues.map { [URL(fileURLWithPath: $0).deletingLastPathComponent()] }
                    ?? [])
            try takeCheckpoint(of: item, from: beginnings)
        }
        return notes
    }

    private func take(_ shards: [URL]) throws -> [String] {
        guard !shards.isEmpty else { return [] }
        return try store.merge(shards).failures.map(\.reason)
    }

    private func takeCheckpoint(of item: SweepManifest.Item, from folders: [URL]) throws {
        let target = SweepFolder.runFolder(digest: item.digest, in: local)
        for folder in folders {
            let source = SweepFolder.runFolder(digest: item.digest, in: folder)
                .appendingPathComponent(SweepFolder.checkpoint)
            guard FileManager.default.fileExists(atPath: source.path) else { continue }
            try NetworkFile.makeFolder(target)
            let file = target.appendingPathComponent(SweepFolder.checkpoint)
            try NetworkFile.arrive(NetworkFile.copy(source, near: file), as: file)
            return
        }
    }

    // MARK: Publishing

    /// Brings the shard and the files of its runs up to date.
    ///
    /// - Returns: cells that are done, and those that failed.
    /// - Throws: `LaunchError.elsewhere` when somebody else changed the shard; it is left alone.
    @discardableResult
    func publish() throws -> (done: Int, failed: Int) {
        // Training goes on meanwhile, so the order counts: checkpoints are copied before the store,
        // which then has every point up to them; and what is done is what the copy of the store
        // says, whose weights are in place before the copy is.
        var checkpoints: [(digest: String, draft: URL, target: URL)] = []
        for item in items {
            for file in files(of: item) where file.lastPathComponent == SweepFolder.checkpoint {
                guard let (draft, target) = try draft(of: file, item) else { continue }
                checkpoints.append((item.digest, draft, target))
            }
        }
        let copy = try copyStore()
        let states = try states(in: copy)
        for item in items where states[item.digest]?.state == .completed {
            for file in files(of: item) where file.lastPathComponent != SweepFolder.checkpoint {
                guard let (draft, target) = try draft(of: file, item) else { continue }
                try NetworkFile.arrive(draft, as: target)
            }
        }
        try publishStore(copy)
        for (digest, draft, target) in checkpoints {
            if states[digest]?.state == .completed {
                unlink(draft.path)
            } else {
                try NetworkFile.arrive(draft, as: target)
            }
        }
        for item in items where states[item.digest]?.state == .completed {
            let folder = SweepFolder.runFolder(digest: item.digest, in: sweep.shards)
            unlink(folder.appendingPathComponent(SweepFolder.checkpoint).path)
        }
        lastTime = .now
        return try counts()
    }

    /// Cells that are done, and those that failed.
    func counts() throws -> (done: Int, failed: Int) {
        let states = try store.runs(withDigests: items.map(\.digest)).values.map(\.state)
        let done = states.filter { $0 == .completed || $0 == .pruned }.count
        return (done, states.filter { $0 == .failed }.count)
    }

    /// A copy of a run's file near its place in the sweep's folder; nil when it is there already.
    private func draft(
        of file: URL, _ item: SweepManifest.Item
    ) throws -> (draft: URL, target: URL)? {
        let identity = NetworkFile.identity(of: file)
        guard published[file.path] != identity else { return nil }
        let folder = SweepFolder.runFolder(digest: item.digest, in: sweep.shards)
        try NetworkFile.makeFolder(folder)
        let target = folder.appendingPathComponent(file.lastPathComponent)
        let draft = try NetworkFile.copy(file, near: target)
        published[file.path] = identity
        return (draft, target)
    }

    private func states(in copy: URL) throws -> [String: PlannedRun] {
        let store = try RunStore(at: copy, mode: .readOnly)
        defer { try? store.close() }
        return try store.runs(withDigests: items.map(\.digest))
    }

    private func files(of item: SweepManifest.Item) -> [URL] {
        let folder = SweepFolder.runFolder(digest: item.digest, in: local)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { !$0.hasPrefix(".") && !$0.hasSuffix(".partial") }.sorted()
            .map { folder.appendingPathComponent($0) }.filter { !$0.isFolder }
    }

    /// Copies the store into one file beside it.
    private func copyStore() throws -> URL {
        let copy = local.appendingPathComponent("shard.db")
        for suffix in ["", "-wal", "-shm", "-journal"] { unlink(copy.path + suffix) }
        try store.backup(to: copy)
        return copy
    }

    /// Puts a copy of the store in the place of the shard, and removes it.
    private func publishStore(_ copy: URL) throws {
        let shard = sweep.shard(task)
        guard NetworkFile.identity(of: shard) == shardIdentity else {
            throw LaunchError.elsewhere(sweep: sweep.name, task: task)
        }
        let draft = try NetworkFile.copy(copy, near: shard)
        for suffix in ["", "-wal", "-shm"] { unlink(copy.path + suffix) }
        try NetworkFile.arrive(draft, as: shard)
        shardIdentity = NetworkFile.identity(of: shard)
    }
}

extension URL {
    /// Whether a folder is there.
    fileprivate var isFolder: Bool {
        (try? resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory ?? false
    }
}
