import Foundation
import RunStore
import Specification

/// What a sweep that others train consists of: which task trains which cells, and with what.
///
/// One JSON file in the sweep's folder, written once.
public struct SweepManifest: Sendable, Hashable, Codable {
    /// A cell of a task.
    public struct Item: Sendable, Hashable, Codable {
        /// Digest of the run's configuration, and the fingerprint of its data set.
        public var digest: String, fingerprint: String
        /// Fingerprints of the other data sets whose images train without labels, by name; nil for
        /// none.
        public var unlabelled: [String: String]?
        /// The run's configuration where it is not the cell's own: it is older, and names settings
        /// that the cell does not use.
        public var configuration: String?
        /// A name for people.
        public var title: String
        /// The cell: the axes, and the settings that are not at their default.
        public var cell: [String: String]
        /// Shard of an earlier sweep that holds the beginning of this run.
        public var continues: String?
    }

    /// The experiment that the runs belong to.
    public struct Experiment: Sendable, Hashable, Codable {
        /// As in the store.
        public var name: String, description: String, report: String
    }

    /// Number of this format.
    public static let currentVersion = 1
    /// The number that the file was written with.
    public var version = SweepManifest.currentVersion
    /// The experiment that the cells belong to.
    public var experiment: Experiment
    /// Name of the launcher.
    public var launcher: String
    /// The main store, the folder of the data sets and the program, as absolute paths.
    public var store: String, data: String, program: String
    /// Processors of a task, and within it cells at once and threads of each.
    public var cpus: Int, jobs: Int?, threads: Int?
    /// Seconds that a task may take, where there is a limit, and how often it may requeue itself.
    public var limit: Int?, requeues: Int
    /// Revision of the folder of the experiment file, where it has one.
    public var revision: String?
    /// When it was written, seconds since 1970.
    public var created: Double
    /// The cells of task 0, task 1, ….
    public var tasks: [[Item]]

    /// All cells.
    public var items: [Item] { tasks.flatMap(\.self) }
}

extension SweepManifest.Item {
    /// The item of `cell`.
    init(_ cell: Cell, fingerprint: DataFingerprint, title: String) {
        self.init(
            digest: cell.configuration(fingerprint: fingerprint).digest,
            fingerprint: fingerprint.own,
            unlabelled: fingerprint.unlabelled.isEmpty ? nil : fingerprint.unlabelled,
            title: title, cell: cell.texts)
    }

    /// What tells the files of the cell's data from others.
    var data: DataFingerprint { DataFingerprint(fingerprint, unlabelled: unlabelled ?? [:]) }

    /// The same with the configuration under which a store has the cell's run.
    func stored(as configuration: RunConfiguration) -> SweepManifest.Item {
        guard configuration.digest != digest else { return self }
        var item = self
        item.digest = configuration.digest
        item.configuration = configuration.json
        return item
    }

    /// Whether it is an item of that cell.
    func isOf(_ cell: Cell) -> Bool {
        let own = cell.configuration(fingerprint: data)
        guard let configuration else { return own.digest == digest }
        let stored = RunConfiguration(canonicalJSON: configuration)
        return stored.digest == digest && StoredIdentities.current(of: stored) == own
    }
}
