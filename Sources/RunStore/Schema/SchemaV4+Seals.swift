internal import Foundation
internal import GRDB
internal import Hashing

/// The seal of schema 3: a digest of what a run that ended had measured, kept as an event of the run;
/// the last one counts. Part of the fourth migration, so never edited.
enum SealV3 {
    static let words = "measurements sealed: SHA-256 "

    /// Whether a run's last seal is that of what the store holds; nil for a run without one.
    static func holds(_ run: RunID, in db: Database) throws -> Bool? {
        let message = try String.readOne(
            db,
            sql: """
                SELECT message FROM event WHERE run = ? AND message GLOB ? || '*'
                ORDER BY id DESC LIMIT 1
                """, arguments: [run, words])
        return try message.map { try $0 == words + digest(of: run, in: db) }
    }

    static func digest(of run: RunID, in db: Database) throws -> String {
        var hash = SHA256()
        for sql in rows {
            hash.update("[" + sql.prefix { $0 != "|" } + "]\n")
            try StoreRow.forEach(
                db, sql: String(sql.drop { $0 != "|" }.dropFirst()), arguments: [run]
            ) { row in
                hash.update(try row.declaredCells().map(text).joined(separator: "\t") + "\n")
            }
        }
        return hash.digest()
    }

    /// A value with its type and every bit.
    private static func text(_ cell: DatabaseValue) -> String {
        switch cell.storage {
        case .null: "-"
        case .int64(let value): "i\(value)"
        case .double(let value): "d\(value.bitPattern)"
        case .string(let value): "s\(value.utf8.count):\(value)"
        case .blob(let value): "b\(SHA256.hex(of: value))"
        }
    }

    /// A name and a SELECT of each part, in an order that no numbering of rows decides.
    private static let rows = [
        """
        run|SELECT digest, model, procedure, loss, labels, seed, epochs, state, error, best_epoch,
            seconds, images_per_second, peak_memory, attempts, created, started, finished,
            git_revision, lightbox_version, host, cpu, threads
        FROM run WHERE id = ?
        """,
        "settings|SELECT name, value FROM param WHERE run = ? ORDER BY name",
        """
        points|SELECT s.split, s.name, p.epoch, p.value
        FROM metric_point p JOIN series s ON s.id = p.series_id WHERE p.run = ?
        ORDER BY s.split, s.name, p.epoch
        """,
        """
        results|SELECT e.weights, e.split, e.epoch, e.images, n.name, m.images, m.mean, m.sd,
            m.minimum, m.maximum, m.pooled
        FROM evaluation e JOIN evaluation_metric m ON m.evaluation_id = e.id
            JOIN measure n ON n.id = m.measure_id WHERE e.run = ?
        ORDER BY e.weights, e.split, n.name
        """,
        """
        images|SELECT e.weights, e.split, n.name, i.name, v.value
        FROM evaluation e JOIN image_value v ON v.evaluation_id = e.id
            JOIN measure n ON n.id = v.measure_id JOIN image i ON i.id = v.image_id
        WHERE e.run = ? ORDER BY e.weights, e.split, n.name, i.name
        """,
        """
        predictions|SELECT e.weights, e.split, i.name, c.target, c.predicted, c.probability
        FROM evaluation e JOIN image_class c ON c.evaluation_id = e.id
            JOIN image i ON i.id = c.image_id WHERE e.run = ? ORDER BY e.weights, e.split, i.name
        """,
        """
        classes|SELECT e.weights, e.split, v.class, n.name, v.value
        FROM evaluation e JOIN class_value v ON v.evaluation_id = e.id
            JOIN measure n ON n.id = v.measure_id WHERE e.run = ?
        ORDER BY e.weights, e.split, v.class, n.name
        """,
        """
        confusions|SELECT e.weights, e.split, c.target, c.predicted, c.count
        FROM evaluation e JOIN confusion_count c ON c.evaluation_id = e.id WHERE e.run = ?
        ORDER BY e.weights, e.split, c.target, c.predicted
        """,
    ]
}
