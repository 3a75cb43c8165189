extension SchemaV1 {
    /// The user's vocabulary: names instead of numbers, one wide row where one is wanted.
    static let views = """
        CREATE VIEW metric AS
            SELECT p.run, s.split, s.name, p.epoch, p.value
            FROM metric_point p JOIN series s ON s.id = p.series_id;

        CREATE VIEW best_epoch AS
            SELECT m.run, m.max_epoch AS epoch, m.max_value AS validation_dice,
                (SELECT p.value FROM metric_point p JOIN series t ON t.id = p.series_id
                    WHERE p.run = m.run AND p.epoch = m.max_epoch
                    AND t.split = 'validation' AND t.name = 'loss') AS validation_loss,
                (SELECT p.value FROM metric_point p JOIN series t ON t.id = p.series_id
                    WHERE p.run = m.run AND p.epoch = m.max_epoch
                    AND t.split = 'train' AND t.name = 'loss') AS train_loss,
                m.last_epoch, m.last_value AS last_validation_dice
            FROM series s JOIN metric_summary m ON m.series_id = s.id
            WHERE s.split = 'validation' AND s.name = 'dice';

        CREATE VIEW result AS
            SELECT e.run, e.weights, e.split, n.name, m.images, m.mean, m.sd,
                m.minimum, m.maximum, m.pooled
            FROM evaluation e
            JOIN evaluation_metric m ON m.evaluation_id = e.id
            JOIN measure n ON n.id = m.measure_id;

        CREATE VIEW image_metric AS
            SELECT e.run, e.weights, e.split, i.name AS image, n.name, v.value
            FROM evaluation e
            JOIN image_value v ON v.evaluation_id = e.id
            JOIN measure n ON n.id = v.measure_id
            JOIN image i ON i.id = v.image_id;

        CREATE VIEW class_metric AS
            SELECT e.run, e.weights, e.split, v.class, n.name, v.value
            FROM evaluation e
            JOIN class_value v ON v.evaluation_id = e.id
            JOIN measure n ON n.id = v.measure_id;

        CREATE VIEW image_prediction AS
            SELECT e.run, e.weights, e.split, i.name AS image, c.target, c.predicted, c.probability
            FROM evaluation e
            JOIN image_class c ON c.evaluation_id = e.id
            JOIN image i ON i.id = c.image_id;

        CREATE VIEW confusion AS
            SELECT e.run, e.weights, e.split, c.target, c.predicted, c.count
            FROM evaluation e JOIN confusion_count c ON c.evaluation_id = e.id;

        CREATE VIEW dataset_split AS
            SELECT s.id AS split_id, d.name AS dataset, d.fingerprint, s.seed, s.labels, s.rule,
                i.name AS image, i.class, i.patient, p.part, p.labelled
            FROM split s
            JOIN dataset d ON d.id = s.dataset_id
            JOIN split_image p ON p.split_id = s.id
            JOIN image i ON i.id = p.image_id;

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
                r.created, r.started, r.finished, r.host, r.threads, r.error, r.digest
            FROM run r
            LEFT JOIN lease l ON l.run = r.id
            LEFT JOIN best_epoch b ON b.run = r.id
            LEFT JOIN evaluation e ON e.run = r.id AND e.weights = 'best' AND e.split = 'test'
            LEFT JOIN evaluation_metric t ON t.evaluation_id = e.id
                AND t.measure_id = (SELECT n.id FROM measure n WHERE n.name = 'dice');

        CREATE VIEW segmentation AS
            SELECT r.id AS run, r.dataset, r.model, r.procedure, r.loss, r.labels, r.seed,
                e.weights, e.split, e.images,
                max(m.mean) FILTER (WHERE n.name = 'dice') AS dice,
                max(m.sd) FILTER (WHERE n.name = 'dice') AS dice_sd,
                max(m.mean) FILTER (WHERE n.name = 'jaccard') AS jaccard,
                max(m.mean) FILTER (WHERE n.name = 'sensitivity') AS sensitivity,
                max(m.mean) FILTER (WHERE n.name = 'specificity') AS specificity,
                max(m.mean) FILTER (WHERE n.name = 'precision') AS precision,
                max(m.mean) FILTER (WHERE n.name = 'accuracy') AS accuracy,
                max(m.mean) FILTER (WHERE n.name = 'hausdorff') AS hausdorff,
                max(m.mean) FILTER (WHERE n.name = 'hausdorff95') AS hausdorff95,
                max(m.mean) FILTER (WHERE n.name = 'assd') AS assd,
                max(m.mean) FILTER (WHERE n.name = 'ssim') AS ssim,
                max(m.pooled) FILTER (WHERE n.name = 'dice') AS pooled_dice,
                max(m.pooled) FILTER (WHERE n.name = 'published/ds') AS published_ds,
                max(m.pooled) FILTER (WHERE n.name = 'published/js') AS published_js
            FROM run r
            JOIN evaluation e ON e.run = r.id
            JOIN evaluation_metric m ON m.evaluation_id = e.id
            JOIN measure n ON n.id = m.measure_id
            WHERE r.state = 'completed'
            GROUP BY e.id;

        CREATE VIEW classification AS
            SELECT r.id AS run, r.dataset, r.model, r.procedure, r.loss, r.labels, r.seed,
                e.weights, e.split, sum(c.count) AS images,
                sum(c.count) FILTER (WHERE c.target = c.predicted) AS correct,
                coalesce(sum(c.count) FILTER (WHERE c.target = c.predicted), 0) * 1.0
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

        CREATE VIEW label_fraction AS
            SELECT dataset, model, procedure, loss, labels, count(*) AS runs,
                avg(value) AS dice,
                CASE WHEN count(*) > 1
                    THEN sqrt(sum((value - average) * (value - average)) / (count(*) - 1)) END
                    AS dice_sd,
                min(value) AS lowest_dice, max(value) AS highest_dice
            FROM (SELECT r.dataset, r.model, r.procedure, r.loss, r.labels, m.mean AS value,
                    avg(m.mean) OVER (PARTITION BY r.dataset, r.model, r.procedure, r.loss,
                        r.labels) AS average
                FROM run r
                JOIN evaluation e ON e.run = r.id AND e.weights = 'best' AND e.split = 'test'
                JOIN evaluation_metric m ON m.evaluation_id = e.id
                    AND m.measure_id = (SELECT n.id FROM measure n WHERE n.name = 'dice')
                WHERE r.state = 'completed')
            GROUP BY dataset, model, procedure, loss, labels;

        CREATE VIEW against_published AS
            SELECT p.paper, p.table_name, p.dataset, p.model, p.procedure, p.loss, p.labels,
                p.metric, p.value AS published, avg(coalesce(m.pooled, m.mean)) AS ours,
                avg(coalesce(m.pooled, m.mean)) - p.value AS difference,
                count(coalesce(m.pooled, m.mean)) AS runs
            FROM published p
            LEFT JOIN measure n ON n.name = p.metric
            LEFT JOIN run r ON r.dataset = p.dataset AND r.model = p.model
                AND r.procedure = p.procedure AND r.loss = p.loss AND r.labels = p.labels
                AND r.state = 'completed'
            LEFT JOIN evaluation e ON e.run = r.id AND e.weights = 'best' AND e.split = 'test'
            LEFT JOIN evaluation_metric m ON m.evaluation_id = e.id AND m.measure_id = n.id
            GROUP BY p.paper, p.table_name, p.dataset, p.model, p.procedure, p.loss, p.labels,
                p.metric;
        """
}
