internal import GRDB

/// Runs that may come from a copy that was shipped: they have neither files nor events, and may lack
/// values that their means were made of.
enum ShippedRuns {
    static func all(_ db: Database) throws -> Set<Int64> {
        let runs = try Int64.readAll(
            db,
            sql: """
                SELECT r.id FROM run r
                WHERE NOT EXISTS (SELECT 1 FROM artifact a WHERE a.run = r.id) AND NOT EXISTS
                    (SELECT 1 FROM event e WHERE e.run = r.id)
                """)
        return Set(runs)
    }
}
