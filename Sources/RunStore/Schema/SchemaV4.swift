internal import GRDB

/// The fourth schema: everything that is shown is sealed, see `RecordSeal`.
///
/// Earlier stores sealed what a run had measured, as events. One that does not hold leaves a seal
/// that never holds, so that what was found before is found afterwards; runs without one, and what
/// had none, are sealed as they are.
enum SchemaV4 {
    static let identifier = "v4-seals"

    static let statements = RecordSeal.allCases.map {
        "ALTER TABLE \($0.rawValue) ADD COLUMN seal TEXT"
    }.joined(separator: ";\n")

    /// In the place of a seal that did not hold.
    static let broken = "differed from its seal of schema 3"

    static func seal(in db: Database) throws {
        var earlier: [Int64: Bool] = [:]
        for run in try Int64.readAll(db, sql: "SELECT id FROM run ORDER BY id") {
            earlier[run] = try? SealV3.holds(run, in: db)
        }
        try db.execute(
            sql: "DELETE FROM event WHERE message GLOB ? || '*' AND run IS NOT NULL",
            arguments: [SealV3.words])
        for record in RecordSeal.allCases {
            for id in try record.unsealed(in: db) {
                do {
                    try record.write(id, in: db)
                } catch is CellProblem {
                    // Of another type than its column's: 'check' names the cell.
                    try set(broken, on: record, id, in: db)
                }
            }
        }
        let ended = try Int64.readAll(
            db,
            sql: """
                SELECT id FROM run WHERE state IN ('completed', 'failed', 'pruned') ORDER BY id
                """)
        for run in ended where earlier[run] != true {
            if earlier[run] == false {
                try set(broken, on: .run, run, in: db)
            } else {
                try db.execute(
                    sql: "UPDATE run SET seal = ? || seal WHERE id = ? AND seal <> ?",
                    arguments: [RecordSeal.late, run, broken])
            }
        }
    }

    private static func set(
        _ seal: String, on record: RecordSeal, _ id: Int64, in db: Database
    ) throws {
        try db.execute(
            sql: "UPDATE \(record.rawValue) SET seal = ? WHERE id = ?", arguments: [seal, id])
    }
}
