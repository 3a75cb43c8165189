internal import GRDB

/// The fifth schema: a run may be evaluated on other data sets than its own.
///
/// All evaluations lie in the table `any_evaluation`, and the tables below it (`image_value` and its
/// like) refer to that one. What was the table `evaluation` is a view of those on a run's own data
/// set, so every view, and every query that somebody wrote, means what it meant. Those on other data
/// sets have a view for each thing that is asked of them.
enum SchemaV5 {
    static let identifier = "v5-external"
    static let version = 5

    /// Runs without checks of references, as SQLite asks for where a table is made anew: no row
    /// loses the number by which others know it.
    static func change(_ db: Database) throws {
        let views = try Row.fetchAll(
            db, sql: "SELECT name, sql FROM sqlite_schema WHERE type = 'view' ORDER BY rowid")
        // They stand aside: SQLite would write the new name into them.
        for view in views { try db.execute(sql: "DROP VIEW \"\(view["name"] as String)\"") }
        try db.execute(sql: evaluations)
        for view in views { try db.execute(sql: view["sql"]) }
        try db.execute(sql: externalViews)
    }

    private static let evaluations = """
        ALTER TABLE evaluation RENAME TO any_evaluation;
        CREATE TABLE new_evaluation (
            id INTEGER PRIMARY KEY,
            run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
            weights TEXT NOT NULL CHECK (weights IN ('best', 'last')),
            split TEXT NOT NULL CHECK (split IN ('train', 'validation', 'test', 'external')),
            epoch INTEGER,
            images INTEGER NOT NULL CHECK (images >= 0),
            dataset_id INTEGER REFERENCES dataset,
            weights_digest TEXT,
            code TEXT,
            created TEXT,
            CHECK ((split = 'external') = (dataset_id IS NOT NULL)),
            CHECK ((split = 'external') = (weights_digest IS NOT NULL)),
            CHECK ((split = 'external') = (created IS NOT NULL)),
            CHECK (split = 'external' OR code IS NULL)
        ) STRICT;
        INSERT INTO new_evaluation (id, run, weights, split, epoch, images)
            SELECT id, run, weights, split, epoch, images FROM any_evaluation;
        DROP TABLE any_evaluation;
        ALTER TABLE new_evaluation RENAME TO any_evaluation;
        CREATE UNIQUE INDEX any_evaluation_by_run
            ON any_evaluation (run, weights, split, ifnull(dataset_id, 0));
        CREATE INDEX any_evaluation_by_dataset ON any_evaluation (dataset_id)
            WHERE dataset_id IS NOT NULL;
        CREATE VIEW evaluation AS
            SELECT id, run, weights, split, epoch, images
            FROM any_evaluation WHERE dataset_id IS NULL;
        """

    /// Who was tested on what. Titles mark drawn images; the column says it for conditions.
    private static let pair = """
        e.run, r.dataset AS trained_on, d.title AS tested_on,
                coalesce((SELECT o.origin = 'phantom' FROM dataset o WHERE o.id = r.dataset_id), 0)
                    AS trained_on_phantom,
                d.origin = 'phantom' AS tested_on_phantom, e.weights
        """

    private static let tested = """
        FROM any_evaluation e
            JOIN run r ON r.id = e.run
            JOIN dataset d ON d.id = e.dataset_id
        """

    private static let externalViews = """
        CREATE VIEW external_result AS
            SELECT \(pair), r.model, r.procedure, r.loss, r.labels, r.seed, n.name, m.images,
                m.mean, m.sd, m.minimum, m.maximum, m.pooled
            \(tested)
            JOIN evaluation_metric m ON m.evaluation_id = e.id
            JOIN measure n ON n.id = m.measure_id;

        CREATE VIEW external_image AS
            SELECT \(pair), i.name AS image, n.name, v.value
            \(tested)
            JOIN image_value v ON v.evaluation_id = e.id
            JOIN measure n ON n.id = v.measure_id
            JOIN image i ON i.id = v.image_id;

        CREATE VIEW external_prediction AS
            SELECT \(pair), i.name AS image, c.target, c.predicted, c.probability
            \(tested)
            JOIN image_class c ON c.evaluation_id = e.id
            JOIN image i ON i.id = c.image_id;

        CREATE VIEW external_evaluation AS
            SELECT \(pair), r.model, r.procedure, r.loss, r.labels, r.seed, e.images, e.epoch,
                d.fingerprint, e.weights_digest, e.code, e.created
            \(tested);
        """
}
