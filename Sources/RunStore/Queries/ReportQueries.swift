public import Domain
internal import GRDB

/// What reports read. Everything comes sorted, so that a report is the same every time.
extension RunStore {
    /// The default of a setting that has the run's seed where nothing is said of it.
    public static let runSeed = "seed"

    private static func places(_ count: Int) -> String {
        Array(repeating: "?", count: count).joined(separator: ", ")
    }

    /// The runs of a selection in any state, by number.
    ///
    /// A run that is older than a setting was trained with its default, and so is selected by it. One
    /// that says nothing of a setting because it does not use it is selected by any value.
    ///
    /// - Parameters:
    ///   - defaults: settings' defaults, as text, by name.
    ///   - uses: which runs use a setting, by its name; all of them where nothing is said.
    /// - Throws: `StoreError`.
    public func reportRuns(
        _ selection: ReportSelection, defaults: [String: String] = [:],
        uses: [String: ReportUse] = [:]
    ) throws -> [ReportRun] {
        var conditions: [String] = []
        var arguments = StatementArguments()
        func among(_ column: String, _ values: [any DatabaseValueConvertible]) {
            guard !values.isEmpty else { return }
            conditions.append("\(column) IN (\(Self.places(values.count)))")
            arguments += StatementArguments(values)
        }
        if !selection.datasets.isEmpty {
            let places = Self.places(selection.datasets.count)
            conditions.append(
                """
                (r.dataset IN (\(places))
                    OR json_extract(r.configuration, '$.dataset') IN (\(places)))
                """)
            arguments += StatementArguments(selection.datasets + selection.datasets)
        }
        among("r.model", selection.models)
        among("r.procedure", selection.procedures)
        among("r.loss", selection.losses)
        among("r.labels", selection.labels)
        among("r.seed", selection.seeds)
        if let experiment = selection.experiment {
            conditions.append(
                Self.isMember("r.id", of: "?", withFormer: selection.includesFormer))
            arguments += [experiment]
        }
        for (name, values) in selection.settings.sorted(by: { $0.key < $1.key }) {
            let places = Array(
                repeating: "CAST(value AS TEXT) = ? OR value = ?", count: values.count
            ).joined(separator: " OR ")
            var condition = "r.id IN (SELECT run FROM param WHERE name = ? AND (\(places)))"
            arguments += [name]
            for value in values { arguments += [value, Double(value)] }
            let isDefault = values.contains { value in
                guard let standard = defaults[name] else { return false }
                return value == standard || Double(value).map { $0 == Double(standard) } ?? false
            }
            let hasNone = "r.id NOT IN (SELECT run FROM param WHERE name = ?)"
            if defaults[name] == Self.runSeed {
                condition += """
                     OR (CAST(r.seed AS TEXT) IN (\(Self.places(values.count))) AND (\(hasNone)
                        OR r.id IN (SELECT run FROM param WHERE name = ? AND value = ?)))
                    """
                arguments += StatementArguments(values) + [name, name, Self.runSeed]
            }
            if isDefault {
                condition += " OR \(hasNone)"
                arguments += [name]
            } else {
                let leaves = ReportUse.leaves(out: name, of: uses)
                condition += " OR (\(hasNone) AND \(leaves.sql))"
                arguments += [name]
                arguments += leaves.arguments
            }
            conditions.append("(\(condition))")
        }
        let condition = conditions.isEmpty ? "1" : conditions.joined(separator: " AND ")
        let sql = """
            SELECT r.id, r.digest, r.state, r.dataset, r.model, r.procedure, r.loss, r.labels,
                r.seed, r.epochs, r.best_epoch, r.dataset_id, r.split_id, r.seconds,
                r.images_per_second, r.error, r.lightbox_version, r.git_revision, r.cpu, r.threads,
                r.code, r.code_commit, r.code_dirty, r.objective_split, r.objective, r.direction
            FROM run r WHERE \(condition) AND r.run_kind = 'cell' AND r.retrains IS NULL ORDER BY r.id
            """
        return try read { db in
            try StoreRow.fetchAll(db, sql: sql, arguments: arguments).map { row in
                try ReportRun(
                    id: row[0], digest: row[1], state: row[2],
                    dataset: row[3], model: row[4], procedure: row[5], loss: row[6],
                    labels: row[7], seed: row[8], epochs: row[9], objective: RunObjective(row),
                    bestEpoch: row[10],
                    datasetID: row[11], splitID: row[12], seconds: row[13],
                    imagesPerSecond: row[14], error: row[15], version: row[16], revision: row[17],
                    code: CodeIdentity(row), cpu: row[18], threads: row[19])
            }
        }
    }

    /// The names of the settings in which these runs differ, each with its value, as text, by run.
    ///
    /// A run that never recorded a setting, because it is older than the setting, was trained with
    /// its default; without a default, or where it does not use the setting, it does not make the
    /// setting vary, and is absent from the inner dictionary.
    ///
    /// - Parameters:
    ///   - defaults: settings' defaults, as text, by name.
    ///   - uses: which runs use a setting, by its name; all of them where nothing is said.
    public func reportVaryingSettings(
        of runs: [RunID], defaults: [String: String] = [:], uses: [String: ReportUse] = [:]
    ) throws -> [String: [RunID: String]] {
        try read { db in
            var values = try Self.differingSettings(of: runs, in: db)
            for name in values.keys {
                guard let standard = defaults[name] else { continue }
                let missing = runs.filter { values[name]?[$0] == nil }
                if !missing.isEmpty {
                    let others = try Self.runs(missing, leavingOut: name, of: uses, in: db)
                    for run in missing where !others.contains(run) {
                        values[name]?[run] = standard
                    }
                }
                guard standard == Self.runSeed else { continue }
                try StoreRow.forEach(
                    db,
                    sql: """
                        SELECT id, seed FROM run
                        WHERE run_kind = 'cell' AND id IN (SELECT value FROM json_each(?))
                        """,
                    arguments: [Self.list(runs)]
                ) { row in
                    guard values[name]?[try row[0]] == standard else { return }
                    values[name]?[try row[0]] = String(UInt64(bitPattern: try row[1]))
                }
            }
            return values.filter { Set($0.value.values).count > 1 }
        }
    }

    /// All results of these runs on a split: run, then metric.
    public func reportResults(of runs: [RunID], weights: WeightsKind, split: SplitPart) throws
        -> [RunID: [String: ReportResult]]
    {
        try read { db in
            let statement = try db.makeStatement(
                sql: """
                    SELECT e.run, m.measure_id, m.images, m.mean, m.pooled
                    FROM evaluation e JOIN evaluation_metric m ON m.evaluation_id = e.id
                    WHERE e.weights = ? AND e.split = ?
                        AND e.run IN (SELECT value FROM json_each(?))
                    """)
            let names = try Self.measureNames(db)
            var results: [RunID: [String: ReportResult]] = [:]
            results.reserveCapacity(runs.count)
            try Self.step(statement, [weights.rawValue, split.rawValue, Self.list(runs)]) { row in
                guard let name = try names[row.integer(1)] else { return }
                results[try row.integer(0), default: [:]][name] = try ReportResult(
                    images: Int(row.integer(2)), mean: row.number(3), pooled: row.number(4))
            }
            return results
        }
    }

    /// The test images' values of one metric, by run; each run's values by image number.
    public func reportImageValues(
        of metric: String, runs: [RunID], weights: WeightsKind, split: SplitPart
    ) throws -> [RunID: [ReportImageValue]] {
        try read { db in
            let statement = try db.makeStatement(
                sql: """
                    SELECT e.run, v.image_id, v.value
                    FROM evaluation e JOIN image_value v ON v.evaluation_id = e.id
                        AND v.measure_id = (SELECT id FROM measure WHERE name = ?)
                    WHERE e.weights = ? AND e.split = ? AND v.value IS NOT NULL
                        AND e.run IN (SELECT value FROM json_each(?))
                    """)
            var values: [RunID: [ReportImageValue]] = [:]
            values.reserveCapacity(runs.count)
            var current: (run: RunID, values: [ReportImageValue]) = (0, [])
            try Self.step(
                statement, [metric, weights.rawValue, split.rawValue, Self.list(runs)]
            ) { row in
                let run = try row.integer(0)
                if run != current.run {
                    if !current.values.isEmpty {
                        values[current.run, default: []] += current.values
                    }
                    current = (run, [])
                    current.values.reserveCapacity(256)
                }
                guard let value = try row.number(2) else { return }
                current.values.append(ReportImageValue(image: try row.integer(1), value: value))
            }
            if !current.values.isEmpty { values[current.run, default: []] += current.values }
            return values
        }
    }

    /// The names of images by number.
    public func reportImageNames(_ images: [Int64]) throws -> [Int64: String] {
        try read { db in
            var names: [Int64: String] = [:]
            try StoreRow.forEach(
                db,
                sql: "SELECT id, name FROM image WHERE id IN (SELECT value FROM json_each(?))",
                arguments: [Self.list(images)]
            ) { names[try $0[0]] = try $0[1] as String }
            return names
        }
    }

    /// The data sets of these numbers, by name and fingerprint.
    public func reportDatasets(_ numbers: [Int64]) throws -> [ReportDataset] {
        try read { db in
            try StoreRow.fetchAll(
                db,
                sql: """
                    SELECT id, name, fingerprint, images, masks, title, origin FROM dataset
                    WHERE id IN (SELECT value FROM json_each(?)) ORDER BY title
                    """, arguments: [Self.list(numbers)]
            ).map {
                let origin: String = try $0[6]
                return try ReportDataset(
                    id: $0[0], name: $0[1], title: $0[5],
                    origin: DatasetRecord.Origin(rawValue: origin) ?? .real, fingerprint: $0[2],
                    images: $0[3], masks: $0[4])
            }
        }
    }

    /// The images of splits, by number of the split.
    public func reportSplits(_ numbers: [Int64]) throws -> [Int64: ReportSplit] {
        try read { db in
            var splits: [Int64: ReportSplit] = [:]
            try StoreRow.forEach(
                db,
                sql: """
                    SELECT split_id, part, image_id FROM split_image
                    WHERE split_id IN (SELECT value FROM json_each(?))
                        AND part IN ('train', 'test')
                    """, arguments: [Self.list(numbers)]
            ) { row in
                let (split, part): (Int64, String) = try (row[0], row[1])
                let image: Int64 = try row[2]
                if part == SplitPart.test.rawValue {
                    splits[split, default: ReportSplit()].test.insert(image)
                } else {
                    splits[split, default: ReportSplit()].train.insert(image)
                }
            }
            return splits
        }
    }

    /// The classes that runs told of the images of a split part, by run, then image.
    public func reportPredictions(of runs: [RunID], weights: WeightsKind, split: SplitPart) throws
        -> [RunID: [ReportPrediction]]
    {
        try read { db in
            var predictions: [RunID: [ReportPrediction]] = [:]
            try StoreRow.forEach(
                db,
                sql: """
                    SELECT e.run, c.image_id, c.target, c.predicted, c.probability
                    FROM evaluation e JOIN image_class c ON c.evaluation_id = e.id
                    WHERE e.weights = ? AND e.split = ? AND c.target IS NOT NULL
                        AND c.probability IS NOT NULL
                        AND e.run IN (SELECT value FROM json_each(?))
                    ORDER BY e.run, c.image_id
                    """, arguments: [weights.rawValue, split.rawValue, Self.list(runs)]
            ) { row in
                predictions[try row[0], default: []].append(
                    try ReportPrediction(
                        image: row[1], target: row[2], predicted: row[3], probability: row[4]))
            }
            return predictions
        }
    }

    /// The fingerprint of the data that a run was trained on; nil when it has not begun.
    public func reportFingerprint(ofRun run: RunID) throws -> String? {
        try read { db in
            try String.readOne(
                db,
                sql: """
                    SELECT d.fingerprint FROM run r JOIN dataset d ON d.id = r.dataset_id
                    WHERE r.id = ?
                    """, arguments: [run])
        }
    }

    /// The names of the experiments that hold at least one of these runs, sorted.
    public func reportExperiments(of runs: [RunID]) throws -> [String] {
        try read { db in
            try String.readAll(
                db,
                sql: """
                    SELECT DISTINCT e.name FROM experiment e
                    JOIN experiment_run x ON x.experiment_id = e.id
                    WHERE x.run IN (SELECT value FROM json_each(?)) ORDER BY e.name
                    """, arguments: [Self.list(runs)])
        }
    }

    /// How many runs of cells an experiment has that its file does not have.
    public func reportFormerRuns(ofExperiment name: String) throws -> Int {
        try read { db in
            try Int.readOne(
                db,
                sql: """
                    SELECT count(*) FROM experiment_run x JOIN experiment e
                        ON e.id = x.experiment_id WHERE e.name = ? AND x.position < 0
                    """, arguments: [name]) ?? 0
        }
    }

    /// The report that an experiment's file names; nil when there is no such experiment.
    public func reportRecipe(ofExperiment name: String) throws -> String? {
        try read { db in
            try String.readOne(
                db, sql: "SELECT report FROM experiment WHERE name = ?", arguments: [name])
        }
    }

    /// The figures printed in a paper's table, in the order of the key.
    public func reportPublished(paper: String, table: String) throws -> [ReportPublished] {
        try read { db in
            try StoreRow.fetchAll(
                db,
                sql: """
                    SELECT paper, table_name, dataset, model, procedure, loss, labels, metric,
                        value, printed_model, printed_metric
                    FROM published WHERE paper = ? AND table_name = ?
                    ORDER BY dataset, procedure, model, loss, labels, metric
                    """, arguments: [paper, table]
            ).map { row in
                try ReportPublished(
                    paper: row[0], table: row[1], dataset: row[2], model: row[3],
                    procedure: row[4], loss: row[5], labels: row[6], metric: row[7],
                    value: row[8], printedModel: row[9], printedMetric: row[10])
            }
        }
    }

    // MARK: Helpers

    /// The recorded values of those settings that not all of the runs have, or in which they differ.
    private static func differingSettings(
        of runs: [RunID], in db: Database
    ) throws -> [String: [RunID: String]] {
        // To compare here takes a third of the time that SQLite takes to group.
        var found: [String: [(run: RunID, value: String)]] = [:]
        let statement = try db.makeStatement(
            sql: """
                SELECT run, name, value FROM param WHERE run IN (SELECT value FROM json_each(?))
                """)
        try step(statement, [list(runs)]) { row in
            found[try row.text(1), default: []].append(
                (try row.integer(0), row.plainText(2) ?? "null"))
        }
        let all = Set(runs).count
        return found.filter { _, values in
            values.count < all || values.contains { $0.value != values[0].value }
        }.mapValues {
            // Two names that Unicode holds for one, which older versions stored apart, are one here.
            Dictionary($0.map { ($0.run, $0.value) }, uniquingKeysWith: { $1 })
        }
    }

    /// Those of the runs that say nothing of a setting because they do not use it.
    private static func runs(
        _ runs: [RunID], leavingOut name: String, of uses: [String: ReportUse], in db: Database
    ) throws -> Set<RunID> {
        // A logged run has what was logged of it, and no defaults.
        let condition = ReportUse.leaves(out: name, of: uses)
        return try Set(
            Int64.readAll(
                db,
                sql: """
                    SELECT r.id FROM run r WHERE (r.run_kind = 'logged' OR \(condition.sql))
                        AND r.id IN (SELECT value FROM json_each(?))
                    """, arguments: condition.arguments + [list(runs)]))
    }

    /// Numbers as a JSON list, for `json_each`.
    static func list(_ numbers: [Int64]) -> String {
        "[" + numbers.map(String.init).joined(separator: ",") + "]"
    }

    private static func measureNames(_ db: Database) throws -> [Int64: String] {
        var names: [Int64: String] = [:]
        try StoreRow.forEach(db, sql: "SELECT id, name FROM measure") {
            names[try $0[0]] = try $0[1] as String
        }
        return names
    }
}
