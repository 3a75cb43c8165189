internal import GRDB

/// A part of the list of runs, as a page shows it.
public struct RunList: Sendable {
    /// What is listed, in which order.
    public struct Request: Sendable {
        /// A condition over the columns of `any_run`; nil for every run.
        public var condition: QueryCondition?
        /// Name of the experiment whose runs are listed; nil for all.
        public var experiment: String?
        /// The column that decides the order; nil for the latest first.
        public var sort: Column?
        /// Whether the order is from high to low.
        public var isDescending = true
        /// Rows that are left out first, and rows at most.
        public var offset = 0, limit = 100

        /// Every run, the latest first.
        public init() {}
    }

    /// A column by which the list can be sorted: its name in an address.
    public enum Column: String, Sendable, CaseIterable {
        case run, state, dataset, model, procedure, loss, labels, seed, epochs, seconds
        /// What the run's objective came to on the validation images, and on the test images.
        case validation = "validation_dice"
        case test = "test_dice"

        /// Its name in the store.
        var name: String {
            switch self {
            case .validation: "objective_value"
            case .test: "coalesce(test_mean, test_pooled)"
            default: rawValue
            }
        }
    }

    /// Runs that differ in nothing but the seed.
    public struct Group: Sendable {
        /// The first run of the group, and how many there are.
        public let run: RunID, runs: Int
        /// How many are completed.
        public let completed: Int
        /// What they train.
        public let dataset: String, model: String, procedure: String, loss: String
        /// Percent of labels used.
        public let labels: Double
        /// By what they are judged; nil where the store does not say.
        public let objective: RunObjective?
        /// Mean and sample standard deviation over the seeds of the objective's metric on the test
        /// images.
        public let testValue: Double?, testDeviation: Double?
        /// The same of the best values of the objective's curves.
        public let objectiveValue: Double?, objectiveDeviation: Double?
    }

    /// How many runs or groups there are in all.
    public let total: Int
    /// The runs of this part.
    public let rows: [RunOverview]
}

extension RunStore {
    /// A part of the list of runs.
    ///
    /// - Throws: `StoreError.query` where the condition is none.
    public func runList(_ request: RunList.Request) throws -> RunList {
        let (filter, parameters) = try filter(of: request)
        let order = request.sort ?? .run
        let direction = request.isDescending ? "DESC" : "ASC"
        let part = "LIMIT \(max(0, request.limit)) OFFSET \(max(0, request.offset))"
        // The view makes every run's row before it sorts; most look at the latest of all.
        let answer = try query(
            filter.isEmpty && order == .run
                ? "SELECT id FROM run WHERE run_kind = 'cell' ORDER BY id \(direction) \(part)"
                : """
                SELECT run, count(*) OVER () FROM \(RunOverview.rows) \(filter)
                ORDER BY \(order.name) IS NULL, \(order.name) \(direction), run DESC \(part)
                """, parameters: parameters, limits: RunList.limits)
        var total = answer.rows.first.flatMap { $0.count > 1 ? $0[1].integer : nil }
        if total == nil {
            let all =
                filter.isEmpty ? "run WHERE run_kind = 'cell'" : "\(RunOverview.rows) \(filter)"
            total = try query(
                "SELECT count(*) FROM \(all)", parameters: parameters, limits: RunList.limits
            ).rows.first?[0].integer
        }
        return RunList(
            total: Int(total ?? 0),
            rows: try overview(of: answer.rows.compactMap { $0.first?.integer }))
    }

    /// A part of the runs of other programs, the latest first, for people; `sort` is not asked.
    ///
    /// - Throws: `StoreError.query` where the condition is none.
    public func loggedTable(_ request: RunList.Request) throws -> QueryResult {
        let (filter, parameters) = try filter(of: request)
        return try query(
            """
            SELECT run, state, name, experiment, objective, objective_value AS "best value",
                round(seconds, 1) AS seconds
            FROM (SELECT * FROM any_run \(filter)) WHERE kind = 'logged' ORDER BY run DESC
            LIMIT \(max(0, request.limit)) OFFSET \(max(0, request.offset))
            """, parameters: parameters, limits: RunList.limits)
    }

    /// The groups of runs that differ in what repeats them only (seed, split seed, fold),
    /// best first; `sort` is not asked.
    ///
    /// - Throws: `StoreError.query` where the condition is none.
    public func runGroups(_ request: RunList.Request) throws -> [RunList.Group] {
        let (filter, parameters) = try filter(of: request)
        let test = RunList.Column.test.name
        let answer = try query(
            """
            SELECT min(o.run), count(*), count(*) FILTER (WHERE o.state = 'completed'),
                o.dataset, o.model, o.procedure, o.loss, o.labels,
                avg(\(test)), stddev(\(test)),
                avg(o.objective_value), stddev(o.objective_value)
            FROM (SELECT * FROM \(RunOverview.rows) \(filter)) o JOIN run r ON r.id = o.run
            WHERE r.retrains IS NULL
            GROUP BY o.dataset, json_remove(
                r.configuration, '$.seed', '$.settings."split-seed"', '$.settings.fold')
            ORDER BY avg(\(test)) IS NULL,
                avg(\(test)) * iif(o.direction = 'minimise', -1, 1) DESC, min(o.run)
            LIMIT \(max(0, request.limit)) OFFSET \(max(0, request.offset))
            """, parameters: parameters, limits: RunList.limits)
        let objectives = try objectives(of: answer.rows.compactMap { $0.first?.integer })
        return answer.rows.compactMap { row in
            guard let run = row[0].integer else { return nil }
            return RunList.Group(
                run: run, runs: Int(row[1].integer ?? 0), completed: Int(row[2].integer ?? 0),
                dataset: row[3].text ?? "", model: row[4].text ?? "", procedure: row[5].text ?? "",
                loss: row[6].text ?? "", labels: row[7].number ?? 0, objective: objectives[run],
                testValue: row[8].number, testDeviation: row[9].number,
                objectiveValue: row[10].number, objectiveDeviation: row[11].number)
        }
    }

    /// Makes sure that these runs are there; cheaper than an overview of each.
    ///
    /// - Throws: `StoreError.unknown` with the first that is not.
    public func requireRuns(_ runs: [RunID]) throws {
        let list = runs.map(String.init).joined(separator: ",")
        let missing = try query(
            "SELECT value FROM json_each('[\(list)]') WHERE value NOT IN (SELECT id FROM run)",
            limits: RunList.limits)
        if let run = missing.rows.first?[0].integer {
            throw StoreError.unknown(kind: "run", name: String(run), nearest: nil)
        }
    }

    /// The WHERE of a request, empty for every run, and the values of its parameters.
    func filter(
        of request: RunList.Request
    ) throws -> (String, [String: QueryValue]) {
        var conditions: [String] = []
        var parameters: [String: QueryValue] = [:]
        if let condition = request.condition {
            try check(condition)
            conditions.append("(\(condition.text)\n)")
        }
        if let experiment = request.experiment {
            conditions.append(Self.isMember("run", of: ":experiment", withFormer: true))
            parameters["experiment"] = .text(experiment)
        }
        let text = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        return (text, parameters)
    }

    /// Something that changes with every transaction of other connections, for those who wait for
    /// news.
    public func changeMark() throws -> Int64 {
        try read { try Int64.fetchOne($0, sql: "PRAGMA data_version") ?? 0 }
    }

    /// The names of the curves that these runs have, with their part, sorted.
    public func curveNames(of runs: [RunID]) throws -> [(split: String, name: String)] {
        guard !runs.isEmpty else { return [] }
        let list = runs.map(String.init).joined(separator: ",")
        return try query(
            """
            SELECT DISTINCT s.split, s.name FROM metric_summary m JOIN series s ON s.id = m.series_id
            WHERE m.run IN (\(list)) ORDER BY s.name, s.split
            """, limits: RunList.limits
        ).rows.compactMap { row in
            guard let split = row[0].text, let name = row[1].text else { return nil }
            return (split, name)
        }
    }

    /// The test images of a run with a metric's value, in the order of the value.
    ///
    /// - Parameter worstFirst: from low to high.
    public func imageValues(
        of run: RunID, metric: String, weights: String, worstFirst: Bool
    ) throws -> [(image: String, value: Double)] {
        try query(
            """
            SELECT image, value FROM image_metric
            WHERE run = :run AND name = :name AND weights = :weights AND split = 'test'
                AND value IS NOT NULL
            ORDER BY value \(worstFirst ? "ASC" : "DESC"), image
            """,
            parameters: ["run": .integer(run), "name": .text(metric), "weights": .text(weights)],
            limits: RunList.limits
        ).rows.compactMap { row in
            guard let image = row[0].text, let value = row[1].number else { return nil }
            return (image, value)
        }
    }
}

extension RunList {
    /// A page must not keep others waiting.
    fileprivate static let limits = QueryLimits(seconds: 20)
}
