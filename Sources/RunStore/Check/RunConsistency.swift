internal import Domain
internal import GRDB
internal import Hashing

/// Looks at runs, data sets and splits: what is said twice must be the same.
enum RunConsistency {
    static func look(_ db: Database, _ inspection: inout StoreInspection) throws {
        var findings: [StoreFinding] = []
        try lookAtDigests(db, &findings)
        try lookAtColumns(db, &findings)
        try lookAtDatasets(db, &findings)
        try lookAtSplits(db, &findings)
        inspection.findings += findings
    }

    /// A run is its configuration: the digest tells whether the text is still the same.
    private static func lookAtDigests(_ db: Database, _ findings: inout [StoreFinding]) throws {
        try StoreRow.forEach(
            db,
            sql: """
                SELECT id FROM run
                WHERE length(digest) <> 64 OR digest GLOB '*[^0-9a-f]*' ORDER BY id
                """
        ) { row in
            findings.append(
                StoreFinding(
                    .cell,
                    "run \(try row[0] as Int64): its digest is not one of 64 hexadecimal digits"))
        }
        for id in try altered(db).sorted() {
            findings.append(
                StoreFinding(
                    .configuration, "run \(id): its digest is not that of its configuration"))
        }
    }

    /// Runs whose digest is not that of their configuration.
    static func altered(_ db: Database) throws -> Set<RunID> {
        var found: Set<RunID> = []
        try StoreRow.forEach(db, sql: "SELECT id, digest, configuration FROM run") { row in
            let (id, digest, text): (Int64, String, String) = try (row[0], row[1], row[2])
            if SHA256.hex(of: text) != digest { found.insert(id) }
        }
        return found
    }

    /// Columns and settings repeat the configuration, for queries. A data set's column may say more
    /// than its name, in brackets.
    private static func lookAtColumns(_ db: Database, _ findings: inout [StoreFinding]) throws {
        for name in ["dataset", "model", "procedure", "loss", "labels", "seed"] {
            let more =
                name == "dataset"
                ? "AND r.dataset NOT LIKE j.value || ' (%'"
                : "AND NOT \(nearlyEqual("r.\"\(name)\""))"
            try StoreRow.forEach(
                db,
                sql: """
                    SELECT r.id, r."\(name)", j.value FROM run r, json_each(r.configuration) j
                    WHERE j.key = '\(name)' AND r."\(name)" IS NOT j.value \(more)
                    """
            ) { row in
                findings.append(try difference(name, row))
            }
        }
        try StoreRow.forEach(
            db,
            sql: """
                SELECT p.run, p.value, j.value, p.name
                FROM run r JOIN param p ON p.run = r.id,
                    json_each(r.configuration, '$.settings') j
                WHERE j.key = p.name AND p.value IS NOT j.value
                    AND NOT (p.value IS NULL AND j.value IN ('nan', 'inf', '-inf'))
                    AND NOT \(nearlyEqual("p.value"))
                """
        ) { row in
            findings.append(try difference("setting \(row[3] as String)", row))
        }
        try StoreRow.forEach(
            db,
            sql: """
                SELECT r.id, r.epochs, p.value FROM run r JOIN param p ON p.run = r.id
                WHERE r.run_kind = 'cell' AND p.name = 'epochs' AND p.value IS NOT r.epochs
                """
        ) { row in findings.append(try difference("epochs", row)) }
    }

    /// SQL for two numbers that are equal but for how SQLite reads a number of JSON.
    private static func nearlyEqual(_ column: String) -> String {
        """
        (typeof(\(column)) IN ('real', 'integer') AND typeof(j.value) IN ('real', 'integer')
            AND abs(\(column) - j.value) <= 1e-12 * abs(j.value))
        """
    }

    private static func difference(_ name: String, _ row: StoreRow) throws -> StoreFinding {
        let (run, found, expected): (Int64, DatabaseValue, DatabaseValue) = try (
            row[0], row[1], row[2]
        )
        return StoreFinding(
            .configuration,
            "run \(run): \(name) is \(CellProblem.words(for: found)), its configuration says "
                + CellProblem.words(for: expected))
    }

    private static func lookAtDatasets(_ db: Database, _ findings: inout [StoreFinding]) throws {
        try StoreRow.forEach(
            db,
            sql: """
                SELECT d.id, d.name, d.images, d.masks, count(i.id), coalesce(sum(i.has_mask), 0)
                FROM dataset d LEFT JOIN image i ON i.dataset_id = d.id GROUP BY d.id
                HAVING d.images <> count(i.id) OR d.masks <> coalesce(sum(i.has_mask), 0)
                """
        ) { row in
            let (name, images, masks): (String, Int, Int) = try (row[1], row[2], row[3])
            let (found, withMask): (Int, Int) = try (row[4], row[5])
            findings.append(
                StoreFinding(
                    .dataset,
                    "data set \(name): \(images) images, \(masks) masks; its images are \(found), "
                        + "\(withMask) with masks"))
        }
    }

    /// A split's digest is that of who is where.
    private static func lookAtSplits(_ db: Database, _ findings: inout [StoreFinding]) throws {
        let splits = try StoreRow.fetchAll(
            db, sql: "SELECT id, digest, train, labelled, validation, test FROM split")
        for split in splits {
            let id: Int64 = try split[0]
            var record = SplitRecord(
                seed: 0, labels: 100, rule: "", train: [], validation: [], test: [], labelled: [])
            try StoreRow.forEach(
                db,
                sql: """
                    SELECT i.name, p.part, p.labelled
                    FROM split_image p JOIN image i ON i.id = p.image_id WHERE p.split_id = ?
                    """, arguments: [id]
            ) { row in
                let name: String = try row[0]
                switch try row[1] as SplitPart {
                case .train: record.train.append(name)
                case .validation: record.validation.append(name)
                case .test: record.test.append(name)
                }
                if try row[2] { record.labelled.append(name) }
            }
            let counts: [Int] = try [split[2], split[3], split[4], split[5]]
            let found = [record.train, record.labelled, record.validation, record.test]
            guard try counts != found.map(\.count) || record.digest != split[1] else { continue }
            findings.append(
                StoreFinding(.dataset, "split \(id): its images are not those that it was made of"))
        }
    }
}
