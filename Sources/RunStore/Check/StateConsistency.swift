internal import GRDB

/// Looks at what rows of different tables say about a run's state, and at the store's own bookkeeping.
enum StateConsistency {
    static func look(_ db: Database, _ inspection: inout StoreInspection) throws {
        for (what, condition) in contradictions {
            for run in try Int64.readAll(
                db, sql: "SELECT r.id FROM run r WHERE \(condition) ORDER BY r.id LIMIT 100")
            {
                inspection.findings.append(StoreFinding(.configuration, "run \(run): \(what)"))
            }
        }
        let stores = try Int.readOne(
            db, sql: "SELECT count(*) FROM store WHERE uuid GLOB '*-*-*-*-*'")
        if stores != 1 {
            inspection.findings.append(StoreFinding(.cell, "the store has no UUID"))
        }
        let known = Migrations.all.migrations
        let found = try String.readAll(db, sql: "SELECT identifier FROM grdb_migrations")
        if Set(found) != Set(known) {
            inspection.findings.append(
                StoreFinding(
                    .schema,
                    "the migrations are \(found.sorted().joined(separator: ", ")); expected "
                        + known.joined(separator: ", ")))
        }
        try lookAtNumbers(db, &inspection)
    }

    /// The last number that a run had; with one near the largest there is, no run can be added.
    private static func lookAtNumbers(
        _ db: Database, _ inspection: inout StoreInspection
    ) throws {
        let last = try Int64.readOne(db, sql: "SELECT max(seq) FROM sqlite_sequence") ?? 0
        let highest = try Int64.readOne(db, sql: "SELECT max(id) FROM run") ?? 0
        guard last < highest || last > RunStore.largestNumber else { return }
        inspection.findings.append(
            StoreFinding(
                .cell,
                "the last number of a run is \(last); expected \(highest) to "
                    + "\(RunStore.largestNumber)"))
    }

    /// What cannot be, and for which runs it is.
    private static let contradictions = [
        (
            "it waits and has been at work",
            """
            r.state = 'queued' AND (r.attempts > 0 OR r.dataset_id IS NOT NULL
                OR EXISTS (SELECT 1 FROM metric_point p WHERE p.run = r.id)
                OR EXISTS (SELECT 1 FROM metric_summary p WHERE p.run = r.id)
                OR EXISTS (SELECT 1 FROM any_evaluation e WHERE e.run = r.id)
                OR EXISTS (SELECT 1 FROM artifact a WHERE a.run = r.id))
            """
        ),
        (
            "it is at work and has no lease",
            "r.state = 'running' AND NOT EXISTS (SELECT 1 FROM lease l WHERE l.run = r.id)"
        ),
        (
            "it is not at work and has a lease",
            "r.state <> 'running' AND EXISTS (SELECT 1 FROM lease l WHERE l.run = r.id)"
        ),
        (
            "its configuration does not say which run it trains again",
            """
            r.retrains IS NOT NULL AND (SELECT o.configuration FROM run o WHERE o.id = r.retrains)
                IS NOT json_extract(r.configuration, '$.of')
            """
        ),
        (
            "its configuration says that it trains another run again",
            "r.retrains IS NULL AND json_type(r.configuration, '$.retrain') IS NOT NULL"
        ),
        (
            "its data set is not the one that its title says",
            """
            r.dataset <> (SELECT d.title FROM dataset d WHERE d.id = r.dataset_id)
                OR r.dataset_id IS NULL AND r.dataset <> (SELECT d.title FROM dataset d
                    WHERE d.name = json_extract(r.configuration, '$.dataset')
                    AND d.fingerprint = json_extract(r.configuration, '$.fingerprint'))
                OR r.dataset_id IS NULL
                    AND r.dataset <> (SELECT o.dataset FROM run o WHERE o.id = r.retrains)
            """
        ),
        (
            "its data set is not the one of its configuration",
            """
            EXISTS (SELECT 1 FROM dataset d WHERE d.id = r.dataset_id AND (
                d.name <> json_extract(r.configuration, '$.dataset')
                OR d.fingerprint <> json_extract(r.configuration, '$.fingerprint')))
            """
        ),
        (
            "it is said to be tested elsewhere on its own data set",
            """
            EXISTS (SELECT 1 FROM any_evaluation e WHERE e.run = r.id
                AND e.dataset_id = r.dataset_id)
            """
        ),
        (
            "images that it was tested on elsewhere are of another data set than it says",
            """
            EXISTS (SELECT 1 FROM any_evaluation e JOIN image_value v ON v.evaluation_id = e.id
                JOIN image i ON i.id = v.image_id
                WHERE e.run = r.id AND e.split = 'external' AND e.dataset_id <> i.dataset_id)
            OR EXISTS (SELECT 1 FROM any_evaluation e JOIN image_class c ON c.evaluation_id = e.id
                JOIN image i ON i.id = c.image_id
                WHERE e.run = r.id AND e.split = 'external' AND e.dataset_id <> i.dataset_id)
            """
        ),
        (
            "it is not completed and was tested on another data set",
            """
            r.state <> 'completed' AND EXISTS (SELECT 1 FROM any_evaluation e
                WHERE e.run = r.id AND e.dataset_id IS NOT NULL)
            """
        ),
        (
            "it was logged and has results of a cell",
            """
            r.run_kind = 'logged' AND EXISTS (SELECT 1 FROM any_evaluation e WHERE e.run = r.id
                AND NOT (e.split = 'external' AND \(EnsembleRun.isOne("r"))))
            """
        ),
        (
            "its split is one of another data set",
            """
            r.split_id IS NOT NULL AND r.dataset_id IS NOT
                (SELECT s.dataset_id FROM split s WHERE s.id = r.split_id)
            """
        ),
    ]
}
