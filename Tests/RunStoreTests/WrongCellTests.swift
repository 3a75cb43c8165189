import Domain
import Foundation
import GRDB
import RunStore
import Testing

/// Values of wrong types, in every column of every table: what reads them says where they are, and
/// nothing ends the process.
@Suite struct WrongCellTests {
    /// A column of a store's table.
    struct Column: CustomTestStringConvertible {
        let table: String, name: String
        var type = ""
        var testDescription: String { "\(table).\(name)" }
    }

    static let columns: [Column] = {
        guard let folder = try? Folder(), (try? folder.store().close()) != nil,
            let queue = try? DatabaseQueue(path: folder.path()),
            let rows = try? queue.read({ db in
                try Row.fetchAll(
                    db,
                    sql: """
                        SELECT t.name, c.name, c.type FROM sqlite_schema t, pragma_table_info(t.name) c
                        WHERE t.type = 'table' AND t.name NOT GLOB 'sqlite_*'
                            AND t.name NOT GLOB 'grdb_*' AND c.type <> 'ANY'
                            AND NOT (c.pk AND c.type = 'INTEGER')
                        """)
            })
        else { return [] }
        return rows.map { Column(table: $0[0], name: $0[1], type: $0[2]) }
    }()

    /// Puts `value` into a column of every row, past everything that guards it.
    static func plant(_ value: String, in column: Column, at path: String) throws {
        func run(_ sql: String...) throws {
            let queue = try DatabaseQueue(path: path)
            try queue.writeWithoutTransaction { db in
                try db.execute(
                    sql: """
                        PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;
                        PRAGMA writable_schema = ON
                        """)
                for statement in sql { try db.execute(sql: statement) }
            }
            try queue.close()
        }
        let queue = try DatabaseQueue(path: path)
        let text = try queue.read {
            try String.fetchOne(
                $0, sql: "SELECT sql FROM sqlite_schema WHERE name = ?", arguments: [column.table])
        }
        try queue.close()
        let strict = try #require(text)
        var loose = strict.replacingOccurrences(
            of: ") STRICT, WITHOUT ROWID", with: ") WITHOUT ROWID"
        )
        .replacingOccurrences(of: ") STRICT", with: ")")
        for type in ["TEXT", "INTEGER", "REAL"] {
            loose = loose.replacingOccurrences(of: "\(type) NOT NULL", with: type)
        }
        func replacing(_ text: String) -> String {
            let quoted = text.replacingOccurrences(of: "'", with: "''")
            return "UPDATE sqlite_schema SET sql = '\(quoted)' WHERE name = '\(column.table)'"
        }
        try run(replacing(loose))
        try run("UPDATE OR IGNORE \"\(column.table)\" SET \"\(column.name)\" = \(value)")
        try run(replacing(strict))
    }

    /// Everything that reads. Each returns or throws a `StoreError`.
    static func readEverything(_ store: RunStore, run: RunID = 1) throws {
        let reads: [() throws -> Void] = [
            { _ = try store.overview() }, { _ = try store.overview(of: run) },
            { _ = try store.overview(experiment: "x") }, { _ = try store.experiments() },
            { _ = try store.detail(of: run) }, { _ = try store.artifacts(of: run) },
            { _ = try store.curve(of: run, .validation, "dice") }, { _ = try store.status() },
            { _ = try store.machineLoad(of: run) },
            { _ = try store.reportRuns(ReportSelection()) },
            { _ = try store.reportVaryingSettings(of: [run]) },
            { _ = try store.reportResults(of: [run], weights: .best, split: .test) },
            {
                _ = try store.reportImageValues(
                    of: "dice", runs: [run], weights: .best, split: .test)
            },
            { _ = try store.reportImageNames([1, 2]) }, { _ = try store.reportDatasets([1]) },
            { _ = try store.reportFingerprint(ofRun: run) },
            { _ = try store.reportExperiments(of: [run]) },
            { _ = try store.reportPublished(paper: "P1", table: "1") },
            { _ = try store.reportCurves(of: "dice", split: .validation, runs: [run]) },
            { _ = try store.reportConfusions(of: [run], weights: .best, split: .test) },
            { _ = try store.reportClassMetrics(of: [run], weights: .best, split: .test) },
            { _ = try store.reportClasses(of: [1]) }, { _ = try store.exportedRun(run) },
            { for table in ExportTable.allCases { try store.export(table, runs: [run]) { _ in } } },
            {
                _ = try store.query(
                    "SELECT * FROM run_overview", limits: QueryLimits(checksCells: true))
            },
            { _ = try store.collect(isDryRun: true) },
        ]
        for read in reads {
            do { try read() } catch is StoreError {}
        }
    }

    @Test func thereAreColumns() { #expect(Self.columns.count > 80) }

    @Test(arguments: columns)
    func aWrongCellIsSaid(_ column: Column) throws {
        for value in ["x'00ff'", "NULL", "'zz'", "1e300"] {
            let folder = try Folder()
            let store = try folder.store()
            try Fixture.complete(Fixture.cell(), dice: 0.9, in: store)
            try store.record(ExperimentRecord(name: "x"))
            try store.close()
            let before = try Self.values(of: column, at: folder.path())
            try Self.plant(value, in: column, at: folder.path())
            guard try Self.values(of: column, at: folder.path()) != before else { continue }
            if let store = try? folder.store("runs.db", .readOnly) {
                try Self.readEverything(store)
                try store.close()
            }
            if let store = try? folder.store() {
                do { _ = try store.plan([Fixture.cell()]) } catch is StoreError {}
                do { try store.delete([1]) } catch is StoreError {}
            }
        }
    }

    /// A store with a run of each kind: a cell, one of another program, and one at work.
    private static let whole: Data? = {
        guard let folder = try? Folder(), let store = try? folder.store(),
            (try? Fixture.complete(Fixture.cell(), dice: 0.9, in: store)) != nil,
            (try? LoggedFixture.complete(in: store)) != nil,
            let open = try? store.plan([Fixture.cell(seed: 2)]).first?.id,
            let lease = try? store.claim(
                open, for: Worker(), environment: Fixture.environment),
            (try? lease.log(Fixture.points(epoch: 1, dice: 0.5))) != nil,
            (try? store.close()) != nil
        else { return nil }
        return try? Data(contentsOf: URL(fileURLWithPath: folder.path()))
    }()

    /// Numbers of the right type that no conversion may trust: everything reads or refuses them, and
    /// an export that fails leaves nothing.
    @Test(arguments: columns.filter { ["INTEGER", "REAL"].contains($0.type) })
    func noNumberIsTooLargeToBeRead(_ column: Column) throws {
        let values =
            column.type == "REAL"
            ? ["9.3e15", "-9.3e15", "1e300", "-1e300", "9e999", "-9e999"]
            : ["9223372036854775807", "-9223372036854775808"]
        for value in values {
            let folder = try Folder()
            try #require(Self.whole).write(to: URL(fileURLWithPath: folder.path()))
            try Self.plant(value, in: column, at: folder.path())
            guard let store = try? folder.store("runs.db", .readOnly) else { continue }
            for run in [1, 2, 3] as [RunID] { try Self.readEverything(store, run: run) }
            let export = folder.url.appendingPathComponent("m.db")
            do { try MLflowStore(store).write([1, 2, 3], to: export) } catch is StoreError {}
            try store.close()
            let left = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
            #expect(left.allSatisfy { !$0.contains("partial") }, "\(value): \(left)")
        }
    }

    /// Milliseconds of MLflow end where those of 64 bits do.
    @Test(arguments: ["9.3e15", "-9.3e15", "1e16", "-1e300", "9e999", "253402300800"])
    func aTimeThatIsNoneIsSaid(value: String) throws {
        let folder = try Folder()
        try #require(Self.whole).write(to: URL(fileURLWithPath: folder.path()))
        let column = Column(table: "metric_point", name: "measured")
        try Self.plant(value, in: column, at: folder.path())
        let store = try folder.store("runs.db", .readOnly)
        let error = #expect(throws: StoreError.self) {
            try MLflowStore(store).write([2], to: folder.url.appendingPathComponent("m.db"))
        }
        let words = error?.description ?? ""
        #expect(
            words.contains("table metric_point, curve val_loss, column measured is"), "\(words)")
        #expect(words.contains("expected seconds since 1970, of the years 1 to 9999"))
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
        #expect(left.allSatisfy { !$0.hasPrefix("m.db") && !$0.contains("partial") }, "\(left)")
    }

    /// The place of the cell is in the sentence.
    @Test(arguments: [
        ("run", "seed", "'zz'", "table run, run 1, column seed is 'zz'; expected a whole number"),
        ("run", "state", "'lost'", "column state is 'lost'; expected queued, running"),
        ("dataset", "masks", "NULL", "table dataset, id 1, column masks is NULL"),
        ("evaluation_metric", "mean", "x'00'", "table evaluation_metric"),
    ])
    func theSentenceNamesTablesRowsAndColumns(
        _ table: String, _ name: String, _ value: String, _ sentence: String
    ) throws {
        let folder = try Folder()
        let store = try folder.store()
        try Fixture.complete(Fixture.cell(), dice: 0.9, in: store)
        try store.close()
        try Self.plant(value, in: Column(table: table, name: name), at: folder.path())
        let damaged = try folder.store("runs.db", .readOnly)
        let error = #expect(throws: StoreError.self) {
            _ = try damaged.overview()
            _ = try damaged.reportDatasets([1])
            _ = try damaged.reportResults(of: [1], weights: .best, split: .test)
        }
        #expect(error?.description.contains(sentence) == true, "\(error?.description ?? "")")
        #expect(try damaged.check().contains { $0.kind == .cell || $0.kind == .damage })
        // A merge takes nothing of it.
        let lab = try folder.store("lab.db")
        let report = try lab.merge([folder.url.appendingPathComponent("runs.db")])
        #expect(report.failures.count == 1)
        #expect(try lab.overview().isEmpty)
    }

    private static func values(of column: Column, at path: String) throws -> [DatabaseValue] {
        let queue = try DatabaseQueue(path: path)
        defer { try? queue.close() }
        return try queue.read {
            try Row.fetchAll($0, sql: "SELECT \"\(column.name)\" FROM \"\(column.table)\"").map {
                $0.databaseValues.first ?? .null
            }
        }
    }
}
