import Files
public import Foundation

/// The folder of a sweep that others train: `sweeps/NAME-N` beside the store.
///
/// ```
/// manifest.json    which task trains which cells
/// experiment.yaml  the experiment as it was
/// submission.json  numbers of the jobs
/// shards/0003.db   the store of task 3; shards/runs/…: weights and checkpoints
/// tasks/0003.json  how far task 3 says it is
/// logs/            what the tasks print
/// merged.json      the last merge into the main store
/// ```
public struct SweepFolder: Sendable, Hashable {
    /// The folder.
    public let url: URL

    /// The folder at `url`, which need not be one.
    public init(_ url: URL) { self.url = url.standardizedFileURL }

    /// Its name, such as "grid-1".
    public var name: String { url.lastPathComponent }

    var experiment: URL { url.appendingPathComponent("experiment.yaml") }
    var shards: URL { url.appendingPathComponent("shards") }
    var logs: URL { url.appendingPathComponent("logs") }

    func shard(_ task: Int) -> URL { shards.appendingPathComponent("\(Self.number(task)).db") }

    /// Where the files of a run lie, beside the shards, as in every store's folder.
    static func runFolder(digest: String, in folder: URL) -> URL {
        folder.appendingPathComponent("runs/\(digest.prefix(16))")
    }

    /// Four digits at least, so that names sort.
    static func number(_ task: Int) -> String {
        let text = String(task)
        return String(repeating: "0", count: max(0, 4 - text.count)) + text
    }

    // MARK: Making and finding

    private static func sweeps(beside store: URL) -> URL {
        store.resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent("sweeps")
    }

    /// A new folder for a sweep of that experiment.
    static func make(beside store: URL, experiment: String) throws -> SweepFolder {
        let sweeps = sweeps(beside: store)
        try NetworkFile.makeFolder(sweeps)
        for number in 1... {
            let url = sweeps.appendingPathComponent("\(FileName.encoded(experiment))-\(number)")
            // Making a folder is exclusive on every file system: of several processes one gets it.
            if mkdir(url.path, 0o777) == 0 {
                let folder = SweepFolder(url)
                for part in ["shards/runs", "tasks", "logs"] {
                    try NetworkFile.makeFolder(url.appendingPathComponent(part))
                }
                return folder
            }
            guard errno == EEXIST else {
                throw LaunchError.unwritable(
                    path: url.path, reason: String(cString: strerror(errno)))
            }
        }
        preconditionFailure("numbers do not end")
    }

    /// The folders beside the store that hold a sweep, by name and number.
    public static func all(beside store: URL) -> [SweepFolder] {
        let sweeps = sweeps(beside: store)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: sweeps.path)) ?? []
        return names.sorted { $0.compare($1, options: .numeric) == .orderedAscending }
            .map { SweepFolder(sweeps.appendingPathComponent($0)) }
            .filter {
                FileManager.default.fileExists(
                    atPath: $0.url.appendingPathComponent("manifest.json").path)
            }
    }

    // MARK: Files

    /// The manifest.
    ///
    /// - Throws: `LaunchError.badSweep` where there is none that this Lightbox can read.
    public func manifest() throws -> SweepManifest {
        let file = url.appendingPathComponent("manifest.json")
        guard let data = try? Data(contentsOf: file) else {
            throw LaunchError.badSweep(
                path: url.path, reason: "is no folder of a sweep: it has no manifest.json")
        }
        let manifest = try? JSONDecoder().decode(SweepManifest.self, from: data)
        guard let manifest, manifest.version == SweepManifest.currentVersion else {
            throw LaunchError.badSweep(
                path: file.path, reason: "is damaged or was written by another Lightbox")
        }
        return manifest
    }

    func write(_ manifest: SweepManifest) throws { try write(manifest, to: "manifest.json") }

    /// Numbers of the jobs; nil where nothing was submitted.
    public var submission: Submission? { read("submission.json") }

    func write(_ submission: Submission) throws { try write(submission, to: "submission.json") }

    /// How far the task says it is; nil before its start.
    public func state(of task: Int) -> TaskState? { read("tasks/\(Self.number(task)).json") }

    func write(_ state: TaskState, of task: Int) throws {
        try write(state, to: "tasks/\(Self.number(task)).json")
    }

    /// The last merge; nil before the first.
    public var merged: MergeMark? { read("merged.json") }

    func write(_ mark: MergeMark) throws { try write(mark, to: "merged.json") }

    private func read<Value: Decodable>(_ path: String) -> Value? {
        guard let data = try? Data(contentsOf: url.appendingPathComponent(path)) else { return nil }
        return try? JSONDecoder().decode(Value.self, from: data)
    }

    private func write(_ value: some Encodable, to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        try NetworkFile.write(encoder.encode(value), to: url.appendingPathComponent(path))
    }
}

/// What `merged.json` says about the last merge of a sweep.
public struct MergeMark: Sendable, Hashable, Codable {
    /// When, seconds since 1970, and whether all jobs had ended.
    public var time: Double, ended: Bool
    /// Shards merged, and cells of the sweep that were not done after it.
    public var shards: Int, open: Int
}
