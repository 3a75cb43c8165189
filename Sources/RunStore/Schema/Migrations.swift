internal import Foundation
internal import GRDB

/// The store's migrations, oldest first. Append-only: a released one is never edited.
enum Migrations {
    /// `PRAGMA user_version` of a store that is up to date.
    static let version = 7

    static let all: DatabaseMigrator = {
        var migrator = DatabaseMigrator()
        migrator.registerMigration(SchemaV1.identifier) { db in
            try db.execute(sql: SchemaV1.runs)
            try db.execute(sql: SchemaV1.measurements)
            try db.execute(sql: SchemaV1.views)
            try db.execute(
                sql: "INSERT INTO store (id, uuid, created) VALUES (1, ?, ?)",
                arguments: [UUID().uuidString.lowercased(), Timestamp.text()])
            try PublishedFigureV1.insertAll(in: db)
            try mark(db, version: 1)
        }
        migrator.registerMigration(SchemaV2.identifier) { db in
            try db.execute(sql: SchemaV2.statements)
            try mark(db, version: 2)
        }
        // Adds no reference that could dangle; checking those of a large store takes minutes.
        migrator.registerMigration(SchemaV3.identifier, foreignKeyChecks: .immediate) { db in
            try db.execute(sql: SchemaV3.statements)
            try mark(db, version: 3)
        }
        migrator.registerMigration(SchemaV4.identifier, foreignKeyChecks: .immediate) { db in
            try db.execute(sql: SchemaV4.statements)
            try SchemaV4.seal(in: db)
            try mark(db, version: 4)
        }
        // Every reference keeps its row; checking those of a large store takes minutes.
        migrator = migrator.disablingDeferredForeignKeyChecks()
        migrator.registerMigration(SchemaV5.identifier) { db in
            try SchemaV5.change(db)
            try db.checkForeignKeys(in: "any_evaluation")
            try mark(db, version: 5)
        }
        migrator.registerMigration(SchemaV6.identifier) { db in
            try SchemaV6.change(db)
            for table in ["run", "experiment_run", "series", "metric_summary"] {
                try db.checkForeignKeys(in: table)
            }
            try mark(db, version: 6)
        }
        migrator.registerMigration(SchemaV7.identifier) { db in
            try db.execute(sql: SchemaV7.statements)
            try mark(db, version: SchemaV7.version)
        }
        return migrator
    }()

    private static func mark(_ db: Database, version: Int) throws {
        try db.execute(
            sql: """
                PRAGMA application_id = \(StoreOpener.applicationID);
                PRAGMA user_version = \(version)
                """)
    }
}
