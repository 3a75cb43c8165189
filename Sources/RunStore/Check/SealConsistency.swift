internal import GRDB

/// Looks at the seals of all records: each holds, and only a run that is at work has none.
enum SealConsistency {
    static func look(_ db: Database, _ inspection: inout StoreInspection) throws {
        for record in RecordSeal.allCases {
            for id in try Int64.readAll(db, sql: "SELECT id FROM \(record.rawValue) ORDER BY id") {
                guard let problem = try problem(of: record, id, db) else { continue }
                let name = record == .store ? "the store" : "\(record.name) \(id)"
                inspection.findings.append(StoreFinding(.seal, "\(name): \(problem)"))
            }
        }
        inspection.unsealed =
            try Int.readOne(
                db, sql: "SELECT count(*) FROM run WHERE seal GLOB ? || '*'",
                arguments: [RecordSeal.late]) ?? 0
    }

    /// What is wrong with a record's seal; nil for nothing.
    private static func problem(of record: RecordSeal, _ id: Int64, _ db: Database) throws
        -> String?
    {
        let isAtWork =
            try record == .run
            && Bool.readOne(
                db, sql: "SELECT state = 'running' FROM run WHERE id = ?", arguments: [id]) == true
        do {
            switch try record.holds(id, in: db) {
            case true?: return isAtWork ? "it is at work and sealed" : nil
            case false?: return "something was changed since it was sealed"
            case nil: return isAtWork ? nil : "its seal is gone"
            }
        } catch let cell as CellProblem {
            return "\(cell.place) is \(cell.found); expected \(cell.expected)"
        }
    }
}
