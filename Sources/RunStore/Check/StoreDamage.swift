internal import GRDB

/// Looks at the file itself: pages, indexes, types of cells, references between rows.
enum StoreDamage {
    /// Findings of one kind after which the rest is not listed.
    private static let most = 100

    /// What SQLite finds in pages, indexes and rows that break a check.
    private static func constraints(_ db: Database) throws -> [String] {
        // The schema is Lightbox's: it was compared. Else checks that call json_valid(), which
        // SQLite calls unsafe, would not be looked at.
        let isTrusted = try Bool.readOne(db, sql: "PRAGMA trusted_schema") ?? true
        try db.execute(sql: "PRAGMA trusted_schema = ON")
        defer { if !isTrusted { try? db.execute(sql: "PRAGMA trusted_schema = OFF") } }
        return try String.readAll(db, sql: "PRAGMA integrity_check(\(most))")
    }

    static func look(_ db: Database, _ inspection: inout StoreInspection) throws {
        inspection.runs = try Int.readOne(db, sql: "SELECT count(*) FROM run") ?? 0
        let damage = try constraints(db)
        inspection.findings += damage.filter { $0 != "ok" }.map {
            StoreFinding(.damage, $0.split(separator: "\n").joined(separator: " "))
        }
        let known = RunState.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        try StoreRow.forEach(
            db, sql: "SELECT id, state FROM run WHERE state NOT IN (\(known)) LIMIT \(most)"
        ) { row in
            let id: Int64 = try row[0]
            let state: String = try row[1]
            inspection.findings.append(
                StoreFinding(.cell, "run \(id) has the state '\(state)'; expected \(known)"))
        }
        var dangling: [StoreFinding] = []
        try StoreRow.forEach(db, sql: "PRAGMA foreign_key_check") { row in
            guard dangling.count < most else { return }
            let table: String = try row[0]
            let id: Int64? = try row[1]
            let parent: String = try row[2]
            let which = id.map { "row \($0)" } ?? "a row"
            dangling.append(
                StoreFinding(
                    .reference, "\(which) of \(table) names a row of \(parent) that is gone"))
        }
        inspection.findings += dangling
        let tables = try String.readAll(
            db,
            sql: """
                SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*'
                ORDER BY name
                """)
        for table in tables { inspection.findings += try cells(of: table, db) }
    }

    /// Cells of another type than their column's.
    private static func cells(of table: String, _ db: Database) throws -> [StoreFinding] {
        let fitting = [
            "INTEGER": "'integer', 'null'", "REAL": "'real', 'null'", "TEXT": "'text', 'null'",
        ]
        let columns = try StoreRow.fetchAll(
            db, sql: "SELECT name, type FROM pragma_table_info(?)", arguments: [table]
        ).map { (name: try $0[0] as String, type: try $0[1] as String) }
        var findings: [StoreFinding] = []
        for (name, type) in columns {
            guard let types = fitting[type], findings.count < most else { continue }
            try StoreRow.forEach(
                db,
                sql: """
                    SELECT "\(columns[0].name)", "\(name)" FROM "\(table)"
                    WHERE typeof("\(name)") NOT IN (\(types)) LIMIT 10
                    """
            ) { row in
                let (key, found): (DatabaseValue, DatabaseValue) = try (row[0], row[1])
                let place =
                    "table \(table), \(columns[0].name) \(key.plainText ?? "?"), column \(name)"
                findings.append(
                    StoreFinding(
                        .cell,
                        "\(place) is \(CellProblem.words(for: found)); expected \(type.lowercased())"
                    ))
            }
        }
        return findings
    }
}
