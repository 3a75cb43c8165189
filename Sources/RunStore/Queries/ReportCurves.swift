public import Domain
internal import GRDB

/// One value of a run's curve.
public struct ReportCurvePoint: Sendable, Hashable {
    /// Epoch, from 1.
    public let epoch: Int
    /// The value.
    public let value: Double

    /// A point.
    public init(epoch: Int, value: Double) {
        self.epoch = epoch
        self.value = value
    }
}

/// One cell of a confusion matrix.
public struct ReportConfusion: Sendable, Hashable {
    /// The image's class.
    public let target: String
    /// The class told.
    public let predicted: String
    /// How many images.
    public let count: Int
}

extension RunStore {
    /// The curve of one metric, by run, each by epoch; values that are not finite are left out.
    public func reportCurves(of name: String, split: SplitPart, runs: [RunID]) throws
        -> [RunID: [ReportCurvePoint]]
    {
        try reportCurves(of: name, part: split.rawValue, runs: runs)
    }

    /// The same of a part that may be of another program; where a curve is counted by steps, too, a run
    /// without values by epoch has those by step.
    public func reportCurves(of name: String, part: String, runs: [RunID]) throws
        -> [RunID: [ReportCurvePoint]]
    {
        let curves = try reportCurves(of: name, part: part, axis: .epoch, runs: runs)
        let rest = runs.filter { curves[$0] == nil }
        guard !rest.isEmpty else { return curves }
        return try curves.merging(
            reportCurves(of: name, part: part, axis: .step, runs: rest)
        ) { first, _ in first }
    }

    private func reportCurves(
        of name: String, part: String, axis: SeriesAxis, runs: [RunID]
    ) throws -> [RunID: [ReportCurvePoint]] {
        try read { db in
            let statement = try db.makeStatement(
                sql: """
                    SELECT run, epoch, value FROM metric_point
                    WHERE run IN (SELECT value FROM json_each(?)) AND value IS NOT NULL
                        AND series_id = (SELECT id FROM series
                            WHERE split = ? AND name = ? AND axis = ?)
                    ORDER BY run, epoch
                    """)
            var curves: [RunID: [ReportCurvePoint]] = [:]
            curves.reserveCapacity(runs.count)
            try Self.step(statement, [Self.list(runs), part, name, axis.rawValue]) { row in
                guard let value = try row.number(2) else { return }
                curves[try row.integer(0), default: []].append(
                    ReportCurvePoint(epoch: Int(try row.integer(1)), value: value))
            }
            return curves
        }
    }

    /// The curve by which runs are judged, by run, each by epoch.
    public func reportCurves(of objective: RunObjective, runs: [RunID]) throws
        -> [RunID: [ReportCurvePoint]]
    {
        try SplitPart(rawValue: objective.split).map {
            try reportCurves(of: objective.name, split: $0, runs: runs)
        } ?? [:]
    }

    /// The confusion counts of these runs on a split, by run, sorted by class.
    public func reportConfusions(of runs: [RunID], weights: WeightsKind, split: SplitPart) throws
        -> [RunID: [ReportConfusion]]
    {
        try read { db in
            var counts: [RunID: [ReportConfusion]] = [:]
            try StoreRow.forEach(
                db,
                sql: """
                    SELECT e.run, c.target, c.predicted, c.count
                    FROM evaluation e JOIN confusion_count c ON c.evaluation_id = e.id
                    WHERE e.weights = ? AND e.split = ?
                        AND e.run IN (SELECT value FROM json_each(?))
                    ORDER BY e.run, c.target, c.predicted
                    """, arguments: [weights.rawValue, split.rawValue, Self.list(runs)]
            ) { row in
                counts[try row[0], default: []].append(
                    ReportConfusion(target: try row[1], predicted: try row[2], count: try row[3]))
            }
            return counts
        }
    }

    /// The class metrics of these runs on a split: run, class, metric.
    public func reportClassMetrics(of runs: [RunID], weights: WeightsKind, split: SplitPart) throws
        -> [RunID: [String: [String: Double]]]
    {
        try read { db in
            var values: [RunID: [String: [String: Double]]] = [:]
            try StoreRow.forEach(
                db,
                sql: """
                    SELECT e.run, v.class, n.name, v.value
                    FROM evaluation e JOIN class_value v ON v.evaluation_id = e.id
                    JOIN measure n ON n.id = v.measure_id
                    WHERE e.weights = ? AND e.split = ? AND v.value IS NOT NULL
                        AND e.run IN (SELECT value FROM json_each(?))
                    """, arguments: [weights.rawValue, split.rawValue, Self.list(runs)]
            ) { row in
                let (name, metric): (String, String) = try (row[1], row[2])
                values[try row[0], default: [:]][name, default: [:]][metric] = try row[3] as Double
            }
            return values
        }
    }

    /// The classes of data sets in index order, by number.
    public func reportClasses(of datasets: [Int64]) throws -> [Int64: [String]] {
        try read { db in
            var classes: [Int64: [String]] = [:]
            try StoreRow.forEach(
                db,
                sql: """
                    SELECT d.id, c.value FROM dataset d, json_each(d.classes) c
                    WHERE d.id IN (SELECT value FROM json_each(?)) ORDER BY d.id, c.key
                    """, arguments: [Self.list(datasets)]
            ) { classes[try $0[0], default: []].append(try $0[1]) }
            return classes
        }
    }
}
