internal import GRDB
internal import Synchronization

/// Looks at the papers' figures: they must be those that a new store holds.
enum PublishedConsistency {
    static func look(_ db: Database, _ inspection: inout StoreInspection) throws {
        guard try figures(db) != expected() else { return }
        inspection.findings.append(
            StoreFinding(.published, "the papers' figures are not those that Lightbox knows"))
    }

    private static let known = Mutex<[[DatabaseValue]]?>(nil)

    /// The figures of a new store, made once a process.
    private static func expected() throws -> [[DatabaseValue]] {
        try known.withLock { known in
            if let known { return known }
            let fresh = try DatabaseQueue()
            try Migrations.all.migrate(fresh)
            let figures = try fresh.read(figures)
            known = figures
            return figures
        }
    }

    private static func figures(_ db: Database) throws -> [[DatabaseValue]] {
        try StoreRow.fetchAll(
            db,
            sql: """
                SELECT * FROM published
                ORDER BY paper, table_name, dataset, procedure, model, loss, labels, metric
                """
        ).map { try $0.declaredCells() }
    }
}
