internal import Domain
internal import GRDB

/// The names and values that conditions of reports may use because runs of the store have them.
extension RunStore {
    /// Checks that there is an experiment of that name.
    ///
    /// - Throws: `StoreError.unknown` with the nearest name.
    public func requireExperiment(_ name: String) throws {
        let known = try experiments()
        guard !known.contains(name) else { return }
        throw StoreError.unknown(
            kind: "experiment", name: name, nearest: NearestName.close(to: name, in: known))
    }

    /// The names of all metrics and curves that runs have, sorted.
    public func reportMeasureNames() throws -> [String] {
        try read { try String.readAll($0, sql: "SELECT name FROM measure ORDER BY name") }
    }

    /// The names of all data sets that were loaded, such as `mcx` and `folder:mine`, sorted.
    public func datasetNames() throws -> [String] {
        try read { try String.readAll($0, sql: "SELECT DISTINCT name FROM dataset ORDER BY name") }
    }

    /// The names of all settings that runs have, sorted.
    public func reportSettingNames() throws -> [String] {
        try read { try String.readAll($0, sql: "SELECT DISTINCT name FROM param ORDER BY name") }
    }

    /// The values that these runs have of a setting, as text; the default where a run has none.
    public func reportValues(
        ofSetting name: String, runs: [RunID], default standard: String?
    ) throws -> Set<String> {
        try read { db in
            var values: Set<String> = []
            var count = 0
            try StoreRow.forEach(
                db,
                sql: """
                    SELECT value, count(*) FROM param
                    WHERE name = ? AND run IN (SELECT value FROM json_each(?)) GROUP BY value
                    """, arguments: [name, Self.list(runs)]
            ) { row in
                values.insert((try row[0] as DatabaseValue).plainText ?? "null")
                count += try row[1] as Int
            }
            if count < runs.count, let standard { values.insert(standard) }
            if standard == Self.runSeed {
                try StoreRow.forEach(
                    db,
                    sql: """
                        SELECT DISTINCT seed FROM run
                        WHERE run_kind = 'cell' AND id IN (SELECT value FROM json_each(?))
                        """, arguments: [Self.list(runs)]
                ) { values.insert(String(UInt64(bitPattern: try $0[0]))) }
            }
            return values
        }
    }
}
