extension SealedPart {
    /// What cells have since runs need not be cells: an objective other than that of before, tags and
    /// notes. Their curves are by epoch and without times. Then what the machine did.
    static let open = [
        SealedPart(
            "objective",
            """
            SELECT objective_split, objective, direction FROM main.run
            WHERE id = ? AND (objective_split, objective, direction)
                IS NOT ('validation', \(SchemaV6.objective("procedure")), 'maximise')
            """, schema: SchemaV6.version, isOfWaiting: true),
        tags, notes,
        SealedPart(
            "places",
            """
            SELECT s.split, s.name, s.axis, p.epoch, p.measured
            FROM main.metric_point p JOIN main.series s ON s.id = p.series_id
            WHERE p.run = ? AND (s.axis <> 'epoch' OR p.measured IS NOT NULL)
            ORDER BY s.split, s.name, s.axis, p.epoch
            """, schema: SchemaV6.version),
        SealedPart(
            "machine",
            """
            SELECT epoch, processors, memory FROM main.machine_load WHERE run = ? ORDER BY epoch
            """, schema: SchemaV7.version),
    ]

    private static let tags = SealedPart(
        "tags", "SELECT name, value FROM main.tag WHERE run = ? ORDER BY name",
        schema: SchemaV6.version, isOfWaiting: true)

    private static let notes = SealedPart(
        "notes", "SELECT time, text FROM main.note WHERE run = ? ORDER BY id",
        schema: SchemaV6.version, isOfWaiting: true)

    /// What a logged run is; an ensemble's has evaluations.
    static let logged =
        [
            SealedPart(
                "logged run",
                """
                SELECT run_kind, run_name, digest, configuration, objective_split, objective, direction, state,
                    error, seconds, peak_memory, attempts, created, started, finished, git_revision,
                    lightbox_version, host, cpu, threads, code, code_commit, code_dirty
                FROM main.run WHERE id = ?
                """),
            settings, tags, notes,
            SealedPart(
                "points",
                """
                SELECT s.split, s.name, s.axis, p.epoch, p.value, p.measured
                FROM main.metric_point p JOIN main.series s ON s.id = p.series_id WHERE p.run = ?
                ORDER BY s.split, s.name, s.axis, p.epoch
                """),
            SealedPart(
                "summaries",
                """
                SELECT s.split, s.name, s.axis, m.points, m.last_epoch, m.last_value, m.min_epoch,
                    m.min_value, m.max_epoch, m.max_value
                FROM main.metric_summary m JOIN main.series s ON s.id = m.series_id WHERE m.run = ?
                ORDER BY s.split, s.name, s.axis
                """),
            files, log,
        ] + external
}
