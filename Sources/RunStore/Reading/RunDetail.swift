public import Domain
internal import Foundation
internal import GRDB

/// A run's result on one metric.
public struct RunResult: Sendable, Hashable {
    /// Which weights, on which part.
    public let weights: WeightsKind, split: SplitPart
    /// Name of the metric.
    public let name: String
    /// Images with a value.
    public let images: Int
    /// Over images; nil when the metric is only pooled. The deviation is the sample's (n - 1).
    public let mean: Double?, deviation: Double?, minimum: Double?, maximum: Double?
    /// Over all pixels of all images together; nil when the metric has no such value.
    public let pooled: Double?
}

/// A run's result on one metric on another data set than its own.
public struct RunExternalResult: Sendable, Hashable {
    /// Title of the data set.
    public let dataset: String
    /// Which weights.
    public let weights: WeightsKind
    /// Name of the metric.
    public let name: String
    /// Images with a value.
    public let images: Int
    /// Over images; nil when the metric is only pooled.
    public let mean: Double?, deviation: Double?
    /// Over all pixels of all images together; nil when the metric has no such value.
    public let pooled: Double?
}

/// Everything that the store holds about a run, except values an image and an epoch.
public struct RunDetail: Sendable {
    /// The run in one line.
    public let overview: RunOverview
    /// Canonical JSON of its configuration.
    public let configuration: String
    /// By which of its curves it is judged; nil where the store does not say.
    public let objective: RunObjective?
    /// Its settings by name.
    public let parameters: [String: QueryValue]
    /// Processor and Lightbox version of the last attempt, and git revision of the folder of the
    /// user's experiment file.
    public let cpu: String?, version: String?, gitRevision: String?
    /// The code that made its results; nil when unknown.
    public let code: CodeIdentity?
    /// Fingerprint of its data set and number of its split; nil before training.
    public let fingerprint: String?, split: Int64?
    /// Its results, by weights, part and name.
    public let results: [RunResult]
    /// Its results on other data sets, by the data set's title, weights and name.
    public let external: [RunExternalResult]
    /// Its files.
    public let artifacts: [ArtifactRecord]
    /// What happened, oldest first.
    public let events: [EventRecord]
}

extension RunStore {
    /// Everything about a run.
    ///
    /// - Throws: `StoreError.unknown`.
    public func detail(of run: RunID) throws -> RunDetail {
        let overview = try overview(of: run)
        return try read { db in
            let row = try StoreRow.fetchOne(
                db,
                sql: """
                    SELECT r.*, d.fingerprint FROM run r LEFT JOIN dataset d ON d.id = r.dataset_id
                    WHERE r.id = ?
                    """, arguments: [run])
            guard let row else {
                throw StoreError.unknown(kind: "run", name: String(run), nearest: nil)
            }
            let parameters = try StoreRow.fetchAll(
                db, sql: "SELECT name, value FROM param WHERE run = ?", arguments: [run]
            ).map { (try $0[0] as String, try $0[1] as QueryValue) }
            return try RunDetail(
                overview: overview, configuration: row["configuration"],
                objective: RunObjective(row),
                parameters: Dictionary(parameters, uniquingKeysWith: { first, _ in first }),
                cpu: row["cpu"], version: row["lightbox_version"],
                gitRevision: row["git_revision"], code: CodeIdentity(row),
                fingerprint: row["fingerprint"],
                split: row["split_id"], results: Self.results(of: run, in: db),
                external: Self.external(of: run, in: db),
                artifacts: Self.artifacts(of: run, in: db),
                events: Self.events(of: run, in: db))
        }
    }

    /// A run's files, by path.
    public func artifacts(of run: RunID) throws -> [ArtifactRecord] {
        try read { try Self.artifacts(of: run, in: $0) }
    }

    /// A run's curve, by epoch; NaN where the value was none.
    public func curve(
        of run: RunID, _ split: SplitPart, _ name: String
    ) throws -> [(epoch: Int, value: Double)] {
        try read { db in
            try StoreRow.fetchAll(
                db,
                sql: """
                    SELECT epoch, value FROM metric WHERE run = ? AND split = ? AND name = ?
                    ORDER BY epoch
                    """,
                arguments: [run, split.rawValue, name]
            ).map { (try $0[0], try $0[1] ?? .nan) }
        }
    }

    private static func results(of run: RunID, in db: Database) throws -> [RunResult] {
        try StoreRow.fetchAll(
            db, sql: "SELECT * FROM result WHERE run = ? ORDER BY weights, split, name",
            arguments: [run]
        ).map { row in
            try RunResult(
                weights: row["weights"], split: row["split"], name: row["name"],
                images: row["images"],
                mean: row["mean"], deviation: row["sd"], minimum: row["minimum"],
                maximum: row["maximum"], pooled: row["pooled"])
        }
    }

    private static func external(
        of run: RunID, in db: Database
    ) throws -> [RunExternalResult] {
        try StoreRow.fetchAll(
            db,
            sql: "SELECT * FROM external_result WHERE run = ? ORDER BY tested_on, weights, name",
            arguments: [run]
        ).map { row in
            try RunExternalResult(
                dataset: row["tested_on"], weights: row["weights"], name: row["name"],
                images: row["images"], mean: row["mean"], deviation: row["sd"],
                pooled: row["pooled"])
        }
    }

    private static func artifacts(of run: RunID, in db: Database) throws -> [ArtifactRecord] {
        try StoreRow.fetchAll(
            db, sql: "SELECT * FROM artifact WHERE run = ? ORDER BY path", arguments: [run]
        ).map {
            try ArtifactRecord(
                kind: $0["kind"], path: $0["path"], bytes: $0["bytes"], digest: $0["digest"])
        }
    }

    private static func events(of run: RunID, in db: Database) throws -> [EventRecord] {
        try StoreRow.fetchAll(
            db, sql: "SELECT * FROM event WHERE run = ? ORDER BY id", arguments: [run]
        ).map {
            try EventRecord(
                time: Timestamp.date($0["time"]) ?? .distantPast, level: $0["level"],
                message: $0["message"])
        }
    }
}

extension QueryValue {
    init(_ value: DatabaseValue) {
        switch value.storage {
        case .null: self = .null
        case .int64(let value): self = .integer(value)
        case .double(let value): self = .real(value)
        case .string(let value): self = .text(value)
        case .blob(let value): self = .blob([UInt8](value))
        }
    }
}
