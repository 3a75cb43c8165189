import Domain
import Foundation
import GRDB
import Testing

@testable import RunStore

/// `check` finds every change of a row by hand that alters what any verb shows.
@Suite struct SealTests {
    let folder: Folder

    init() throws { folder = try Folder() }

    /// Columns that may change without a word, and why that alters nothing shown.
    private static let free: [String: String] = [
        "event.id": "numbers only order the log, and an order is kept by any other number",
        "note.id": "numbers only order the notes",
        "artifact.id": "no row refers to it and no verb shows it",
        "lease.owner": "of a run at work: who renews it", "lease.host": "of a run at work",
        "lease.pid": "of a run at work", "lease.process_start": "of a run at work",
        "lease.machine": "of a run at work", "lease.acquired": "of a run at work",
        "lease.heartbeat": "of a run at work", "lease.expires": "of a run at work",
        "lease.epoch": "progress, until the next epoch", "lease.step": "progress",
        "lease.steps": "progress", "lease.loss": "progress",
        "lease.validation_dice": "progress", "lease.images_per_second": "progress",
    ]

    /// A store with a row of every kind: runs in all states, one that trains another again, curves,
    /// results, files, experiments, a log.
    private func make() throws -> RunStore {
        let store = try folder.store()
        let experiment = try store.record(
            ExperimentRecord(name: "demo", description: "d", report: "sweep", source: "s"))
        let other = try store.record(ExperimentRecord(name: "other"))
        let cells = (1...6).map { Fixture.cell(seed: UInt64($0)) }
        let runs = try store.plan(cells, experiment: experiment).map(\.id)
        _ = try store.plan([cells[0], cells[5]], experiment: other)
        try Fixture.complete(cells[0], dice: 0.8, in: store)
        let tested = try WeightsFixture.complete(Fixture.cell(model: "ppau-net"), in: store).run
        try store.record(ExternalFixture.evaluation(of: tested))
        for (index, end) in [
            (1, { (lease: RunLease) in try lease.fail("it broke") }),
            (2, { try $0.interrupt() }), (3, { try $0.prune("worse") }), (4, { _ in }),
        ] as [(Int, (RunLease) throws -> Void)] {
            let lease = try #require(
                try store.claim(runs[index], for: Worker(), environment: Fixture.environment))
            try lease.log(Fixture.points(epoch: 1, dice: 0.5) + Fixture.points(epoch: 2, dice: 0.6))
            try end(lease)
        }
        _ = try store.planRetraining(of: [runs[0]], by: "c0de")
        try LoggedFixture.complete(in: store)
        try store.record(EventRecord(level: .info, message: "of the store"))
        #expect(try store.check() == [])
        return store
    }

    /// The store as somebody opens it who does not mind what it is.
    private func open() throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        return try DatabaseQueue(path: folder.path(), configuration: configuration)
    }

    private func findings(_ db: Database) -> [StoreFinding] {
        var inspection = StoreInspection()
        // The seals know most: then no other look is needed.
        for look in RunStore.looks.reversed() where inspection.findings.isEmpty {
            do { try look(db, &inspection) } catch {
                inspection.findings.append(StoreFinding(.damage, "\(error)"))
            }
        }
        return inspection.findings
    }

    /// Whether the row belongs to a run that is at work, or to none: what is not sealed yet.
    private func isAtWork(_ table: String, _ row: Row) -> Bool {
        let run: Int64? =
            table == "run" ? row["id"] : row.columnNames.contains("run") ? row["run"] : 0
        return table != "lease" && (run == 5 || table == "event" && run == nil)
    }

    /// Other values that the column's checks let through, at most two of them.
    private func others(
        _ column: String, of table: String, row: Int64, old: DatabaseValue, in db: Database
    ) throws -> [DatabaseValue] {
        var found: [DatabaseValue] = []
        var candidates = try DatabaseValue.fetchAll(
            db, sql: "SELECT DISTINCT \"\(column)\" FROM \"\(table)\" LIMIT 5")
        switch old.storage {
        case .int64(let value):
            candidates += [value &+ 1, 1 &- value, value &+ 1000].map(\.databaseValue)
        case .double(let value): candidates += [value * 0.75 + 0.125, 0.5].map(\.databaseValue)
        case .string(let text):
            let words = [
                text + "x", "[\"x\"]", "last", "test", "train", "failed", "phantom", "error",
            ]
            candidates += words.map(\.databaseValue)
        case .null: candidates += [1.databaseValue, "x".databaseValue, 0.5.databaseValue]
        case .blob: break
        }
        for candidate in candidates + [.null] where candidate != old && found.count < 2 {
            var fits = false
            try db.inSavepoint {
                do {
                    try set(column, of: table, row: row, to: candidate, in: db)
                    fits = true
                } catch is DatabaseError {}
                return .rollback
            }
            if fits { found.append(candidate) }
        }
        return found
    }

    /// Rows are counted: tables without a `rowid` have none.
    private func set(
        _ column: String, of table: String, row: Int64, to value: DatabaseValue, in db: Database
    ) throws {
        let keys = try String.fetchAll(
            db, sql: "SELECT name FROM pragma_table_info(?) WHERE pk > 0", arguments: [table])
        let key = (keys.isEmpty ? ["rowid"] : keys).map { "\"\($0)\"" }.joined(separator: ", ")
        try db.execute(
            sql: """
                UPDATE "\(table)" SET "\(column)" = ? WHERE (\(key)) =
                    (SELECT \(key) FROM "\(table)" ORDER BY \(key) LIMIT 1 OFFSET ?)
                """, arguments: [value, row])
    }

    private func tables(_ db: Database) throws -> [String] {
        try String.fetchAll(
            db,
            sql: """
                SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*'
                ORDER BY name
                """)
    }

    /// The first, the last and a few rows between; of runs all.
    private func rows(of table: String, in db: Database) throws -> [(index: Int64, row: Row)] {
        let keys = try String.fetchAll(
            db, sql: "SELECT name FROM pragma_table_info(?) WHERE pk > 0", arguments: [table])
        let order = keys.isEmpty ? "rowid" : keys.joined(separator: ", ")
        let all = try Row.fetchAll(db, sql: "SELECT * FROM \"\(table)\" ORDER BY \(order)")
        let step = ["run", "experiment_run"].contains(table) ? 1 : max(1, all.count / 2)
        return all.indices.filter { $0 % step == 0 || $0 == all.count - 1 }.map {
            (Int64($0), all[$0])
        }
    }

    @Test func everyColumnOfEveryTableIsLookedAt() throws {
        try make().close()
        let queue = try open()
        defer { try? queue.close() }
        var tried: Set<String> = []
        try queue.writeWithoutTransaction { db in
            #expect(findings(db) == [])
            for table in try tables(db) {
                for (index, row) in try rows(of: table, in: db) where !isAtWork(table, row) {
                    for column in row.columnNames where Self.free["\(table).\(column)"] == nil {
                        let old: DatabaseValue = row[column]
                        let values = try others(
                            column, of: table, row: index, old: old, in: db)
                        for value in values {
                            tried.insert("\(table).\(column)")
                            try db.inSavepoint {
                                try set(column, of: table, row: index, to: value, in: db)
                                #expect(
                                    !findings(db).isEmpty,
                                    "\(table) row \(index), \(column): \(old) became \(value)")
                                return .rollback
                            }
                        }
                    }
                }
            }
            let all = try Set(
                tables(db).flatMap { table in
                    try String.fetchAll(
                        db, sql: "SELECT ? || '.' || name FROM pragma_table_info(?)",
                        arguments: [table, table])
                })
            // `store.id` can be nothing but 1, and no cell could be a logged run as it is.
            #expect(
                all.subtracting(tried).subtracting(Self.free.keys) == ["store.id", "run.run_kind"])
            #expect(Set(Self.free.keys).subtracting(all) == [])
        }
    }

    @Test func everyRowThatGoesIsMissed() throws {
        try make().close()
        let queue = try open()
        defer { try? queue.close() }
        try queue.writeWithoutTransaction { db in
            for table in try tables(db) {
                for (index, row) in try rows(of: table, in: db)
                where !isAtWork(table, row) || table == "lease" {
                    // What nothing names may go: a run of no experiment, and one that waits to train
                    // another again, as 'lightbox delete' lets them go.
                    if table == "run", [7, 8].contains(row["id"] as Int64) { continue }
                    try db.inSavepoint {
                        let keys = try String.fetchAll(
                            db, sql: "SELECT name FROM pragma_table_info(?) WHERE pk > 0",
                            arguments: [table])
                        let key = keys.isEmpty ? "rowid" : keys.joined(separator: ", ")
                        try db.execute(
                            sql: """
                                DELETE FROM "\(table)" WHERE (\(key)) =
                                    (SELECT \(key) FROM "\(table)" ORDER BY \(key) LIMIT 1 OFFSET ?)
                                """, arguments: [index])
                        #expect(!findings(db).isEmpty, "\(table) row \(index): \(row)")
                        return .rollback
                    }
                }
            }
        }
    }

    /// A change is not hidden by what the store does later.
    @Test func noLaterChangeSealsAnAlteredRecord() throws {
        let store = try make()
        let queue = try open()
        try queue.write {
            try $0.execute(
                sql: """
                    UPDATE experiment SET report = 'altered' WHERE name = 'demo';
                    UPDATE run SET seconds = 1 WHERE id = 1
                    """)
        }
        try queue.close()
        _ = try store.plan(
            [Fixture.cell(seed: 77)], experiment: try store.record(ExperimentRecord(name: "other")))
        try store.record(EventRecord(level: .info, message: "later"), run: 1)
        _ = try store.plan([Fixture.cell(seed: 78)], experiment: 1)
        try store.delete([6])
        let seals = try store.check().filter { $0.kind == .seal }.map(\.message)
        #expect(
            seals == [
                "experiment 1: something was changed since it was sealed",
                "run 1: something was changed since it was sealed",
            ])
    }

    private func change(_ sql: String, _ name: String = "runs.db") throws {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        let queue = try DatabaseQueue(path: folder.path(name), configuration: configuration)
        try queue.write { try $0.execute(sql: sql) }
        try queue.close()
    }

    /// A merge takes what is whole and seals it here; afterwards it is as it was there.
    @Test func aMergeSealsWhatItTakes() throws {
        try make().close()
        let url = folder.url.appendingPathComponent("runs.db")
        let all = try folder.store("all.db")
        let report = try all.merge([url])
        #expect(report.failures.isEmpty && report.problems.isEmpty)
        #expect(try report.added == all.runs().count)
        #expect(try all.check() == [])
    }

    /// What a record of its own says can be taken, whether it was changed or its seal taken away: it is
    /// named, here and wherever it goes from here.
    @Test(arguments: [
        "UPDATE run SET seal = NULL WHERE id = 1", "UPDATE experiment SET seal = NULL WHERE id = 1",
        "UPDATE run SET seal = NULL, code = 'ffff' WHERE id = 1",
        "UPDATE run SET seal = NULL, state = 'interrupted' WHERE id = 1",
        "UPDATE run SET seal = 'differed from its seal' WHERE id = 1",
        "UPDATE run SET seal = '' WHERE state = 'queued' AND retrains IS NULL",
        "UPDATE experiment SET seal = NULL, description = 'forged'",
        // A run of another program.
        "UPDATE tag SET value = 'x'", "UPDATE note SET text = 'x'",
        "UPDATE metric_point SET measured = 0 WHERE measured IS NOT NULL",
        """
        UPDATE run SET seal = NULL WHERE run_kind = 'logged';
        UPDATE metric_point SET measured = 0 WHERE measured IS NOT NULL
        """,
        // Nothing but the seal knows these.
        """
        UPDATE evaluation_metric SET pooled = 0.99
            WHERE evaluation_id IN (SELECT id FROM evaluation)
        """,
        "UPDATE run SET seconds = 1 WHERE id = 1", "DELETE FROM event WHERE run = 2",
        "UPDATE experiment SET source = 'x', report = 'sweep'",
        "UPDATE experiment SET name = '../../evil' WHERE id = 1",
        "UPDATE run SET digest = '\(String(repeating: "a", count: 64))' WHERE id = 2",
    ])
    func aMergeHidesNothingOfWhatItTakes(sql: String) throws {
        try make().close()
        let url = folder.url.appendingPathComponent("runs.db")
        let count = try folder.store().runs().count
        try change(sql)
        let records = try alteredRecords(of: url)
        #expect(!records.isEmpty)
        var last = url
        for name in ["new.db", "next.db"] {
            let store = try folder.store(name)
            let report = try store.merge([last])
            #expect(report.failures.isEmpty && report.added == count, "\(report)")
            let told = report.problems.filter { $0.contains("is not as it was sealed") }
            #expect(told.count == records.count, "\(report.problems)")
            let found = try store.check()
            #expect(found.allSatisfy { $0.kind == .seal || $0.kind == .configuration })
            #expect(found.count { $0.kind == .seal } == records.count, "\(found)")
            // Copies that say that they were looked at are not made of it.
            #expect(throws: StoreError.self) {
                try store.backup(to: folder.url.appendingPathComponent("copy.db"))
            }
            try store.close()
            last = folder.url.appendingPathComponent(name)
        }
    }

    private func alteredRecords(of url: URL) throws -> [String] {
        try RunStore.inspect(url, files: false).findings.filter { $0.kind == .seal }
            .map(\.description)
    }

    /// A run under another's digest is taken for no cell.
    @Test func aRunUnderAnothersDigestIsNoCellsOwn() throws {
        try make().close()
        let cell = Fixture.cell(seed: 77)
        try change("UPDATE run SET digest = '\(cell.configuration.digest)' WHERE id = 2")
        let forged = try folder.store("forged.db")
        #expect(
            try forged.merge([folder.url.appendingPathComponent("runs.db")]).failures.isEmpty)
        #expect(try forged.check().contains { $0.kind == .configuration })
        #expect(throws: StoreError.self) { try forged.plan([cell]) }
    }

    /// What many runs rest on, and what contradicts itself, refuses the store.
    @Test(arguments: [
        "UPDATE dataset SET seal = NULL", "UPDATE split SET seal = NULL",
        "UPDATE store SET seal = NULL", "UPDATE dataset SET seal = NULL, classes = '[\"x\"]'",
        "UPDATE dataset SET origin = 'phantom' WHERE id = 1",
        "UPDATE dataset SET title = 'x' WHERE id = 1",
        "UPDATE image SET class = 'other' WHERE id = 1", "UPDATE split SET rule = 'other'",
        // These contradict what stands beside them.
        "UPDATE evaluation_metric SET mean = 0.99",
        "UPDATE run SET seal = NULL; UPDATE evaluation_metric SET mean = 0.99",
    ])
    func aMergeTakesNothingOfAStoreThatContradictsItself(sql: String) throws {
        try make().close()
        let url = folder.url.appendingPathComponent("runs.db")
        try change(sql)
        let whole = try folder.store("whole.db")
        try Fixture.complete(Fixture.cell(seed: 99), dice: 0.5, in: whole)
        let store = try folder.store("new.db")
        let report = try store.merge([url, whole.url])
        #expect(report.failures.map(\.url) == [url])
        // The other store is taken.
        #expect(report.stores == 1 && report.added == 1)
        #expect(try store.runs().count == 1 && store.experiments().isEmpty)
        #expect(try store.check() == [])
        // The copies refuse it too.
        let copy = folder.url.appendingPathComponent("copy.db")
        let refusal = StoreError.corrupt(path: url.path, reason: try reason(of: url))
        #expect(throws: refusal) {
            try RunStore(at: url, mode: .readOnly).backup(to: copy)
        }
        #expect(!FileManager.default.fileExists(atPath: copy.path))
    }

    private func reason(of url: URL) throws -> String {
        let findings = try RunStore.inspect(url, files: false).findings
        return findings.prefix(2).map(\.description).joined(separator: "; ")
            + (findings.count > 2 ? "; and \(findings.count - 2) more" : "")
    }

    /// What is damaged can be let go, there or here, and the rest is sound.
    @Test func aDamagedRunCanBeDeleted() throws {
        try make().close()
        let url = folder.url.appendingPathComponent("runs.db")
        try change("UPDATE run SET seconds = 1 WHERE id = 2")
        let store = try folder.store("new.db")
        #expect(try store.merge([url]).problems.count == 1)
        let altered = try #require(try store.check().first)
        let run = try #require(Int64(altered.message.split(separator: ":")[0].dropFirst(4)))
        try store.delete([run])
        #expect(try store.check() == [])
        let source = try folder.store()
        try source.delete([2])
        try source.close()
        let other = try folder.store("other.db")
        #expect(try other.merge([url]).problems.isEmpty)
        #expect(try other.check() == [])
    }

    /// A run that was changed while nobody worked on it is named for good, however it goes on.
    @Test(
        arguments: [
            "UPDATE metric_point SET value = 0.75 WHERE run = 3 AND epoch = 1",
            "UPDATE run SET seal = NULL WHERE id = 3",
            "UPDATE run SET seal = NULL WHERE id = 3; DELETE FROM event WHERE run = 3",
        ], [0, 1, 2])
    func goingOnHidesNothing(sql: String, ending: Int) throws {
        try make().close()
        try change(sql)
        let store = try folder.store()
        let named = { try store.check().contains { $0.message.hasPrefix("run 3:") } }
        #expect(try named())
        let digest = Fixture.cell(seed: 3).configuration.digest
        if ending > 0 {
            #expect(try store.fail([digest: "no data"]) == [3])
            #expect(try named())
            #expect(try store.reopen([digest: "data"]) == [3])
            #expect(try named())
        }
        let lease = try #require(
            try store.claim(3, for: Worker(), environment: Fixture.environment))
        #expect(try named())
        try lease.log(Fixture.points(epoch: 3, dice: 0.9))
        if ending == 2 { try lease.interrupt() } else { try lease.fail("it broke") }
        #expect(try named())
    }

    /// One that was not changed is sealed again as ever.
    @Test func goingOnSealsWhatIsSound() throws {
        let store = try make()
        let lease = try #require(
            try store.claim(3, for: Worker(), environment: Fixture.environment))
        try lease.log(Fixture.points(epoch: 3, dice: 0.9))
        #expect(try store.check() == [])
        try lease.fail("it broke")
        #expect(try store.check() == [])
    }

    /// A merge into a store seals what it adds, and nothing that had no seal here.
    @Test(arguments: [
        "UPDATE dataset SET seal = NULL, classes = '[\"x\"]'", "UPDATE split SET seal = NULL",
        "UPDATE experiment SET seal = NULL, description = 'forged'",
        "UPDATE run SET seal = NULL, seconds = 1 WHERE id = 1",
    ])
    func aMergeHidesNothingOfTheStoreThatTakes(sql: String) throws {
        try make().close()
        try change(sql)
        let store = try folder.store()
        let before = try store.check()
        #expect(!before.isEmpty)
        let other = try folder.store("other.db")
        let experiment = try other.record(ExperimentRecord(name: "third"))
        try Fixture.complete(Fixture.cell(seed: 99), dice: 0.5, in: other)
        _ = try other.plan([Fixture.cell(seed: 99)], experiment: experiment)
        #expect(try store.merge([other.url]).added == 1)
        #expect(try store.check() == before)
    }

    /// A store of before there were seals has none by right; it is told by its schema, not by what its
    /// rows lack.
    @Test(arguments: 1...5)
    func aStoreFromBeforeSealsIsTaken(schema: Int) throws {
        let url = folder.url.appendingPathComponent("old.db")
        try FileManager.default.copyItem(
            at: MigrationTests.fixtures.appendingPathComponent("schema-\(schema).sqlite"), to: url)
        let store = try folder.store("new.db")
        let report = try store.merge([url])
        #expect(report.failures.isEmpty && report.added > 0, "\(report.failures)")
        #expect(try store.check() == [])
        // From the fourth on they have seals, and one that is gone is missed.
        guard schema >= 4 else { return }
        try change("UPDATE run SET seal = NULL WHERE state = 'completed'", "old.db")
        let named = try folder.store("named.db")
        #expect(try !named.merge([url]).problems.isEmpty)
        #expect(try named.check().allSatisfy { $0.kind == .seal } && !named.check().isEmpty)
    }

    /// Runs of an earlier Lightbox without a seal are told from those whose seal held, and one whose
    /// seal did not hold stays found.
    @Test func sealsOfSchema3AreTakenOver() throws {
        let url = folder.url.appendingPathComponent("runs.db")
        try FileManager.default.copyItem(
            at: MigrationTests.fixtures.appendingPathComponent("sealed-3.sqlite"), to: url)
        var inspection = try RunStore.inspect(url, files: false)
        #expect(inspection.findings == [] && inspection.unsealed == 0)
        var queue = try open()
        try queue.write {
            try $0.execute(sql: "DELETE FROM event WHERE run = 1")
            try $0.execute(sql: "UPDATE evaluation_metric SET pooled = coalesce(pooled, 0) + 0.5")
        }
        try queue.close()
        inspection = try RunStore.inspect(url, files: false)
        #expect(inspection.unsealed == 1)
        #expect(
            inspection.findings.map(\.description) == [
                "seal: run 2: something was changed since it was sealed"
            ])
        // Also for ever after, and wherever the runs go.
        try folder.store().close()
        #expect(try RunStore.inspect(url, files: false).findings == inspection.findings)
        let merged = folder.url.appendingPathComponent("merged.db")
        let all = try folder.store("merged.db")
        #expect(try all.merge([url]).problems.count == 1)
        try all.delete([2])
        try all.close()
        let shipped = folder.url.appendingPathComponent("shipped.db")
        try RunStore.ship(from: merged, to: shipped)
        for place in [merged, shipped] {
            let inspection = try RunStore.inspect(place, files: false)
            #expect(inspection.findings == [] && inspection.unsealed == 1)
        }
        queue = try open()
        let seals = try queue.read {
            try Int.fetchOne($0, sql: "SELECT count(*) FROM event WHERE message GLOB '*sealed:*'")
        }
        #expect(seals == 0)
    }

    /// SQLite calls a store whose numbers are used up a full disk.
    @Test func aStoreWithoutNumbersIsNoFullDisk() throws {
        let store = try folder.store()
        _ = try store.plan([Fixture.cell(seed: 1)])
        let queue = try open()
        try queue.write {
            try $0.execute(sql: "UPDATE sqlite_sequence SET seq = 9223372036854775807")
        }
        try queue.close()
        let error = #expect(throws: StoreError.self) {
            try store.plan([Fixture.cell(seed: 2)])
        }
        #expect(error?.description.contains("so none is left for another") == true)
        #expect(try store.check().map(\.kind) == [.cell])
    }
}
