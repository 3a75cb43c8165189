internal import GRDB

/// Copies the runs of the attached database `shard` into the main one, inside a transaction.
struct StoreMerger {
    let db: Database
    let places: FilePlaces
    private(set) var added = 0
    private(set) var replaced = 0
    private(set) var kept = 0
    private(set) var points = 0
    /// Evaluations on other data sets, of runs that are as far here.
    private(set) var evaluations = 0
    /// Files of the runs taken, and those that cannot be any, a sentence each.
    private(set) var files: [FilePlaces.File] = []
    private(set) var problems: [String] = []
    /// What else there is to say, a sentence each.
    private(set) var notes: [String] = []

    /// Runs of the other store that are not as they were sealed: they are taken, and stay so.
    private let altered: Set<RunID>
    private let alteredExperiments: Set<String>

    init(
        db: Database, places: FilePlaces, altered: Set<RunID>,
        alteredExperiments: Set<String> = []
    ) {
        self.db = db
        self.places = places
        self.altered = altered
        self.alteredExperiments = alteredExperiments
    }

    /// - Parameter copiesFiles: whether files are wanted that still lie with the other store, also of
    ///   runs that an earlier merge has taken.
    mutating func merge(copiesFiles: Bool) throws {
        let runs = try StoreRow.fetchAll(
            db,
            sql: """
                SELECT s.id AS old, m.id AS new, s.state AS theirs, m.state AS ours, s.digest
                FROM shard.run s LEFT JOIN main.run m ON m.digest = s.digest
                WHERE s.retrains IS NULL ORDER BY s.id
                """)
        var taken: [(old: RunID, new: RunID?, digest: String)] = []
        var known: [(old: RunID, new: RunID, digest: String)] = []
        for run in runs {
            let digest: String = try run["digest"]
            guard RunDigest(digest) != nil else {
                throw StoreError.invalid(
                    what: "the digest of run \(try run["old"] as RunID)", found: "'\(digest)'",
                    expected: "64 hexadecimal digits")
            }
            let ours: RunState? = try run["ours"]
            // A run that is at work here stays, whatever the other store has.
            guard ours != .running else { continue }
            if try Self.rank(run["theirs"]) > ours.map(Self.rank) ?? -1 {
                taken.append((try run["old"], try run["new"], digest))
            } else if let new: RunID = try run["new"] {
                known.append((try run["old"], new, digest))
            }
        }
        kept = runs.count - taken.count
        if !taken.isEmpty {
            try mapNames()
            for run in taken { try take(run.old, over: run.new, digest: run.digest) }
        }
        try takeExternal(of: known.filter { !altered.contains($0.old) }.map { ($0.old, $0.new) })
        if copiesFiles {
            for run in known { try findArtifacts(of: run.old, as: run.new, digest: run.digest) }
        }
        try takeExperiments()
    }

    /// Adds experiments that are missing, and links to the runs. Where both have one of a name with
    /// other files, ours stays: what it does not have counts as cells that a file does not have.
    private mutating func takeExperiments() throws {
        let others = try String.readAll(
            db,
            sql: """
                SELECT m.name FROM main.experiment m JOIN shard.experiment s USING (name)
                WHERE m.source <> s.source ORDER BY m.name
                """)
        notes += others.map {
            "both stores have an experiment '\($0)', with different files: the one here stays, and "
                + "runs that it does not have are its former cells (report --all)"
        }
        let known = try Int64.readAll(
            db,
            sql: "SELECT id FROM main.experiment WHERE name IN (SELECT name FROM shard.experiment)")
        let held = try known.filter { try RecordSeal.experiment.holds($0, in: db) ?? false }
        let before = try Set(Int64.readAll(db, sql: "SELECT id FROM main.experiment"))
        try RecordSeal.sealingAdded([.experiment], in: db) {
            try db.execute(sql: Self.experiments)
            for experiment in held { try RecordSeal.experiment.write(experiment, in: db) }
            for name in alteredExperiments.sorted() { try takeAltered(experiment: name, before) }
        }
    }

    /// An experiment that was not as it was sealed is not so here either, where it was added.
    private mutating func takeAltered(experiment name: String, _ before: Set<Int64>) throws {
        let id = try Int64.readOne(
            db, sql: "SELECT id FROM main.experiment WHERE name = ?", arguments: [name])
        guard let id, !before.contains(id) else { return }
        try execute("UPDATE main.experiment SET seal = ? WHERE id = ?", [RecordSeal.altered, id])
        problems.append(
            "experiment '\(name)' is not as it was sealed in the other store; it was taken as it is, "
                + "and 'lightbox check' goes on naming it")
    }

    /// How far a state is.
    private static func rank(_ state: RunState) -> Int {
        switch state {
        case .completed: 4
        case .pruned: 3
        case .failed: 2
        case .interrupted, .running: 1
        case .queued: 0
        }
    }

    // MARK: Names

    /// Fills `temp.map_…` with the numbers here of each number there, adding what is missing.
    private func mapNames() throws {
        for map in ["dataset", "image", "split", "series", "measure"] {
            try db.execute(
                sql: """
                    CREATE TABLE IF NOT EXISTS temp.map_\(map) (old INTEGER PRIMARY KEY, new INTEGER);
                    DELETE FROM temp.map_\(map)
                    """)
        }
        try RecordSeal.sealingAdded([.dataset, .split], in: db) {
            try takeDatasets()
            try db.execute(sql: Self.names)
        }
    }

    /// Adds the data sets that are missing, each under a title that is free here.
    private func takeDatasets() throws {
        let theirs = try StoreRow.fetchAll(db, sql: "SELECT * FROM shard.dataset ORDER BY id")
        for row in theirs {
            let place = DatasetPlace(
                name: try row["name"], origin: try row["origin"],
                fingerprint: try row["fingerprint"])
            if let known = try place.find(in: db) {
                if known.origin < place.origin { try place.takeOver(known.id, in: db) }
                continue
            }
            let title = try place.title(in: db)
            try execute(
                """
                INSERT INTO main.dataset (name, fingerprint, images, masks, classes, side, notes,
                    created, origin, title)
                SELECT name, fingerprint, images, masks, classes, side, notes, created, origin, ?
                FROM shard.dataset WHERE id = ?
                """, [title, try row["id"] as Int64])
            try place.nameWaitingRuns(title, in: db)
        }
    }

    private static let names = """
        INSERT INTO temp.map_dataset SELECT s.id, m.id
        FROM shard.dataset s JOIN main.dataset m USING (name, fingerprint);

        INSERT INTO main.image (dataset_id, name, class, patient, has_mask, width, height)
        SELECT d.new, s.name, s.class, s.patient, s.has_mask, s.width, s.height
        FROM shard.image s JOIN temp.map_dataset d ON d.old = s.dataset_id
        WHERE true ON CONFLICT (dataset_id, name) DO NOTHING;
        INSERT INTO temp.map_image SELECT s.id, m.id
        FROM shard.image s JOIN temp.map_dataset d ON d.old = s.dataset_id
        JOIN main.image m ON m.dataset_id = d.new AND m.name = s.name;

        INSERT INTO main.split
            (dataset_id, digest, seed, labels, rule, train, labelled, validation, test)
        SELECT d.new, s.digest, s.seed, s.labels, s.rule, s.train, s.labelled, s.validation, s.test
        FROM shard.split s JOIN temp.map_dataset d ON d.old = s.dataset_id
        WHERE true ON CONFLICT (dataset_id, digest) DO NOTHING;
        INSERT INTO temp.map_split SELECT s.id, m.id
        FROM shard.split s JOIN temp.map_dataset d ON d.old = s.dataset_id
        JOIN main.split m ON m.dataset_id = d.new AND m.digest = s.digest;
        INSERT INTO main.split_image (split_id, image_id, part, labelled)
        SELECT p.new, i.new, s.part, s.labelled FROM shard.split_image s
        JOIN temp.map_split p ON p.old = s.split_id JOIN temp.map_image i ON i.old = s.image_id
        WHERE true ON CONFLICT (split_id, image_id) DO NOTHING;

        INSERT INTO main.series (split, name, axis) SELECT split, name, axis FROM shard.series
        WHERE true ON CONFLICT (split, name, axis) DO NOTHING;
        INSERT INTO temp.map_series SELECT s.id, m.id
        FROM shard.series s JOIN main.series m USING (split, name, axis);

        INSERT INTO main.measure (name) SELECT name FROM shard.measure
        WHERE true ON CONFLICT (name) DO NOTHING;
        INSERT INTO temp.map_measure SELECT s.id, m.id
        FROM shard.measure s JOIN main.measure m USING (name);
        """

    private static let experiments = """
        INSERT INTO main.experiment (name, description, report, source, created)
        SELECT name, description, report, source, created FROM shard.experiment
        WHERE true ON CONFLICT (name) DO NOTHING;
        INSERT INTO main.experiment_run (experiment_id, run, position)
        SELECT e.id, r.id, iif(e.source = f.source, x.position, -1) FROM shard.experiment_run x
        JOIN shard.experiment f ON f.id = x.experiment_id
        JOIN main.experiment e ON e.name = f.name
        JOIN shard.run s ON s.id = x.run JOIN main.run r ON r.digest = s.digest
        WHERE true ON CONFLICT (experiment_id, run) DO NOTHING;
        """

    // MARK: Runs

    private static let columns = """
        configuration, run_kind, run_name, objective_split, objective, direction, \
        dataset, model, loss, procedure, labels, seed, epochs, state, error, \
        attempts, dataset_id, split_id, created, started, finished, seconds, images_per_second, \
        peak_memory, best_epoch, git_revision, lightbox_version, host, cpu, threads, code, \
        code_commit, code_dirty
        """

    private static let values = """
        s.configuration, s.run_kind, s.run_name, s.objective_split, s.objective, s.direction, \
        coalesce(t.title, (SELECT w.title FROM main.dataset w \
        WHERE w.name = json_extract(s.configuration, '$.dataset') \
        AND w.fingerprint = json_extract(s.configuration, '$.fingerprint')), s.dataset), \
        s.model, s.loss, s.procedure, s.labels, s.seed, s.epochs, \
        CASE s.state WHEN 'running' THEN 'interrupted' ELSE s.state END, s.error, s.attempts, \
        d.new, p.new, s.created, s.started, s.finished, s.seconds, s.images_per_second, \
        s.peak_memory, s.best_epoch, s.git_revision, s.lightbox_version, s.host, s.cpu, s.threads, \
        s.code, s.code_commit, s.code_dirty \
        FROM shard.run s LEFT JOIN temp.map_dataset d ON d.old = s.dataset_id \
        LEFT JOIN main.dataset t ON t.id = d.new \
        LEFT JOIN temp.map_split p ON p.old = s.split_id
        """

    /// Tables of what a run that is taken brings in the place of what was here.
    private static let measured = [
        "param", "tag", "note", "metric_point", "metric_summary", "machine_load", "any_evaluation",
        "artifact",
    ]

    private mutating func take(_ old: RunID, over known: RunID?, digest: String) throws {
        let new: RunID
        if let known {
            new = known
            for table in Self.measured {
                try execute("DELETE FROM main.\(table) WHERE run = ?", [new])
            }
            try execute(
                """
                UPDATE main.run SET (\(Self.columns)) = (SELECT \(Self.values) WHERE s.id = ?)
                WHERE id = ?
                """, [old, new])
            replaced += 1
        } else {
            try execute(
                """
                INSERT INTO main.run (digest, \(Self.columns))
                SELECT s.digest, \(Self.values) WHERE s.id = ?
                """, [old])
            new = db.lastInsertedRowID
            added += 1
        }
        try execute(
            """
            INSERT INTO main.param (run, name, value)
            SELECT ?, name, value FROM shard.param WHERE run = ?
            """, [new, old])
        try execute(
            "INSERT INTO main.tag (run, name, value) SELECT ?, name, value FROM shard.tag WHERE run = ?",
            [new, old])
        try execute(
            """
            INSERT INTO main.note (run, time, text)
            SELECT ?, time, text FROM shard.note WHERE run = ? ORDER BY id
            """, [new, old])
        try execute(
            """
            INSERT INTO main.metric_point (run, epoch, series_id, value, measured)
            SELECT ?, p.epoch, m.new, p.value, p.measured
            FROM shard.metric_point p CROSS JOIN temp.map_series m ON m.old = p.series_id
            WHERE p.run = ?
            """, [new, old])
        points += db.changesCount
        try execute(
            """
            INSERT INTO main.metric_summary (run, series_id, points, last_epoch, last_value,
                min_epoch, min_value, max_epoch, max_value)
            SELECT ?, m.new, p.points, p.last_epoch, p.last_value, p.min_epoch, p.min_value,
                p.max_epoch, p.max_value
            FROM shard.metric_summary p CROSS JOIN temp.map_series m ON m.old = p.series_id
            WHERE p.run = ?
            """, [new, old])
        try execute(
            """
            INSERT INTO main.machine_load (run, epoch, processors, memory)
            SELECT ?, epoch, processors, memory FROM shard.machine_load WHERE run = ?
            """, [new, old])
        try execute(
            """
            INSERT INTO main.event (run, time, level, message)
            SELECT ?1, s.time, s.level, s.message FROM shard.event s WHERE s.run = ?2
            AND NOT EXISTS (SELECT 1 FROM main.event m WHERE m.run = ?1 AND m.time = s.time
                AND m.level = s.level AND m.message = s.message) ORDER BY s.id
            """, [new, old])
        try takeEvaluations(of: old, as: new)
        try takeArtifacts(of: old, as: new, digest: digest)
        guard altered.contains(old) else {
            let seal = try String.readOne(
                db, sql: "SELECT seal FROM shard.run WHERE id = ?", arguments: [old])
            return try RecordSeal.run.write(new, in: db, isLate: RecordSeal.isLate(seal))
        }
        try execute("UPDATE main.run SET seal = ? WHERE id = ?", [RecordSeal.altered, new])
        problems.append(
            "run \(new) (run \(old) of the other store) is not as it was sealed; it was taken as it is, "
                + "and 'lightbox check' goes on naming it")
    }

    private func takeEvaluations(of old: RunID, as new: RunID) throws {
        let evaluations = try Int64.readAll(
            db, sql: "SELECT id FROM shard.any_evaluation WHERE run = ? ORDER BY id",
            arguments: [old])
        try take(evaluations, as: new)
    }

    /// Takes evaluations on other data sets that runs lack here which both stores have completed, with
    /// the same weights: of one training, or of equal files.
    private mutating func takeExternal(of runs: [(old: RunID, new: RunID)]) throws {
        let find = """
            SELECT s.id FROM shard.any_evaluation s JOIN shard.dataset d ON d.id = s.dataset_id
                JOIN shard.run theirs ON theirs.id = s.run JOIN main.run ours ON ours.id = ?2
            WHERE s.run = ?1 AND ours.state = 'completed'
                AND (ours.started IS theirs.started AND ours.finished IS theirs.finished
                    OR EXISTS (SELECT 1 FROM main.artifact a WHERE a.run = ?2
                        AND a.kind = 'weights-' || s.weights AND a.digest = s.weights_digest)
                    OR EXISTS (SELECT 1 FROM main.any_evaluation w WHERE w.run = ?2
                        AND w.weights = s.weights AND w.weights_digest = s.weights_digest))
                AND NOT EXISTS (SELECT 1 FROM main.any_evaluation m
                    JOIN main.dataset o ON o.id = m.dataset_id
                    WHERE m.run = ?2 AND m.weights = s.weights
                        AND o.name = d.name AND o.fingerprint = d.fingerprint)
            ORDER BY s.id
            """
        var hasNames = false
        for run in runs {
            let lacking = try Int64.readAll(db, sql: find, arguments: [run.old, run.new])
            guard !lacking.isEmpty else { continue }
            if !hasNames { try mapNames() }
            hasNames = true
            try RecordSeal.run.keep(run.new, in: db) { try take(lacking, as: run.new) }
            evaluations += lacking.count
        }
    }

    private func take(_ evaluations: [Int64], as new: RunID) throws {
        for evaluation in evaluations {
            try execute(
                """
                INSERT INTO main.any_evaluation (run, weights, split, epoch, images, dataset_id,
                    weights_digest, code, created)
                SELECT ?, s.weights, s.split, s.epoch, s.images, d.new, s.weights_digest, s.code,
                    s.created
                FROM shard.any_evaluation s LEFT JOIN temp.map_dataset d ON d.old = s.dataset_id
                WHERE s.id = ?
                """, [new, evaluation])
            let id = db.lastInsertedRowID
            try execute(
                """
                INSERT INTO main.evaluation_metric (evaluation_id, measure_id, images, mean, sd,
                    minimum, maximum, pooled)
                SELECT ?, m.new, v.images, v.mean, v.sd, v.minimum, v.maximum, v.pooled
                FROM shard.evaluation_metric v CROSS JOIN temp.map_measure m ON m.old = v.measure_id
                WHERE v.evaluation_id = ?
                """, [id, evaluation])
            try execute(
                """
                INSERT INTO main.image_value (evaluation_id, measure_id, image_id, value)
                SELECT ?, m.new, i.new, v.value FROM shard.image_value v
                CROSS JOIN temp.map_measure m ON m.old = v.measure_id
                CROSS JOIN temp.map_image i ON i.old = v.image_id WHERE v.evaluation_id = ?
                """, [id, evaluation])
            try execute(
                """
                INSERT INTO main.image_class (evaluation_id, image_id, target, predicted,
                    probability)
                SELECT ?, i.new, v.target, v.predicted, v.probability FROM shard.image_class v
                CROSS JOIN temp.map_image i ON i.old = v.image_id WHERE v.evaluation_id = ?
                """, [id, evaluation])
            try execute(
                """
                INSERT INTO main.class_value (evaluation_id, class, measure_id, value)
                SELECT ?, v.class, m.new, v.value FROM shard.class_value v
                CROSS JOIN temp.map_measure m ON m.old = v.measure_id WHERE v.evaluation_id = ?
                """, [id, evaluation])
            try execute(
                """
                INSERT INTO main.confusion_count (evaluation_id, target, predicted, count)
                SELECT ?, target, predicted, count FROM shard.confusion_count
                WHERE evaluation_id = ?
                """, [id, evaluation])
        }
    }

    /// The files that the other store names as run `old`'s, and since when.
    private func artifacts(of old: RunID) throws -> [(record: ArtifactRecord, created: String)] {
        try StoreRow.fetchAll(
            db, sql: "SELECT * FROM shard.artifact WHERE run = ? ORDER BY path", arguments: [old]
        ).map { row in
            (
                ArtifactRecord(
                    kind: try row["kind"], path: try row["path"], bytes: try row["bytes"],
                    digest: try row["digest"]), try row["created"]
            )
        }
    }

    /// Notes the files of a run that was taken before and that still lie with the other store.
    private mutating func findArtifacts(of old: RunID, as new: RunID, digest: String) throws {
        let ours = try StoreRow.fetchAll(
            db, sql: "SELECT path, digest FROM main.artifact WHERE run = ?", arguments: [new])
        for (record, _) in try artifacts(of: old) {
            guard let file = try? places.file(record, of: old, as: new, digest: digest) else {
                continue
            }
            let isThere = try ours.contains {
                try $0["path"] == file.named && $0["digest"] == record.digest
            }
            if isThere { files.append(file) }
        }
    }

    private mutating func takeArtifacts(of old: RunID, as new: RunID, digest: String) throws {
        for (record, created) in try artifacts(of: old) {
            let file: FilePlaces.File
            do {
                file = try places.file(record, of: old, as: new, digest: digest)
            } catch {
                problems.append("not taken: \(error)")
                continue
            }
            files.append(file)
            try execute(
                """
                INSERT INTO main.artifact (run, kind, path, bytes, digest, created)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
                [
                    new, record.kind, file.named, record.bytes, record.digest,
                    created,
                ])
        }
    }

    private func execute(_ sql: String, _ arguments: StatementArguments) throws {
        try db.cachedStatement(sql: sql).execute(arguments: arguments)
    }
}
