internal import GRDB

/// Looks at the papers' figures: they must be those that a new store holds.
enum PublishedConsistency {
    static func look(_ db: Database, _ inspection: inout StoreInspection) throws {
        let fresh = try DatabaseQueue()
        try Migrations.all.migrate(fresh)
        guard try figures(db) != fresh.read(figures) else { return }
        inspection.findings.append(
            StoreFinding(.published, "the papers' figures are not those that Lightbox knows"))
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
