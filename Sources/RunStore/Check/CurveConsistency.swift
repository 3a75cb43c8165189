internal import GRDB

/// Looks at curves: their summaries must be those of their points.
///
/// A run of a copy that was shipped may lack epochs; then the summary's last point must still be
/// there, and no point may lie outside the summary's range.
enum CurveConsistency {
    static func look(_ db: Database, _ inspection: inout StoreInspection) throws {
        let names = try seriesNames(db)
        let shipped = try ShippedRuns.all(db)
        for run in try Int64.readAll(db, sql: "SELECT id FROM run ORDER BY id") {
            var curves = try curves(of: run, db, &inspection)
            try StoreRow.forEach(
                db,
                sql: """
                    SELECT run, series_id, points, last_epoch, last_value, min_epoch, min_value,
                        max_epoch, max_value FROM metric_summary WHERE run = ?
                    """, arguments: [run]
            ) { row in
                let series: Int64 = try row[1]
                let stored = try summary(row, series: series)
                let curve = curves.removeValue(forKey: series)
                let isThinned = shipped.contains(run) && stored.points > curve?.points ?? 0
                let fits = isThinned ? curve.map { agrees($0, stored) } : curve.map { $0 == stored }
                guard fits != true else { return }
                let name = names[series] ?? "number \(series)"
                inspection.findings.append(
                    StoreFinding(
                        .curve, "run \(run), \(name): its summary is not that of its points"))
            }
            for series in curves.keys.sorted() {
                let name = names[series] ?? "number \(series)"
                inspection.findings.append(
                    StoreFinding(.curve, "run \(run), \(name): its summary is missing"))
            }
        }
    }

    private static func seriesNames(_ db: Database) throws -> [Int64: String] {
        var names: [Int64: String] = [:]
        try StoreRow.forEach(db, sql: "SELECT id, split || '/' || name FROM series") {
            names[try $0[0]] = try $0[1] as String
        }
        return names
    }

    private static func curves(
        of run: Int64, _ db: Database, _ inspection: inout StoreInspection
    ) throws -> [Int64: SeriesSummary] {
        var curves: [Int64: SeriesSummary] = [:]
        var count = 0
        try StoreRow.forEach(
            db,
            sql:
                "SELECT run, series_id, epoch, value FROM metric_point WHERE run = ? ORDER BY epoch",
            arguments: [run]
        ) { row in
            let series: Int64 = try row[1]
            curves[series, default: SeriesSummary(series: series)]
                .add(epoch: try row[2], value: try row[3] ?? .nan)
            count += 1
        }
        inspection.points += count
        return curves
    }

    private static func summary(_ row: StoreRow, series: Int64) throws -> SeriesSummary {
        var summary = SeriesSummary(series: series)
        summary.points = try row[2]
        summary.last = (try row[3], try row[4] ?? .nan)
        if let epoch: Int64 = try row[5] { summary.lowest = (epoch, try row[6]) }
        if let epoch: Int64 = try row[7] { summary.highest = (epoch, try row[8]) }
        return summary
    }

    /// Whether a curve with fewer points can be what is left of the summary's.
    private static func agrees(_ curve: SeriesSummary, _ stored: SeriesSummary) -> Bool {
        guard SeriesSummary.same(curve.last, stored.last) else { return false }
        guard let lowest = curve.lowest, let highest = curve.highest else { return true }
        guard let least = stored.lowest, let most = stored.highest else { return false }
        return lowest.value >= least.value && highest.value <= most.value
    }
}

extension SeriesSummary {
    static func == (one: SeriesSummary, other: SeriesSummary) -> Bool {
        one.points == other.points && same(one.last, other.last)
            && same(one.lowest, other.lowest) && same(one.highest, other.highest)
    }

    /// Whether two points are the same; values that are not numbers are.
    static func same(
        _ one: (epoch: Int64, value: Double)?, _ other: (epoch: Int64, value: Double)?
    ) -> Bool {
        guard let one, let other else { return one == nil && other == nil }
        return one.epoch == other.epoch
            && (one.value == other.value || one.value.isNaN && other.value.isNaN)
    }
}
