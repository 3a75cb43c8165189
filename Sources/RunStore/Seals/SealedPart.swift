/// A part of what a seal covers: a name, and a SELECT over one record in an order that no numbering
/// of rows decides.
///
/// What a seal leaves out is compared elsewhere (`RunConsistency`) or shown by no verb. A change here
/// needs a migration that seals every store anew.
struct SealedPart {
    let name: String
    let sql: String

    private init(_ name: String, _ sql: String) { (self.name, self.sql) = (name, sql) }

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
    private static let run = [
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
            """),
        SealedPart("settings", "SELECT name, value FROM main.param WHERE run = ? ORDER BY name"),
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
        SealedPart(
            "files",
            """
            SELECT kind, path, bytes, digest, created FROM main.artifact WHERE run = ?
            ORDER BY path
            """),
        SealedPart(
            "log", "SELECT time, level, message FROM main.event WHERE run = ? ORDER BY id"),
    ]
}
