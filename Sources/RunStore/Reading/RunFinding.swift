internal import Domain
internal import GRDB
internal import GRDBSQLite

/// The runs that a text may mean: a number, or the beginning of a digest.
public struct NamedRuns: Sendable, Hashable {
    /// The run of that number.
    public let numbered: RunID?
    /// Runs whose digests begin with it, two at most; of less than four digits none.
    public let begun: [RunID]
}

/// How many runs a store has, and between which numbers.
public struct RunNumbers: Sendable, Hashable {
    /// How many there are.
    public let count: Int
    /// The lowest and the highest number; 0 where there are none.
    public let first: RunID, last: RunID
}

extension RunStore {
    /// The version of SQLite that reads and writes stores.
    public static var sqliteVersion: String { String(cString: sqlite3_libversion()) }

    /// The runs that a text may mean.
    public func runs(named text: String) throws -> NamedRuns {
        let isNumber = text.allSatisfy { ("0"..."9").contains($0) }
        let isDigest = text.count >= 4 && text.allSatisfy(\.isHexDigit)
        return try read { db in
            NamedRuns(
                numbered: try (isNumber ? Int64(text) : nil).flatMap {
                    try Int64.readOne(db, sql: "SELECT id FROM run WHERE id = ?", arguments: [$0])
                },
                begun: isDigest
                    ? try Int64.readAll(
                        db, sql: "SELECT id FROM run WHERE digest GLOB ? || '*' LIMIT 2",
                        arguments: [text.lowercased()])
                    : [])
        }
    }

    /// How many runs there are, and between which numbers.
    public func runNumbers() throws -> RunNumbers {
        try read { db in
            let row = try StoreRow.fetchOne(
                db, sql: "SELECT count(*), coalesce(min(id), 0), coalesce(max(id), 0) FROM run")
            return try RunNumbers(
                count: row?[0] ?? 0, first: row?[1] ?? 0, last: row?[2] ?? 0)
        }
    }

    /// The runs of a range of numbers, ascending; one that trains another again is part of that one.
    public func runs(numbered range: ClosedRange<RunID>) throws -> [RunID] {
        try read { db in
            try Int64.readAll(
                db,
                sql: """
                    SELECT id FROM run WHERE id BETWEEN ? AND ? AND retrains IS NULL ORDER BY id
                    """, arguments: [range.lowerBound, range.upperBound])
        }
    }

    /// Every run of any kind, or those of an experiment's cells, by number; a run that trains another
    /// again is part of that one.
    ///
    /// - Parameter state: as it was last written; nil for every one.
    public func runs(
        ofExperiment name: String? = nil, in state: RunState? = nil
    ) throws -> [RunID] {
        try read { db in
            try Int64.readAll(
                db,
                sql: """
                    SELECT id FROM run WHERE retrains IS NULL AND (:state IS NULL OR state = :state)
                        AND (:name IS NULL OR \(Self.isMember("id", of: ":name"))) ORDER BY id
                    """, arguments: ["name": name, "state": state?.rawValue])
        }
    }

    /// The configuration under which a run is stored; nil where there is no such run.
    public func configuration(of run: RunID) throws -> RunConfiguration? {
        try read { db in
            try String.readOne(
                db, sql: "SELECT configuration FROM run WHERE id = ?", arguments: [run]
            ).map(RunConfiguration.init(canonicalJSON:))
        }
    }

    /// The runs of an experiment in the order of its grid.
    ///
    /// - Parameter withFormer: whether those of cells that its file does not have are among them.
    public func members(
        ofExperiment name: String, withFormer: Bool = true
    ) throws -> [RunID] {
        try read { db in
            try Int64.readAll(
                db,
                sql: """
                    SELECT x.run FROM experiment_run x JOIN experiment e ON e.id = x.experiment_id
                    WHERE e.name = ? AND (? OR x.position >= 0) ORDER BY x.position, x.run
                    """, arguments: [name, withFormer])
        }
    }

    /// The stored configurations among these, each with its run's state, those that ended first in
    /// front and those that have not ended behind.
    public func stored(
        _ configurations: [RunConfiguration]
    ) throws -> [(configuration: RunConfiguration, state: RunState)] {
        let digests = JSONValue.list(configurations.map { .text($0.digest) }).canonicalJSON
        return try read { db in
            try StoreRow.fetchAll(
                db,
                sql: """
                    SELECT configuration, state FROM run
                    WHERE digest IN (SELECT value FROM json_each(?))
                    ORDER BY finished IS NULL, finished, id
                    """, arguments: [digests]
            ).map { (RunConfiguration(canonicalJSON: try $0[0]), try $0[1]) }
        }
    }

    /// The stored configurations that say something of at least one of these settings, without those
    /// that are `known`.
    public func configurations(
        naming settings: [String], besides known: [RunConfiguration] = []
    ) throws -> [RunConfiguration] {
        let names = JSONValue.list(settings.map { .text($0) }).canonicalJSON
        let digests = JSONValue.list(known.map { .text($0.digest) }).canonicalJSON
        return try read { db in
            try String.readAll(
                db,
                sql: """
                    SELECT configuration FROM run
                    WHERE digest NOT IN (SELECT value FROM json_each(?))
                        AND EXISTS (SELECT 1 FROM json_each(configuration, '$.settings') s
                            JOIN json_each(?) n ON n.value = s.key)
                    """, arguments: [digests, names]
            ).map(RunConfiguration.init(canonicalJSON:))
        }
    }

    /// A condition: the run in `column` is one of the experiment whose name is `name`, an expression
    /// of SQL.
    ///
    /// - Parameter withFormer: whether runs of cells that its file does not have are of it too.
    static func isMember(
        _ column: String, of name: String, withFormer: Bool = false
    ) -> String {
        """
        \(column) IN (SELECT x.run FROM experiment_run x JOIN experiment e
            ON e.id = x.experiment_id WHERE e.name = \(name)\(withFormer ? "" : " AND x.position >= 0"))
        """
    }
}
