extension SchemaV6 {
    /// Views of before that are made anew: they show cells, whatever other runs there are.
    static let remade: Set<String> = ["metric", "best_epoch", "run_overview"]

    static let views = """
        CREATE VIEW metric AS
            SELECT p.run, s.split, s.name, p.epoch, p.value
            FROM metric_point p JOIN series s ON s.id = p.series_id
            JOIN run r ON r.id = p.run AND r.run_kind = 'cell';

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
            JOIN run r ON r.id = m.run AND r.run_kind = 'cell'
            WHERE s.split = 'validation' AND s.name = 'dice';

        CREATE VIEW any_metric AS
            SELECT p.run, s.split, s.name, s.axis, p.epoch AS position, p.value, p.measured AS time
            FROM metric_point p JOIN series s ON s.id = p.series_id;

        \(runViews("CREATE VIEW", isOver: leaseRanOut))
        """

    /// Whether the lease of a run is over by its time, which every program can tell.
    private static let leaseRanOut = """
        coalesce(l.expires, 0)
                        < (julianday('now') - 2440587.5) * 86400.0
        """

    /// The views that say how runs are; `isOver` decides about the lease `l` of a run that is marked
    /// as running.
    static func runViews(_ create: String, isOver: String) -> String {
        """
        \(create) any_run AS
            SELECT r.id AS run, r.run_kind AS kind, r.run_name AS name,
                (SELECT group_concat(e.name, ', ') FROM experiment_run x
                    JOIN experiment e ON e.id = x.experiment_id WHERE x.run = r.id) AS experiment,
                CASE WHEN r.state = 'running' AND \(isOver)
                    THEN 'interrupted' ELSE r.state END AS state,
                CASE r.objective_split WHEN '' THEN r.objective
                    ELSE r.objective_split || '/' || r.objective END AS objective,
                r.direction,
                (SELECT CASE r.direction WHEN 'minimise' THEN min(m.min_value)
                        ELSE max(m.max_value) END
                    FROM series s JOIN metric_summary m ON m.run = r.id AND m.series_id = s.id
                    WHERE s.split = r.objective_split AND s.name = r.objective) AS objective_value,
                r.dataset, r.model, r.procedure, r.loss, r.labels, r.seed, r.epochs,
                b.epoch AS best_epoch, b.validation_dice,
                t.pooled AS test_dice_pooled, t.mean AS test_dice, t.sd AS test_dice_sd,
                CASE r.run_kind WHEN 'cell' THEN coalesce(b.last_epoch, l.epoch) ELSE
                    (SELECT max(m.last_epoch) FROM metric_summary m JOIN series s
                        ON s.id = m.series_id AND s.axis = 'epoch' WHERE m.run = r.id) END AS epoch,
                (SELECT max(m.last_epoch) FROM metric_summary m JOIN series s
                    ON s.id = m.series_id AND s.axis = 'step' WHERE m.run = r.id) AS step,
                r.seconds, r.images_per_second, r.peak_memory, r.attempts,
                r.created, r.started, r.finished, r.host, r.threads, r.error,
                r.code, r.code_commit, r.code_dirty, r.retrains, r.digest
            FROM run r
            LEFT JOIN lease l ON l.run = r.id
            LEFT JOIN best_epoch b ON b.run = r.id
            LEFT JOIN evaluation e ON e.run = r.id AND e.weights = 'best' AND e.split = 'test'
            LEFT JOIN evaluation_metric t ON t.evaluation_id = e.id
                AND t.measure_id = (SELECT n.id FROM measure n WHERE n.name = 'dice');

        \(create) run_overview AS
            SELECT run, experiment, state, dataset, model, procedure, loss, labels, seed, epochs,
                best_epoch, validation_dice, test_dice_pooled, test_dice, test_dice_sd, epoch,
                seconds, images_per_second, peak_memory, attempts, created, started, finished,
                host, threads, error, code, code_commit, code_dirty, retrains, digest
            FROM any_run WHERE kind = 'cell';
        """
    }
}
