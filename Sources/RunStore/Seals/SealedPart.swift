/// A part of what a seal covers: a name, and a SELECT over one record in an order that no numbering
/// of rows decides.
///
/// What a seal leaves out is compared elsewhere (`RunConsistency`) or shown by no verb. A change here
/// needs a migration that seals every store anew.
struct SealedPart {
    let name: String
    let sql: String
    /// The schema that it came with. Parts of later schemas than the seals' are left out where they
    /// have no rows, so that seals of before hold; they stand behind all others.
    let schema: Int
    /// Whether a cell that waits may have it.
    let isOfWaiting: Bool

    static let first = 4

    init(
        _ name: String, _ sql: String, schema: Int = Self.first, isOfWaiting: Bool = false
    ) {
        (self.name, self.sql, self.schema) = (name, sql, schema)
        self.isOfWaiting = isOfWaiting
    }

    /// Whether it is left out where it has no rows.
    var isOptional: Bool { schema > Self.first }

    /// What stands before the rows.
    var head: String { "[\(name)]\n" }

    static func of(_ record: RecordSeal) -> [SealedPart] {
        switch record {
        case .store: store
        case .dataset: dataset
        case .split: split
        case .experiment: experiment
        case .run: run
        }
    }

    private static let store = [
        SealedPart("store", "SELECT uuid, created FROM main.store WHERE id = ?")
    ]

    private static let dataset = [
        SealedPart(
            "dataset",
            """
            SELECT name, fingerprint, images, masks, classes, side, notes, created, origin, title
            FROM main.dataset WHERE id = ?
            """),
        SealedPart(
            "images",
            """
            SELECT name, class, patient, has_mask, width, height
            FROM main.image WHERE dataset_id = ? ORDER BY name
            """),
    ]

    private static let split = [
        SealedPart(
            "split",
            """
            SELECT d.name, d.fingerprint, s.digest, s.seed, s.labels, s.rule, s.train, s.labelled,
                s.validation, s.test
            FROM main.split s JOIN main.dataset d ON d.id = s.dataset_id WHERE s.id = ?
            """),
        SealedPart(
            "members",
            """
            SELECT i.name, p.part, p.labelled
            FROM main.split_image p JOIN main.image i ON i.id = p.image_id
            WHERE p.split_id = ? ORDER BY i.name
            """),
    ]

    private static let experiment = [
        SealedPart(
            "experiment",
            """
            SELECT name, description, report, source, created FROM main.experiment WHERE id = ?
            """),
        SealedPart(
            "runs",
            """
            SELECT r.digest, x.position
            FROM main.experiment_run x JOIN main.run r ON r.id = x.run
            WHERE x.experiment_id = ? ORDER BY r.digest
            """),
    ]

    /// Its data set's title may change with what is known of the images, see `DatasetPlace`.
    private static let run =
        [
            SealedPart(
                "run",
                """
                SELECT r.digest, r.configuration, r.model, r.procedure, r.loss, r.labels, r.seed,
                    r.epochs, r.state, r.error, r.best_epoch, r.seconds, r.images_per_second,
                    r.peak_memory, r.attempts, r.created, r.started, r.finished, r.git_revision,
                    r.lightbox_version, r.host, r.cpu, r.threads, r.code, r.code_commit, r.code_dirty,
                    d.name, d.fingerprint, s.digest, o.digest
                FROM main.run r LEFT JOIN main.dataset d ON d.id = r.dataset_id
                    LEFT JOIN main.split s ON s.id = r.split_id
                    LEFT JOIN main.run o ON o.id = r.retrains WHERE r.id = ?
                """, isOfWaiting: true),
            settings,
            SealedPart(
                "points",
                """
                SELECT s.split, s.name, p.epoch, p.value
                FROM main.metric_point p JOIN main.series s ON s.id = p.series_id WHERE p.run = ?
                ORDER BY s.split, s.name, p.epoch
                """),
            SealedPart(
                "summaries",
                """
                SELECT s.split, s.name, m.points, m.last_epoch, m.last_value, m.min_epoch, m.min_value,
                    m.max_epoch, m.max_value
                FROM main.metric_summary m JOIN main.series s ON s.id = m.series_id WHERE m.run = ?
                ORDER BY s.split, s.name
                """),
            SealedPart(
                "evaluations",
                """
                SELECT weights, split, epoch, images FROM main.evaluation WHERE run = ?
                ORDER BY weights, split
                """),
            SealedPart(
                "results",
                """
                SELECT e.weights, e.split, n.name, m.images, m.mean, m.sd, m.minimum, m.maximum,
                    m.pooled
                FROM main.evaluation e JOIN main.evaluation_metric m ON m.evaluation_id = e.id
                    JOIN main.measure n ON n.id = m.measure_id WHERE e.run = ?
                ORDER BY e.weights, e.split, n.name
                """),
            SealedPart(
                "images",
                """
                SELECT e.weights, e.split, n.name, i.name, v.value
                FROM main.evaluation e JOIN main.image_value v ON v.evaluation_id = e.id
                    JOIN main.measure n ON n.id = v.measure_id JOIN main.image i ON i.id = v.image_id
                WHERE e.run = ? ORDER BY e.weights, e.split, n.name, i.name
                """),
            SealedPart(
                "predictions",
                """
                SELECT e.weights, e.split, i.name, c.target, c.predicted, c.probability
                FROM main.evaluation e JOIN main.image_class c ON c.evaluation_id = e.id
                    JOIN main.image i ON i.id = c.image_id
                WHERE e.run = ? ORDER BY e.weights, e.split, i.name
                """),
            SealedPart(
                "classes",
                """
                SELECT e.weights, e.split, v.class, n.name, v.value
                FROM main.evaluation e JOIN main.class_value v ON v.evaluation_id = e.id
                    JOIN main.measure n ON n.id = v.measure_id WHERE e.run = ?
                ORDER BY e.weights, e.split, v.class, n.name
                """),
            SealedPart(
                "confusions",
                """
                SELECT e.weights, e.split, c.target, c.predicted, c.count
                FROM main.evaluation e JOIN main.confusion_count c ON c.evaluation_id = e.id
                WHERE e.run = ? ORDER BY e.weights, e.split, c.target, c.predicted
                """),
            files, log,
        ] + external + open

    static let settings = SealedPart(
        "settings", "SELECT name, value FROM main.param WHERE run = ? ORDER BY name",
        isOfWaiting: true)

    static let files = SealedPart(
        "files",
        """
        SELECT kind, path, bytes, digest, created FROM main.artifact WHERE run = ? ORDER BY path
        """)

    static let log = SealedPart(
        "log", "SELECT time, level, message FROM main.event WHERE run = ? ORDER BY id")

    /// What it measured on other data sets, by their names and fingerprints.
    static let external = [
        externalPart(
            "external evaluations",
            columns: "e.epoch, e.images, e.weights_digest, e.code, e.created"),
        externalPart(
            "external results",
            columns: "n.name, m.images, m.mean, m.sd, m.minimum, m.maximum, m.pooled",
            joining: """
                JOIN main.evaluation_metric m ON m.evaluation_id = e.id
                    JOIN main.measure n ON n.id = m.measure_id
                """, by: "n.name"),
        externalPart(
            "external images", columns: "n.name, i.name, v.value",
            joining: """
                JOIN main.image_value v ON v.evaluation_id = e.id
                    JOIN main.measure n ON n.id = v.measure_id
                    JOIN main.image i ON i.id = v.image_id
                """, by: "n.name, i.name"),
        externalPart(
            "external predictions", columns: "i.name, c.target, c.predicted, c.probability",
            joining: """
                JOIN main.image_class c ON c.evaluation_id = e.id
                    JOIN main.image i ON i.id = c.image_id
                """, by: "i.name"),
        externalPart(
            "external classes", columns: "v.class, n.name, v.value",
            joining: """
                JOIN main.class_value v ON v.evaluation_id = e.id
                    JOIN main.measure n ON n.id = v.measure_id
                """, by: "v.class, n.name"),
        externalPart(
            "external confusions", columns: "c.target, c.predicted, c.count",
            joining: "JOIN main.confusion_count c ON c.evaluation_id = e.id",
            by: "c.target, c.predicted"),
    ]

    private static func externalPart(
        _ name: String, columns: String, joining tables: String = "", by order: String = ""
    ) -> SealedPart {
        SealedPart(
            name,
            """
            SELECT d.name, d.fingerprint, e.weights, \(columns)
            FROM main.any_evaluation e JOIN main.dataset d ON d.id = e.dataset_id
                \(tables)
            WHERE e.run = ? ORDER BY d.name, d.fingerprint, e.weights\(order.isEmpty ? "" : ", " + order)
            """, schema: SchemaV5.version)
    }
}
