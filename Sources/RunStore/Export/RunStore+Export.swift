internal import Foundation
internal import GRDB

extension RunStore {
    /// A run with its curves and results.
    ///
    /// - Throws: `StoreError.unknown` when there is no such run.
    public func exportedRun(_ id: RunID) throws -> ExportedRun {
        try read { db in
            guard
                let run = try StoreRow.fetchOne(
                    db,
                    sql: """
                        SELECT digest, state, dataset, model, procedure, loss, labels, seed, epochs,
                            created, started, finished, best_epoch, lightbox_version, git_revision,
                            cpu, host, error, code, code_commit, code_dirty, run_kind, run_name,
                            json_extract(configuration, '$.source'),
                            json_extract(configuration, '$.logged')
                        FROM run WHERE id = ?
                        """, arguments: [id])
            else { throw StoreError.unknown(kind: "run", name: String(id), nearest: nil) }
            let kind: RunKind = try run["run_kind"]
            var parameters: [(name: String, value: String)] = []
            if kind == .cell {
                let labels: Double = try run[6]
                parameters = [
                    ("dataset", try run[2]), ("model", try run[3]), ("procedure", try run[4]),
                    ("loss", try run[5]),
                    ("labels", Int64(exactly: labels).map(String.init) ?? "\(labels)"),
                    ("seed", String(try run[7] as Int64)),
                ]
            }
            let identity = Set(parameters.map(\.name))
            parameters += try StoreRow.fetchAll(
                db,
                sql: "SELECT name, value FROM param WHERE run = ? ORDER BY name",
                arguments: [id]
            ).map { (try $0[0], (try $0[1] as DatabaseValue).plainText ?? "") }.filter {
                !identity.contains($0.0)
            }
            func date(_ text: String?) -> Date? { text.flatMap(Timestamp.date) }
            return try ExportedRun(
                id: id, digest: run[0], kind: kind, source: kind == .cell ? nil : run[23],
                sourceID: kind == .cell ? nil : run[24], givenName: run["run_name"],
                tags: StoreRow.fetchAll(
                    db, sql: "SELECT name, value FROM tag WHERE run = ? ORDER BY name",
                    arguments: [id]
                ).map { (try $0[0], try $0[1]) },
                notes: String.readAll(
                    db, sql: "SELECT text FROM note WHERE run = ? ORDER BY id", arguments: [id]),
                experiments: String.readAll(
                    db,
                    sql: """
                        SELECT e.name FROM experiment e JOIN experiment_run x
                            ON x.experiment_id = e.id WHERE x.run = ? ORDER BY e.name
                        """, arguments: [id]),
                state: run[1], parameters: parameters,
                created: date(run[9]), started: date(run[10]), finished: date(run[11]),
                bestEpoch: run[12], epochs: run[8] as Int? ?? 0, version: run[13],
                revision: run[14],
                cpu: run[15], host: run[16], code: CodeIdentity(run), error: run[17],
                points: Self.exportedPoints(of: id, in: db),
                results: Self.exportedResults(of: id, in: db))
        }
    }

    private static func exportedPoints(of run: RunID, in db: Database) throws
        -> [ExportedRun.Point]
    {
        try StoreRow.fetchAll(
            db,
            sql: """
                SELECT iif(s.split = '', s.name, s.split || '/' || s.name) AS curve, p.epoch, p.value,
                    p.measured
                FROM metric_point p JOIN series s ON s.id = p.series_id
                WHERE p.run = ? ORDER BY p.epoch, s.split, s.name, s.axis
                """, arguments: [run]
        ).map { row in
            try ExportedRun.Point(key: row[0], epoch: row[1], value: row[2], time: row[3])
        }
    }

    private static func exportedResults(of run: RunID, in db: Database) throws
        -> [ExportedRun.Result]
    {
        try StoreRow.fetchAll(
            db,
            sql: """
                SELECT e.weights || '/' || e.split, n.name, m.mean, m.pooled, d.title
                FROM any_evaluation e JOIN evaluation_metric m ON m.evaluation_id = e.id
                JOIN measure n ON n.id = m.measure_id
                LEFT JOIN dataset d ON d.id = e.dataset_id
                WHERE e.run = ? ORDER BY e.weights, e.split, d.title, n.name
                """, arguments: [run]
        ).flatMap { row -> [ExportedRun.Result] in
            let title: String? = try row[4]
            let place: String = try row[0] + (title.map { "/" + Self.keyPart($0) } ?? "")
            let key: String = try place + "/" + row[1]
            let mean: Double? = try row[2]
            let pooled: Double? = try row[3]
            return [
                mean.map { ExportedRun.Result(key: key, value: $0) },
                pooled.map { ExportedRun.Result(key: key + "/pooled", value: $0) },
            ].compactMap { $0 }
        }
    }

    /// A data set's title with signs that other tools take in the key of a metric.
    private static func keyPart(_ title: String) -> String {
        String(
            title.compactMap { sign -> Character? in
                if sign.isASCII, sign.isLetter || sign.isNumber || " -_.".contains(sign) {
                    return sign
                }
                return "()".contains(sign) ? nil : "-"
            })
    }
}
