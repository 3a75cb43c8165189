internal import GRDB

/// The tables of a CSV export.
public enum ExportTable: String, Sendable, CaseIterable {
    /// One row a run, as the view `any_run`.
    case runs
    /// One row a setting of a run.
    case settings
    /// One row a value of a curve.
    case curves
    /// One row a tag of a run.
    case tags
    /// One row a note of a run.
    case notes
    /// One row a final result.
    case results
    /// One row an image's value.
    case images
    /// One row a class's value.
    case classes
    /// One row a final result on another data set.
    case external
    /// One row an image's value on another data set.
    case externalImages = "external-images"
    /// One row an epoch of a training: what the machine did.
    case machine

    fileprivate var sql: String {
        let selected = "run IN (SELECT value FROM json_each(:runs))"
        switch self {
        case .runs: return "SELECT * FROM any_run WHERE \(selected) ORDER BY run"
        case .settings:
            return "SELECT run, name, value FROM param WHERE \(selected) ORDER BY run, name"
        case .curves:
            return """
                SELECT run, split, name, iif(axis = 'epoch', position, NULL) AS epoch, value,
                    iif(axis = 'step', position, NULL) AS step, time
                FROM any_metric WHERE \(selected) ORDER BY run, split, name, axis, position
                """
        case .tags:
            return "SELECT run, name, value FROM tag WHERE \(selected) ORDER BY run, name"
        case .notes:
            return "SELECT run, time, text FROM note WHERE \(selected) ORDER BY run, id"
        case .results:
            return """
                SELECT run, weights, split, name, images, mean, sd, minimum, maximum, pooled
                FROM result WHERE \(selected) ORDER BY run, weights, split, name
                """
        case .images:
            return """
                SELECT run, weights, split, image, name, value FROM image_metric
                WHERE \(selected) ORDER BY run, weights, split, name, image
                """
        case .classes:
            return """
                SELECT run, weights, split, class, name, value FROM class_metric
                WHERE \(selected) ORDER BY run, weights, split, class, name
                """
        case .external:
            return """
                SELECT run, trained_on, tested_on, weights, name, images, mean, sd, minimum, maximum,
                    pooled
                FROM external_result WHERE \(selected) ORDER BY run, tested_on, weights, name
                """
        case .externalImages:
            return """
                SELECT run, trained_on, tested_on, weights, image, name, value FROM external_image
                WHERE \(selected) ORDER BY run, tested_on, weights, name, image
                """
        case .machine:
            return """
                SELECT run, epoch, processors, memory FROM machine_load WHERE \(selected) ORDER BY run, epoch
                """
        }
    }
}

extension RunStore {
    /// Hands out the column names, then each row of a table, as text; NULL is nil.
    ///
    /// - Throws: `StoreError`, what `body` throws.
    public func export(
        _ table: ExportTable, runs: [RunID], body: ([String?]) throws -> Void
    ) throws {
        try read { db in
            try body(db.cachedStatement(sql: table.sql).columnNames)
            try StoreRow.forEach(db, sql: table.sql, arguments: ["runs": Self.list(runs)]) { row in
                try body(row.declaredCells().map(\.plainText))
            }
        }
    }
}

extension DatabaseValue {
    /// The value as text: numbers as short as they read back, NULL and blobs as nil.
    var plainText: String? {
        switch storage {
        case .null, .blob: nil
        case .int64(let number): String(number)
        case .double(let number): Int64(exactly: number).map(String.init) ?? "\(number)"
        case .string(let text): text
        }
    }
}
