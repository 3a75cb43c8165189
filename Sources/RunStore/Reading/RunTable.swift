internal import Domain
internal import GRDB

/// The tables in which people are shown one run: what there is about it, as rows with titles.
public enum RunTable: String, Sendable, CaseIterable {
    /// The run in one row: of a cell the columns of `run_overview`, of another those of `any_run`.
    case overview
    /// Name and value of its settings, and of its tags.
    case settings, tags
    /// The curves of a logged run: how many points, and the last, lowest and highest value.
    case curves
    /// Every metric of the test images, of the best and of the last weights.
    case testResults
    /// The five test images on which the objective's metric is worst, by the best weights.
    case hardestImages
    /// What it measured on other data sets, by the metrics that judge runs.
    case external
    /// Its files.
    case files
    /// What was noted of it, and what happened: time and text, with a level between for events.
    case notes, events
}

/// How many images each part of a run's split has.
public struct SplitSizes: Sendable, Hashable {
    /// Images that are trained on, and how many of them with their labels.
    public let train: Int, labelled: Int
    /// Images that decide when to stop, and those that are tested on.
    public let validation: Int, test: Int
}

extension RunStore {
    /// A table about a run; without rows where there is nothing of that kind.
    ///
    /// - Throws: `StoreError`, also where a cell is of another type than its column.
    public func table(_ table: RunTable, of run: RunID) throws -> QueryResult {
        let objective = try objective(of: run)
        let parameters: [String: QueryValue] = ["run": .integer(run)]
        let limits = QueryLimits(checksCells: true)
        let answer = try query(
            sql(of: table, run, objective), parameters: parameters, limits: limits)
        guard table == .external else { return answer }
        return QueryResult(
            columns: answer.columns,
            rows: answer.rows.filter { row in
                row[2].text.map { RunObjective.isHeadline($0, of: objective) } ?? true
            })
    }

    private func sql(
        of table: RunTable, _ run: RunID, _ objective: RunObjective?
    ) throws -> String {
        switch table {
        case .overview:
            """
            SELECT * FROM \(try kind(of: run) == .cell ? "run_overview" : "any_run")
            WHERE run = :run
            """
        case .settings: "SELECT name, value FROM param WHERE run = :run ORDER BY name"
        case .tags: "SELECT name, value FROM tag WHERE run = :run ORDER BY name"
        case .curves:
            """
            SELECT s.split, s.name, s.axis, m.points, m.last_epoch AS "last at",
                m.last_value AS last, m.min_value AS lowest, m.max_value AS highest
            FROM run r JOIN metric_summary m ON m.run = r.id JOIN series s ON s.id = m.series_id
            WHERE r.id = :run AND r.run_kind = 'logged' ORDER BY s.split, s.name, s.axis
            """
        case .testResults:
            """
            SELECT name, max(images) AS images,
                max(mean) FILTER (WHERE weights = 'best') AS best,
                max(sd) FILTER (WHERE weights = 'best') AS "best sd",
                max(pooled) FILTER (WHERE weights = 'best') AS "best pooled",
                max(mean) FILTER (WHERE weights = 'last') AS last,
                max(sd) FILTER (WHERE weights = 'last') AS "last sd",
                max(pooled) FILTER (WHERE weights = 'last') AS "last pooled"
            FROM result WHERE run = :run AND split = 'test' GROUP BY name ORDER BY name
            """
        case .hardestImages:
            """
            SELECT i.image, i.value AS \(Self.quoted(objective?.name ?? "value"))
            FROM image_metric i JOIN run r ON r.id = i.run AND r.objective = i.name
            WHERE i.run = :run AND i.weights = 'best' AND i.split = 'test'
            ORDER BY i.value \(objective?.direction == .lowerIsBetter ? "DESC" : "ASC") LIMIT 5
            """
        case .external:
            """
            SELECT tested_on AS "tested on", weights, name, images, mean, sd, pooled
            FROM external_result WHERE run = :run ORDER BY tested_on, weights, name
            """
        case .files: "SELECT kind, path, bytes, digest FROM artifact WHERE run = :run ORDER BY kind"
        case .notes: "SELECT time, text FROM note WHERE run = :run ORDER BY id"
        case .events: "SELECT time, level, message FROM event WHERE run = :run ORDER BY id"
        }
    }

    /// A text as the name of a column.
    private static func quoted(_ name: String) -> String {
        "\"\(name.replacing("\"", with: "\"\""))\""
    }

    /// How many images each part of a run's split has; nil where it has none yet.
    public func splitSizes(of run: RunID) throws -> SplitSizes? {
        try read { db in
            try StoreRow.fetchOne(
                db,
                sql: """
                    SELECT s.train, s.labelled, s.validation, s.test
                    FROM run r JOIN split s ON s.id = r.split_id WHERE r.id = ?
                    """, arguments: [run]
            ).map { row in
                try SplitSizes(
                    train: row[0], labelled: row[1], validation: row[2], test: row[3])
            }
        }
    }

    /// The list of runs of every kind as a table, the latest first; a request's order and part are not
    /// asked.
    ///
    /// Name, objective and its value are columns where the store has runs of other programs; for people
    /// also where it has cells that are not judged by the Dice, whose columns are always there.
    ///
    /// - Parameter limits: the rows, the seconds.
    /// - Throws: `StoreError.query` where the condition is none.
    public func runTable(
        _ request: RunList.Request, forPeople: Bool, limits: QueryLimits
    ) throws -> QueryResult {
        let (filter, parameters) = try filter(of: request)
        let hasOthers = try read { db in
            try Bool.readOne(
                db,
                sql: """
                    SELECT EXISTS (SELECT 1 FROM run
                        WHERE run_kind = 'logged' OR ? AND objective <> ?)
                    """, arguments: [forPeople, RunObjective.validationDice.name]) ?? false
        }
        // People read what tells runs apart first; programs find what they found before.
        let name = hasOthers ? ", name" : ""
        let judged = hasOthers ? ", objective, objective_value AS \"best value\"" : ""
        let sql = """
            SELECT run, state\(name)\(forPeople ? "" : judged), dataset, model, procedure, loss, labels,
                seed, epochs, best_epoch AS best, validation_dice AS "val Dice",
                test_dice AS "test Dice"\(forPeople ? judged : ""),
                round(seconds, 1) AS seconds, substr(code, 1, 10) AS code
            FROM any_run \(filter) ORDER BY run DESC
            """
        if filter.isEmpty { return try answer(sql, limit: limits.rows) }
        return try query(sql, parameters: parameters, limits: limits)
    }
}
