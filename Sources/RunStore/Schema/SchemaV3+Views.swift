extension SchemaV3 {
    /// The views that change: runs tell their code, what is counted by image or class tells its data
    /// set, a class that is never right counts 0, and only real images stand beside a paper.
    static let views = """
        DROP VIEW image_metric;
        CREATE VIEW image_metric AS
            SELECT e.run, (SELECT r.dataset FROM run r WHERE r.id = e.run) AS dataset,
                e.weights, e.split, i.name AS image, n.name, v.value
            FROM evaluation e
            JOIN image_value v ON v.evaluation_id = e.id
            JOIN measure n ON n.id = v.measure_id
            JOIN image i ON i.id = v.image_id;

        DROP VIEW class_metric;
        CREATE VIEW class_metric AS
            SELECT e.run, (SELECT r.dataset FROM run r WHERE r.id = e.run) AS dataset,
                e.weights, e.split, v.class, n.name, v.value
            FROM evaluation e
            JOIN class_value v ON v.evaluation_id = e.id
            JOIN measure n ON n.id = v.measure_id;

        DROP VIEW image_prediction;
        CREATE VIEW image_prediction AS
            SELECT e.run, (SELECT r.dataset FROM run r WHERE r.id = e.run) AS dataset,
                e.weights, e.split, i.name AS image, c.target, c.predicted, c.probability
            FROM evaluation e
            JOIN image_class c ON c.evaluation_id = e.id
            JOIN image i ON i.id = c.image_id;

        DROP VIEW confusion;
        CREATE VIEW confusion AS
            SELECT e.run, (SELECT r.dataset FROM run r WHERE r.id = e.run) AS dataset,
                e.weights, e.split, c.target, c.predicted, c.count
            FROM evaluation e JOIN confusion_count c ON c.evaluation_id = e.id;

        DROP VIEW dataset_split;
        CREATE VIEW dataset_split AS
            SELECT s.id AS split_id, d.title AS dataset, d.fingerprint, s.seed, s.labels, s.rule,
                i.name AS image, i.class, i.patient, p.part, p.labelled
            FROM split s
            JOIN dataset d ON d.id = s.dataset_id
            JOIN split_image p ON p.split_id = s.id
            JOIN image i ON i.id = p.image_id;

        DROP VIEW run_overview;
        CREATE VIEW run_overview AS
            SELECT r.id AS run,
                (SELECT group_concat(e.name, ', ') FROM experiment_run x
                    JOIN experiment e ON e.id = x.experiment_id WHERE x.run = r.id) AS experiment,
                CASE WHEN r.state = 'running' AND coalesce(l.expires, 0)
                        < (julianday('now') - 2440587.5) * 86400.0
                    THEN 'interrupted' ELSE r.state END AS state,
                r.dataset, r.model, r.procedure, r.loss, r.labels, r.seed, r.epochs,
                b.epoch AS best_epoch, b.validation_dice,
                t.pooled AS test_dice_pooled, t.mean AS test_dice, t.sd AS test_dice_sd,
                coalesce(b.last_epoch, l.epoch) AS epoch,
                r.seconds, r.images_per_second, r.peak_memory, r.attempts,
                r.created, r.started, r.finished, r.host, r.threads, r.error,
                r.code, r.code_commit, r.code_dirty, r.retrains, r.digest
            FROM run r
            LEFT JOIN lease l ON l.run = r.id
            LEFT JOIN best_epoch b ON b.run = r.id
            LEFT JOIN evaluation e ON e.run = r.id AND e.weights = 'best' AND e.split = 'test'
            LEFT JOIN evaluation_metric t ON t.evaluation_id = e.id
                AND t.measure_id = (SELECT n.id FROM measure n WHERE n.name = 'dice');

        DROP VIEW classification;
        CREATE VIEW classification AS
            SELECT r.id AS run, r.dataset, r.model, r.procedure, r.loss, r.labels, r.seed,
                e.weights, e.split, sum(c.count) AS images,
                sum(CASE WHEN c.target = c.predicted THEN c.count ELSE 0 END) AS correct,
                sum(CASE WHEN c.target = c.predicted THEN c.count ELSE 0 END) * 1.0
                    / sum(c.count) AS accuracy,
                (SELECT avg(v.value) FROM class_value v JOIN measure n ON n.id = v.measure_id
                    WHERE v.evaluation_id = e.id AND n.name = 'f1') AS macro_f1,
                (SELECT avg(v.value) FROM class_value v JOIN measure n ON n.id = v.measure_id
                    WHERE v.evaluation_id = e.id AND n.name = 'precision') AS macro_precision,
                (SELECT avg(v.value) FROM class_value v JOIN measure n ON n.id = v.measure_id
                    WHERE v.evaluation_id = e.id AND n.name = 'recall') AS macro_recall
            FROM run r
            JOIN evaluation e ON e.run = r.id
            JOIN confusion_count c ON c.evaluation_id = e.id
            WHERE r.state = 'completed'
            GROUP BY e.id;

        DROP VIEW against_published;
        CREATE VIEW against_published AS
            SELECT p.paper, p.table_name, coalesce(r.dataset, p.dataset) AS dataset,
                p.model, p.procedure, p.loss, p.labels,
                p.metric, p.value AS published, avg(coalesce(m.pooled, m.mean)) AS ours,
                avg(coalesce(m.pooled, m.mean)) - p.value AS difference,
                count(coalesce(m.pooled, m.mean)) AS runs
            FROM published p
            LEFT JOIN measure n ON n.name = p.metric
            LEFT JOIN dataset d ON d.name = p.dataset AND d.origin = 'real'
            LEFT JOIN run r ON r.dataset = d.title AND r.dataset_id = d.id
                AND r.procedure = p.procedure
                AND (r.procedure = 'classification' OR r.model = p.model AND r.loss = p.loss)
                AND r.labels = p.labels AND r.state = 'completed'
            LEFT JOIN evaluation e ON e.run = r.id AND e.weights = 'best' AND e.split = 'test'
            LEFT JOIN evaluation_metric m ON m.evaluation_id = e.id AND m.measure_id = n.id
            GROUP BY p.paper, p.table_name, p.dataset, r.dataset, p.model, p.procedure, p.loss,
                p.labels, p.metric;
        """
}
