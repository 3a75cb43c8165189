internal import Domain
public import Files
public import Foundation
internal import GRDB

/// Writes runs as an MLflow tracking store (SQLite) at schema revision `89d4b8295536`.
///
/// That old revision opens in MLflow 2.9 and 3, which bring it up to date in place; a store at the
/// newest revision would fail in the older one.
public struct MLflowStore {
    /// The Alembic revision of the schema.
    public static let revision = "89d4b8295536"

    private let store: RunStore

    /// An export from `store`.
    public init(_ store: RunStore) { self.store = store }

    /// Writes a new store at `url`; `rule` says what may be replaced.
    ///
    /// Experiments keep their names, runs without one go to `lightbox`; a run of several experiments
    /// goes to the first by name. Curves become metrics by epoch (`validation/dice`), final results
    /// metrics at the best epoch (`best/test/dice`), settings parameters, the rest tags.
    ///
    /// - Throws: `StoreError`, `OutputError`.
    public func write(_ runs: [RunID], to url: URL, rule: OutputRule = OutputRule()) throws {
        let draft = try DatabaseDraft(of: rule.file(url.relativePath))
        try draft.write { try write(runs, asNew: $0) }
        try draft.adopt(isListed: true)
    }

    private func write(_ runs: [RunID], asNew draft: String) throws {
        let queue = try StoreError.translating(path: draft) { try DatabaseQueue(path: draft) }
        try StoreError.translating(path: draft) {
            try queue.write { db in
                try db.execute(sql: Self.schema)
                try db.execute(
                    sql: "INSERT INTO alembic_version VALUES (?)", arguments: [Self.revision])
                try Self.insertExperiment(0, "Default", in: db)
                var numbers: [String: Int64] = ["Default": 0]
                for id in runs {
                    let run = try store.exportedRun(id)
                    let name = run.experiments.first ?? "lightbox"
                    if numbers[name] == nil {
                        let number = Int64(numbers.count)
                        numbers[name] = number
                        try Self.insertExperiment(number, name, in: db)
                    }
                    try Self.insert(run, experiment: numbers[name] ?? 0, in: db)
                }
            }
        }
        try StoreError.translating(path: draft) { try queue.close() }
    }

    // MARK: Rows

    private static func insertExperiment(_ id: Int64, _ name: String, in db: Database) throws {
        try db.execute(
            sql: "INSERT INTO experiments VALUES (?, ?, ?, 'active')",
            arguments: [id, name, "mlartifacts/\(id)"])
    }

    private static func insert(_ run: ExportedRun, experiment: Int64, in db: Database) throws {
        let uuid = run.mlflowID
        let start = (run.started ?? run.created).map(milliseconds)
        try db.execute(
            sql: """
                INSERT INTO runs (run_uuid, name, source_type, source_name, entry_point_name,
                    user_id, status, start_time, end_time, source_version, lifecycle_stage,
                    artifact_uri, experiment_id)
                VALUES (?, ?, 'LOCAL', 'lightbox', '', 'lightbox', ?, ?, ?, ?, 'active', ?, ?)
                """,
            arguments: [
                uuid, String(run.name.prefix(250)), status(of: run.state), start,
                run.state.isFinal ? run.finished.map(milliseconds) : nil,
                run.revision.map { String($0.prefix(50)) } ?? "",
                "mlartifacts/\(experiment)/\(uuid)/artifacts", experiment,
            ])
        // The columns were made for less, which SQLite and MLflow's readers do not mind.
        for parameter in run.parameters {
            try db.execute(
                sql: "INSERT INTO params VALUES (?, ?, ?)",
                arguments: [parameter.name, parameter.value, uuid])
        }
        try insertTags(of: run, uuid, in: db)
        try insertMetrics(of: run, uuid, in: db)
    }

    private static func insertTags(of run: ExportedRun, _ uuid: String, in db: Database) throws {
        let tags: [(String, String?)] = [
            ("mlflow.runName", run.name), ("mlflow.user", "lightbox"),
            ("mlflow.source.name", "lightbox"), ("mlflow.source.type", "LOCAL"),
            ("mlflow.source.git.commit", run.revision), ("lightbox.code", run.code?.digest),
            ("lightbox.code_commit", run.code?.commit), ("lightbox.run", String(run.id)),
            ("lightbox.digest", run.digest), ("lightbox.state", run.state.rawValue),
            ("lightbox.version", run.version), ("lightbox.cpu", run.cpu),
            ("lightbox.host", run.host), ("lightbox.error", run.error),
            ("lightbox.experiments", run.experiments.joined(separator: ", ")),
            (MLflowWords.noteTag, run.notes.joined(separator: "\n")),
        ]
        let own = Set(run.tags.map(\.name))
        for tag in run.tags {
            try db.execute(
                sql: "INSERT INTO tags VALUES (?, ?, ?)",
                arguments: [tag.name, tag.value, uuid])
        }
        for case (let key, let value?) in tags where !value.isEmpty && !own.contains(key) {
            try db.execute(
                sql: "INSERT INTO tags VALUES (?, ?, ?)",
                arguments: [key, value, uuid])
        }
    }

    private static func insertMetrics(of run: ExportedRun, _ uuid: String, in db: Database) throws {
        // MLflow has one axis: a value that stands at one time in a curve by steps and in one by epochs
        // is one there.
        let add = try db.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO metrics (key, value, timestamp, run_uuid, step, is_nan)
                VALUES (?, ?, ?, ?, ?, ?)
                """)
        var latest: [String: (value: Double?, time: Int64, step: Int)] = [:]
        func log(_ key: String, _ value: Double?, step: Int, time: Int64) throws {
            try add.execute(arguments: [key, value ?? 0, time, uuid, step, value == nil])
            if let known = latest[key], known.step > step { return }
            latest[key] = (value, time, step)
        }
        for point in run.points {
            let time = milliseconds(run.time(of: point))
            try log(point.key, point.value, step: point.epoch, time: time)
        }
        let last = run.time(ofEpoch: run.epochs).timeIntervalSince1970 * 1000
        let end = Int64(nearest: last.rounded(.towardZero))
        for result in run.results {
            try log(result.key, result.value, step: run.bestEpoch ?? run.epochs, time: end)
        }
        for (key, last) in latest.sorted(by: { $0.key < $1.key }) {
            try db.execute(
                sql: "INSERT INTO latest_metrics VALUES (?, ?, ?, ?, ?, ?)",
                arguments: [key, last.value ?? 0, last.time, last.step, last.value == nil, uuid])
        }
    }

    /// MLflow's count: milliseconds since 1970.
    private static func milliseconds(_ date: Date) -> Int64 {
        Int64(nearest: date.timeIntervalSince1970 * 1000)
    }

    private static func status(of state: RunState) -> String {
        switch state {
        case .queued: "SCHEDULED"
        case .running: "RUNNING"
        case .completed: "FINISHED"
        case .failed, .interrupted, .pruned: "FAILED"
        }
    }

    private static let schema = """
        CREATE TABLE experiments (
            experiment_id INTEGER NOT NULL,
            name VARCHAR(256) NOT NULL,
            artifact_location VARCHAR(256),
            lifecycle_stage VARCHAR(32),
            CONSTRAINT experiment_pk PRIMARY KEY (experiment_id),
            CONSTRAINT experiments_lifecycle_stage
                CHECK (lifecycle_stage IN ('active', 'deleted')),
            UNIQUE (name)
        );
        CREATE TABLE runs (
            run_uuid VARCHAR(32) NOT NULL,
            name VARCHAR(250),
            source_type VARCHAR(20),
            source_name VARCHAR(500),
            entry_point_name VARCHAR(50),
            user_id VARCHAR(256),
            status VARCHAR(20),
            start_time BIGINT,
            end_time BIGINT,
            source_version VARCHAR(50),
            lifecycle_stage VARCHAR(20),
            artifact_uri VARCHAR(200),
            experiment_id INTEGER,
            CONSTRAINT run_pk PRIMARY KEY (run_uuid),
            CONSTRAINT source_type CHECK (
                source_type IN ('NOTEBOOK', 'JOB', 'LOCAL', 'UNKNOWN', 'PROJECT')),
            CONSTRAINT status CHECK (
                status IN ('SCHEDULED', 'FAILED', 'FINISHED', 'RUNNING')),
            CONSTRAINT runs_lifecycle_stage CHECK (lifecycle_stage IN ('active', 'deleted')),
            FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id)
        );
        CREATE TABLE params (
            "key" VARCHAR(250) NOT NULL,
            value VARCHAR(250) NOT NULL,
            run_uuid VARCHAR(32) NOT NULL,
            CONSTRAINT param_pk PRIMARY KEY ("key", run_uuid),
            FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid)
        );
        CREATE TABLE alembic_version (
            version_num VARCHAR(32) NOT NULL,
            CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
        );
        CREATE TABLE "metrics" (
            "key" VARCHAR(250) NOT NULL,
            value FLOAT NOT NULL,
            timestamp BIGINT NOT NULL,
            run_uuid VARCHAR(32) NOT NULL,
            step BIGINT DEFAULT '0' NOT NULL,
            is_nan BOOLEAN DEFAULT '0' NOT NULL,
            CONSTRAINT metric_pk PRIMARY KEY ("key", timestamp, step, run_uuid, value, is_nan),
            FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid)
        );
        CREATE TABLE experiment_tags (
            "key" VARCHAR(250) NOT NULL,
            value VARCHAR(5000),
            experiment_id INTEGER NOT NULL,
            CONSTRAINT experiment_tag_pk PRIMARY KEY ("key", experiment_id),
            FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id)
        );
        CREATE TABLE "tags" (
            "key" VARCHAR(250) NOT NULL,
            value VARCHAR(5000),
            run_uuid VARCHAR(32) NOT NULL,
            CONSTRAINT tag_pk PRIMARY KEY ("key", run_uuid),
            FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid)
        );
        CREATE TABLE latest_metrics (
            "key" VARCHAR(250) NOT NULL,
            value FLOAT NOT NULL,
            timestamp BIGINT,
            step BIGINT NOT NULL,
            is_nan BOOLEAN NOT NULL,
            run_uuid VARCHAR(32) NOT NULL,
            CONSTRAINT latest_metric_pk PRIMARY KEY ("key", run_uuid),
            FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid)
        );
        """
}

extension ExportedRun {
    /// The number of the run in MLflow: where it comes from there, its own; else the start of its
    /// digest.
    var mlflowID: String {
        guard source == "mlflow", let id = sourceID, id.utf8.count == 32,
            id.allSatisfy({ $0.isHexDigit })
        else { return String(digest.prefix(32)) }
        return id
    }
}
