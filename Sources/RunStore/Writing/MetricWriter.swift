internal import Domain
internal import GRDB

/// One value of a curve of any kind.
struct CurvePoint {
    let series: NameCache.Series
    /// Epoch or step.
    let position: Int64
    let value: Double
    /// When, seconds since 1970; nil where it is not known.
    var time: Double?

    /// A point of a cell's curve.
    init(_ point: MetricPoint) {
        series = NameCache.Series(
            split: point.split.rawValue, name: point.name, axis: .epoch)
        position = Int64(point.epoch)
        value = point.value
    }

    init(series: NameCache.Series, position: Int64, value: Double, time: Double?) {
        self.series = series
        self.position = position
        self.value = value
        self.time = time
    }
}

/// Writes points of one run and keeps `metric_summary` in step, inside a transaction.
struct MetricWriter {
    let run: RunID
    let names: NameCache
    let db: Database

    func write(_ points: some Collection<CurvePoint>) throws {
        guard !points.isEmpty else { return }
        var summaries: [SeriesSummary] = []
        var slots: [NameCache.Series: Int] = [:]
        var order: [NameCache.Series] = []
        var next = 0
        var rows = try PointStatements(run: run, db: db)
        defer { rows.reset() }
        for point in points {
            // Points come epoch by epoch with the same names in the same order: guess the next.
            if next == order.count { next = 0 }
            let slot: Int
            let key = point.series
            if next < order.count, order[next] == key {
                slot = next
            } else {
                if let known = slots[key] {
                    slot = known
                } else {
                    slot = order.count
                    slots[key] = slot
                    order.append(key)
                    summaries.append(try summary(of: key))
                }
            }
            next = slot + 1
            let isNew = summaries[slot].add(epoch: point.position, value: point.value)
            try rows.add(point, series: summaries[slot].series, isNew: isNew)
        }
        try rows.flush()
        for summary in summaries {
            try store(summary.isExact ? summary : summarised(series: summary.series))
        }
    }

    /// Computes every summary of the run from its points.
    func summarise() throws {
        try db.execute(sql: "DELETE FROM metric_summary WHERE run = ?", arguments: [run])
        var summaries: [Int64: SeriesSummary] = [:]
        try StoreRow.forEach(
            db,
            sql: "SELECT series_id, epoch, value FROM metric_point WHERE run = ? ORDER BY epoch",
            arguments: [run]
        ) { row in
            let series: Int64 = try row[0]
            summaries[series, default: SeriesSummary(series: series)]
                .add(epoch: try row[1], value: try row[2] ?? .nan)
        }
        for series in summaries.keys.sorted() {
            if let summary = summaries[series] { try store(summary) }
        }
    }

    private func summary(of key: NameCache.Series) throws -> SeriesSummary {
        let series = try names.number(of: key, in: db)
        let find = try db.cachedStatement(
            sql: "SELECT * FROM metric_summary WHERE run = ? AND series_id = ?")
        var summary = SeriesSummary(series: series)
        if let row = try StoreRow.fetchOne(find, arguments: [run, series]) {
            summary.points = try row["points"]
            summary.last = (try row["last_epoch"], try row["last_value"] ?? .nan)
            if let epoch: Int64 = try row["min_epoch"] {
                summary.lowest = (epoch, try row["min_value"])
            }
            if let epoch: Int64 = try row["max_epoch"] {
                summary.highest = (epoch, try row["max_value"])
            }
        }
        return summary
    }

    private func summarised(series: Int64) throws -> SeriesSummary {
        var summary = SeriesSummary(series: series)
        try StoreRow.forEach(
            db,
            sql: """
                SELECT epoch, value FROM metric_point WHERE run = ? AND series_id = ? ORDER BY epoch
                """,
            arguments: [run, series]
        ) { summary.add(epoch: try $0[0], value: try $0[1] ?? .nan) }
        return summary
    }

    private func store(_ summary: SeriesSummary) throws {
        guard let last = summary.last else { return }
        let store = try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO metric_summary (run, series_id, points, last_epoch,
                    last_value, min_epoch, min_value, max_epoch, max_value)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        try store.execute(arguments: [
            run, summary.series, summary.points, last.epoch, last.value, summary.lowest?.epoch,
            summary.lowest?.value, summary.highest?.epoch, summary.highest?.value,
        ])
    }
}

/// Count, last, lowest and highest value of a curve; the first epoch of equal values counts.
struct SeriesSummary {
    let series: Int64
    var points: Int64 = 0
    var last: (epoch: Int64, value: Double)?
    var lowest: (epoch: Int64, value: Double)?
    var highest: (epoch: Int64, value: Double)?
    /// False once a point came that is not later than all before it: then what was counted may
    /// have been replaced, and the summary must be computed from the points.
    var isExact = true

    init(series: Int64) {
        self.series = series
    }

    /// - Returns: whether the point is later than all before it, and so certainly a new one.
    @discardableResult
    mutating func add(epoch: Int64, value: Double) -> Bool {
        let isNew = last.map { epoch > $0.epoch } ?? true
        if !isNew { isExact = false }
        points += 1
        last = (epoch, value)
        if value.isNaN { return isNew }
        if lowest.map({ value < $0.value }) ?? true { lowest = (epoch, value) }
        if highest.map({ value > $0.value }) ?? true { highest = (epoch, value) }
        return isNew
    }
}
