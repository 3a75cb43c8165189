internal import Foundation
internal import GRDB

/// A run at work.
public struct RunningRun: Sendable, Hashable {
    /// Number of the run, and what it trains.
    public let run: RunID, dataset: String, model: String, procedure: String, loss: String
    /// Percent of labels used, seed, epochs planned.
    public let labels: Double, seed: UInt64, epochs: Int
    /// Machine and process that train it.
    public let host: String, process: Int32
    /// Seconds since its worker took it, and since the last heartbeat.
    public let seconds: Double, silence: Double
    /// By which of its curves it is judged, and the latest value of that; nil before the first.
    public let objective: RunObjective?, objectiveValue: Double?
    /// How far it is; nil before its first step.
    public let progress: RunProgress?
    /// Epochs that an earlier attempt has trained, as far as their times tell.
    public let earlierEpochs: Int
}

/// Where an experiment, or the whole store, stands.
public struct StoreStatus: Sendable {
    /// Runs by state; `running` only those whose worker lives.
    public let counts: [RunState: Int]
    /// The cells at work, by number.
    public let running: [RunningRun]
    /// Runs that still wait in the experiments of those at work.
    public let waiting: Int
    /// Seconds that completed runs of the same experiments as those at work took, on average; nil
    /// before the first. Other experiments' runs say nothing about these.
    public let meanSeconds: Double?
    /// Failed runs and why, by number.
    public let failures: [(run: RunID, error: String)]
}

extension RunStore {
    /// Where an experiment stands, or the whole store.
    public func status(experiment: String? = nil) throws -> StoreStatus {
        try read { db in
            // The name comes as a parameter; NULL stands for every run.
            let chosen = "(:name IS NULL OR \(Self.isMember("r.id", of: ":name")))"
            let arguments: StatementArguments = ["name": experiment]
            var counts: [RunState: Int] = [:]
            let states = try StoreRow.fetchAll(
                db, sql: "SELECT state, count(*) FROM run r WHERE \(chosen) GROUP BY state",
                arguments: arguments)
            for row in states {
                counts[try row[0] as RunState] = try row[1] as Int
            }
            let dead = try Set(deadRuns(in: db))
            let rows = try StoreRow.fetchAll(
                db,
                sql: """
                    SELECT r.id, r.run_kind, r.dataset, r.model, r.procedure, r.loss, r.labels, r.seed,
                        r.epochs, r.attempts, l.host, l.pid, l.acquired, l.heartbeat, l.epoch, l.step,
                        l.steps, l.loss AS train_loss, l.validation_dice, l.images_per_second,
                        r.objective_split, r.objective, r.direction, m.last_value
                    FROM run r LEFT JOIN lease l ON l.run = r.id
                    LEFT JOIN series s ON s.split = r.objective_split AND s.name = r.objective
                        AND s.axis = 'epoch'
                    LEFT JOIN metric_summary m ON m.run = r.id AND m.series_id = s.id
                    WHERE r.state = 'running' AND \(chosen) ORDER BY r.id
                    """, arguments: arguments)
            var running: [RunningRun] = []
            for row in rows {
                if try dead.contains(row["id"]) {
                    counts[.running, default: 0] -= 1
                    counts[.interrupted, default: 0] += 1
                } else if try row["run_kind"] == RunKind.cell {
                    running.append(try RunningRun(row, in: db))
                }
            }
            let sweep = try Self.sweep(of: running.map(\.run), named: experiment, in: db)
            let failures = try StoreRow.fetchAll(
                db, sql: "SELECT id, error FROM run r WHERE state = 'failed' AND \(chosen)",
                arguments: arguments
            ).map { (run: try $0[0] as RunID, error: try $0[1] as String) }
            return StoreStatus(
                counts: counts.filter { $0.value > 0 }, running: running,
                waiting: sweep.waiting + dead.intersection(sweep.unfinished).count,
                meanSeconds: sweep.meanSeconds, failures: failures)
        }
    }
}

extension RunStore {
    /// What the experiments of these runs have besides them: how many wait, which are marked
    /// running, and how long the completed ones took.
    private static func sweep(
        of runs: [RunID], named experiment: String?, in db: Database
    ) throws -> (waiting: Int, unfinished: Set<RunID>, meanSeconds: Double?) {
        let list = runs.map(String.init).joined(separator: ", ")
        let others = try StoreRow.fetchAll(
            db,
            sql: """
                SELECT r.id, r.state, r.seconds FROM run r WHERE r.id IN (
                    SELECT other.run FROM experiment_run x
                    JOIN experiment e ON e.id = x.experiment_id
                    JOIN experiment_run other ON other.experiment_id = x.experiment_id
                    WHERE x.run IN (\(list)) AND (:name IS NULL OR e.name = :name))
                """, arguments: ["name": experiment]
        ).map { row in
            (
                id: try row["id"] as RunID, state: try row["state"] as RunState,
                seconds: try row["seconds"] as Double?
            )
        }
        let seconds = others.filter { $0.state == .completed }.compactMap(\.seconds)
        return (
            others.filter { [.queued, .interrupted].contains($0.state) }.count,
            Set(others.filter { $0.state == .running }.map(\.id)),
            seconds.isEmpty ? nil : seconds.reduce(0, +) / Double(seconds.count)
        )
    }
}

extension RunningRun {
    fileprivate init(_ row: StoreRow, in db: Database) throws {
        run = try row["id"]
        dataset = try row["dataset"]
        model = try row["model"]
        procedure = try row["procedure"]
        loss = try row["loss"]
        labels = try row["labels"]
        seed = UInt64(bitPattern: try row["seed"])
        epochs = try row["epochs"]
        host = try row["host"]
        process = try row["pid"]
        objective = try RunObjective(row)
        objectiveValue = try row["last_value"]
        let now = Timestamp.now
        seconds = try now - row["acquired"]
        silence = try now - row["heartbeat"]
        if let epoch: Int = try row["epoch"] {
            progress = try RunProgress(
                epoch: epoch, step: row["step"], steps: row["steps"], loss: row["train_loss"],
                validationDice: row["validation_dice"], imagesPerSecond: row["images_per_second"])
        } else {
            progress = nil
        }
        // Most runs are at their first attempt: their curves need not be read.
        earlierEpochs =
            try row["attempts"] as Int > 1
            ? Self.earlierEpochs(of: run, since: seconds, in: db) : 0
    }

    /// The epochs whose training fits into the seconds since the run was taken are this attempt's; the
    /// others, an earlier one's.
    private static func earlierEpochs(
        of run: RunID, since seconds: Double, in db: Database
    ) throws -> Int {
        let epochs = try Double.readAll(
            db,
            sql: """
                SELECT coalesce(p.value, 0.0) FROM metric_point p JOIN series s ON s.id = p.series_id
                WHERE p.run = ? AND s.split = 'train' AND s.name = 'seconds'
                ORDER BY p.epoch DESC LIMIT 100000
                """, arguments: [run])
        var left = seconds
        let own = epochs.prefix { time in
            left -= time
            return left >= 0
        }
        return epochs.count - own.count
    }
}
