internal import Files
public import Foundation
internal import GRDB

/// What a shipped copy of a store left out.
public struct ShipReport: Sendable, Equatable {
    /// Runs in the copy.
    public var runs = 0
    /// What was left out, in words, in the order in which it went.
    public var dropped: [String] = []
    /// Bytes of the copy.
    public var bytes: Int64 = 0
    /// Where a store lies now that was in the copy's place and had a log of its own.
    public var setAside: String?
}

extension RunStore {
    /// Copies the results of a store into a small file to give away: every run's configuration, evaluations,
    /// images' values, curves and the published figures, without the names of weight files and the
    /// log of events, which mean nothing elsewhere.
    ///
    /// Where the copy would be larger than `limit`, more is left out, one thing after another until
    /// it fits, what reports use last: images' values of the last weights, images' values by the
    /// published definitions, epochs between every 2nd, 5th and 10th (first, best and last stay) of
    /// curves but validation Dice and losses, then of all curves, and images' values but Dice. Means,
    /// deviations and pooled figures always stay.
    ///
    /// - Parameters:
    ///   - source: the store, of this schema or an older one; it is never changed.
    ///   - limit: most bytes of the copy; nil for any number.
    ///   - experiments: only the runs of these; empty for all runs.
    ///   - replacing: whether a file at `copy` is replaced, in one step; of stores only an earlier
    ///     copy is. A store whose last user was killed is set aside with its log.
    ///   - inputs: other files that are read and may not be written over.
    ///   - inputFolders: folders of which every file is read, such as data sets.
    /// - Throws: `OutputError` where there is a file already or none can be made,
    ///   `StoreError.invalid` for an unknown experiment and where the copy cannot be small enough.
    public static func ship(
        from source: URL, to copy: URL, limit: Int64? = nil, experiments: [String] = [],
        replacing: Bool = false, inputs: [String] = [], inputFolders: [String] = []
    ) throws -> ShipReport {
        if !replacing, ShippedCopy.identity(of: copy, besides: source) != nil {
            throw OutputError.refused(path: copy.writtenPath, .earlierCopy)
        }
        let aside = replacing ? AbandonedStore(copy, besides: source) : nil
        aside?.move()
        do {
            let rule = OutputRule(
                existing: replacing ? .any : .none, inputs: [source.path] + inputs,
                inputFolders: inputFolders,
                replaceable: replacing ? ShippedCopy.identity(of: copy, besides: source) : nil)
            var report = try ship(
                from: source, under: rule, to: copy, limit: limit, experiments: experiments)
            report.setAside = aside?.place
            return report
        } catch {
            aside?.moveBack()
            throw error
        }
    }

    private static func ship(
        from source: URL, under rule: OutputRule, to copy: URL, limit: Int64?,
        experiments: [String]
    ) throws -> ShipReport {
        let draft = try DatabaseDraft(of: rule.file(copy.writtenPath))
        let work = draft.path + ".work"
        defer { for suffix in [""] + DatabaseFile.logs { unlink(work + suffix) } }
        // The source stays as it is, also one of an earlier version.
        let original = try RunStore(at: source, mode: .readOnly)
        var report = try draft.write { path in
            try StoreOpener(path: original.path).copy(to: work)
            try original.close()
            let store = try RunStore(at: URL(fileURLWithPath: work))
            try store.refuseDamage(named: source)
            let report = try StoreError.translating(path: work) {
                try store.connection.writeWithoutTransaction { db in
                    try Shipment(db: db, draft: path, limit: limit).pack(experiments: experiments)
                }
            }
            try store.close()
            return report
        }
        let shipped = try RunStore(at: URL(fileURLWithPath: draft.path), mode: .readOnly)
        try shipped.refuseDamage(named: source)
        try shipped.close()
        report.bytes = Shipment.size(of: draft.path)
        try draft.adopt(isListed: false)
        return report
    }
}

/// Makes a copied store smaller, step by step, until its compacted file is small enough.
private struct Shipment {
    let db: Database
    /// Where the compacted file is made.
    let draft: String
    let limit: Int64?

    /// Leaves out what a limit asks for, and writes the compacted file.
    func pack(experiments: [String]) throws -> ShipReport {
        try select(experiments)
        try db.execute(
            sql: """
                DELETE FROM run WHERE retrains IS NOT NULL;
                DELETE FROM artifact; DELETE FROM event; DELETE FROM lease;
                UPDATE run SET state = 'interrupted' WHERE state = 'running'
                """)
        var report = ShipReport()
        report.dropped = ["names of weight files and events"]
        report.runs = try Int.readOne(db, sql: "SELECT count(*) FROM run") ?? 0
        try compact()
        guard let limit else { return report }
        for step in Self.steps {
            if Self.size(of: draft) <= limit { return report }
            try db.execute(sql: step.sql)
            if db.changesCount == 0 { continue }
            report.dropped.append(step.name)
            try compact()
        }
        let size = Self.size(of: draft)
        guard size <= limit else {
            throw StoreError.invalid(
                what: "the limit of the copy", found: "\(limit) bytes",
                expected: "at least \(size), below which only fewer runs help")
        }
        return report
    }

    /// Keeps only the runs of these experiments, and what belongs to them.
    private func select(_ experiments: [String]) throws {
        guard !experiments.isEmpty else { return }
        let known = try String.readAll(db, sql: "SELECT name FROM experiment ORDER BY name")
        for name in experiments where !known.contains(name) {
            throw StoreError.invalid(
                what: "the experiment", found: name,
                expected: "one of the store: " + known.joined(separator: ", "))
        }
        let names = try String(
            decoding: JSONEncoder().encode(experiments), as: UTF8.self)
        try db.execute(
            sql: """
                DELETE FROM experiment WHERE name NOT IN (SELECT value FROM json_each(?))
                """, arguments: [names])
        // An ensemble belongs to no experiment: it goes where all its members go.
        try db.execute(
            sql: """
                DELETE FROM run WHERE id NOT IN (SELECT run FROM experiment_run)
                    AND NOT (\(EnsembleRun.isOne("run")) AND NOT EXISTS (
                        SELECT 1 FROM json_each(run.configuration, '$.members') m
                        WHERE m.value NOT IN (SELECT r.digest FROM run r
                            JOIN experiment_run x ON x.run = r.id)))
                """)
        // Without the checks of references: those of images would read every value of every run.
        // What goes here is referred to by nothing but what goes with it.
        try db.execute(
            sql: """
                PRAGMA foreign_keys = OFF;
                DELETE FROM split WHERE id NOT IN
                    (SELECT split_id FROM run WHERE split_id IS NOT NULL);
                DELETE FROM split_image WHERE split_id NOT IN (SELECT id FROM split);
                DELETE FROM dataset WHERE id NOT IN
                    (SELECT dataset_id FROM run WHERE dataset_id IS NOT NULL
                     UNION SELECT dataset_id FROM split
                     UNION SELECT dataset_id FROM any_evaluation WHERE dataset_id IS NOT NULL);
                DELETE FROM image WHERE dataset_id NOT IN (SELECT id FROM dataset);
                PRAGMA foreign_keys = ON
                """)
    }

    private func compact() throws {
        // What is left is what the copy's runs are sealed with.
        for record in [RecordSeal.experiment, .run] {
            let sealed = try Int64.readAll(
                db, sql: "SELECT id FROM \(record.rawValue) WHERE seal IS NOT NULL")
            for id in sealed { try record.write(id, in: db) }
            for id in try record.unsealed(in: db) { try record.write(id, in: db) }
        }
        unlink(draft)
        try db.execute(sql: "VACUUM INTO ?", arguments: [draft])
    }

    static func size(of path: String) -> Int64 {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return attributes?[.size] as? Int64 ?? 0
    }

    /// What goes, in this order, while the file is too large.
    private static let steps: [(name: String, sql: String)] =
        [
            ("the machine's load in each epoch", "DELETE FROM machine_load"),
            (
                "images' values of the last weights",
                """
                DELETE FROM image_value WHERE evaluation_id IN
                    (SELECT id FROM any_evaluation WHERE weights = 'last')
                """
            ),
            (
                "images' values by the published definitions",
                """
                DELETE FROM image_value WHERE measure_id IN
                    (SELECT id FROM measure WHERE name GLOB 'published/*')
                """
            ),
        ]
        + [2, 5, 10].map { stride in
            thin(
                "curves but validation Dice and losses", to: stride,
                where: """
                    series_id NOT IN (SELECT id FROM series
                        WHERE name = 'loss' OR split = 'validation' AND name = 'dice')
                    """)
        }
        + [2, 5, 10].map { stride in thin("curves", to: stride, where: "1") }
        + [
            (
                "images' values but Dice",
                """
                DELETE FROM image_value WHERE measure_id NOT IN
                    (SELECT id FROM measure WHERE name = 'dice')
                """
            )
        ]

    private static func thin(
        _ curves: String, to stride: Int, where condition: String
    ) -> (name: String, sql: String) {
        (
            "epochs of \(curves): one in \(stride) stays, and the first, the best and the last",
            """
            DELETE FROM metric_point WHERE \(condition) AND epoch % \(stride) <> 0 AND epoch > 1
                AND run IN (SELECT id FROM run WHERE run_kind = 'cell')
                AND epoch NOT IN (SELECT best_epoch FROM run
                    WHERE id = metric_point.run AND best_epoch IS NOT NULL)
                AND epoch <> (SELECT max(last_epoch) FROM metric_summary m
                    WHERE m.run = metric_point.run)
            """
        )
    }
}
