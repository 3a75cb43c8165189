internal import Foundation
internal import GRDB

/// A run of a cell in one line: a row of the view `run_overview`, and what it is judged by.
public struct RunOverview: Sendable, Hashable {
    /// Number of the run.
    public let run: RunID
    /// Names of its experiments, joined by commas; nil for none.
    public let experiment: String?
    /// Its state; `running` only while its worker lives.
    public let state: RunState
    /// Registry names of what it trains.
    public let dataset: String, model: String, procedure: String, loss: String
    /// Percent of the training images whose labels are used.
    public let labels: Double
    /// Seed of everything random.
    public let seed: UInt64
    /// Epochs planned, the latest one logged, and the one at which the objective was best.
    public let epochs: Int, epoch: Int?, bestEpoch: Int?
    /// By which of its curves it is judged; nil where the store does not say.
    public let objective: RunObjective?
    /// The best value of that curve.
    public let objectiveValue: Double?
    /// What the objective's metric is on the test images, by the best weights: mean and standard
    /// deviation over them, or over all together where the metric has no value an image.
    public let testValue: Double?, testDeviation: Double?
    /// Highest validation Dice, 0...1.
    public let validationDice: Double?
    /// Mean and standard deviation over the test images of the best weights' Dice, and the pooled
    /// one.
    public let testDice: Double?, testDiceDeviation: Double?, pooledTestDice: Double?
    /// Seconds it took, images trained a second, most memory used in bytes.
    public let seconds: Double?, imagesPerSecond: Double?, peakMemory: Int64?
    /// How often it was started.
    public let attempts: Int
    /// When it was planned, first started and ended, as ISO 8601 text.
    public let created: String, started: String?, finished: String?
    /// Where it ran, with how many threads.
    public let host: String?, threads: Int?
    /// Why it failed.
    public let error: String?
    /// Digest of its configuration.
    public let digest: String

    init(_ row: StoreRow) throws {
        run = try row["run"]
        experiment = try row["experiment"]
        state = try row["state"]
        dataset = try row["dataset"]
        model = try row["model"]
        procedure = try row["procedure"]
        loss = try row["loss"]
        labels = try row["labels"]
        seed = UInt64(bitPattern: try row["seed"])
        epochs = try row["epochs"]
        epoch = try row["epoch"]
        bestEpoch = try row["objective_epoch"]
        objective = try RunObjective(row, name: "judged_by")
        objectiveValue = try row["objective_value"]
        testValue = try row["test_mean"] ?? row["test_pooled"]
        testDeviation = try row["test_sd"]
        validationDice = try row["validation_dice"]
        testDice = try row["test_dice"]
        testDiceDeviation = try row["test_dice_sd"]
        pooledTestDice = try row["test_dice_pooled"]
        seconds = try row["seconds"]
        imagesPerSecond = try row["images_per_second"]
        peakMemory = try row["peak_memory"]
        attempts = try row["attempts"]
        created = try row["created"]
        started = try row["started"]
        finished = try row["finished"]
        host = try row["host"]
        threads = try row["threads"]
        error = try row["error"]
        digest = try row["digest"]
    }

    /// What it is read from: a row a cell, with the columns of `any_run` and those of its objective.
    static let rows = """
        (SELECT v.*, r.objective_split, r.objective AS judged_by,
            iif(r.direction = 'minimise', c.min_epoch, c.max_epoch) AS objective_epoch,
            m.mean AS test_mean, m.pooled AS test_pooled, m.sd AS test_sd
        FROM any_run v JOIN run r ON r.id = v.run
        LEFT JOIN series s ON s.split = r.objective_split AND s.name = r.objective
            AND s.axis = 'epoch'
        LEFT JOIN metric_summary c ON c.run = r.id AND c.series_id = s.id
        LEFT JOIN evaluation e ON e.run = r.id AND e.weights = 'best' AND e.split = 'test'
        LEFT JOIN evaluation_metric m ON m.evaluation_id = e.id
            AND m.measure_id = (SELECT n.id FROM measure n WHERE n.name = r.objective)
        WHERE v.kind = 'cell')
        """
}

extension RunStore {
    /// Every run in one line, by number.
    public func overview() throws -> [RunOverview] {
        try read { db in
            try StoreRow.fetchAll(db, sql: "SELECT * FROM \(RunOverview.rows) ORDER BY run")
                .map(RunOverview.init)
        }
    }

    /// The runs of an experiment in the order of its grid.
    public func overview(experiment name: String) throws -> [RunOverview] {
        try overview(of: members(ofExperiment: name))
    }

    /// These runs in one line each, in this order; what is no cell is left out.
    public func overview(of runs: [RunID]) throws -> [RunOverview] {
        try read { db in
            let found = try StoreRow.fetchAll(
                db,
                sql: """
                    SELECT * FROM \(RunOverview.rows)
                    WHERE run IN (SELECT value FROM json_each(?))
                    """, arguments: [Self.list(runs)]
            ).map(RunOverview.init)
            let rows = Dictionary(
                found.map { ($0.run, $0) }, uniquingKeysWith: { first, _ in first })
            return runs.compactMap { rows[$0] }
        }
    }

    /// One run in one line.
    ///
    /// - Throws: `StoreError.unknown`.
    public func overview(of run: RunID) throws -> RunOverview {
        try read { db in
            let row = try StoreRow.fetchOne(
                db, sql: "SELECT * FROM \(RunOverview.rows) WHERE run = ?", arguments: [run])
            guard let row else { throw try Self.noCell(run, in: db) }
            return try RunOverview(row)
        }
    }

    /// Whether there is a run of that digest.
    public func hasRun(digest: String) throws -> Bool {
        try read {
            try Int.readOne($0, sql: "SELECT 1 FROM run WHERE digest = ?", arguments: [digest])
                != nil
        }
    }

    /// What a run is.
    ///
    /// - Throws: `StoreError.unknown`.
    public func kind(of run: RunID) throws -> RunKind {
        let found = try read {
            try RunKind.readOne($0, sql: "SELECT run_kind FROM run WHERE id = ?", arguments: [run])
        }
        guard let found else {
            throw StoreError.unknown(kind: "run", name: String(run), nearest: nil)
        }
        return found
    }

    /// What is wrong with a number that is no cell's.
    static func noCell(_ run: RunID, in db: Database) throws -> StoreError {
        let kind = try RunKind.readOne(
            db, sql: "SELECT run_kind FROM run WHERE id = ?", arguments: [run])
        guard kind == .logged else {
            return .unknown(kind: "run", name: String(run), nearest: nil)
        }
        return .invalid(
            what: "run \(run)", found: "a run that was logged",
            expected: "one that Lightbox trained; 'lightbox show \(run)' shows it")
    }

    /// Names of the experiments, oldest first.
    public func experiments() throws -> [String] {
        try read { try String.readAll($0, sql: "SELECT name FROM experiment ORDER BY id") }
    }
}
