internal import GRDB

/// An experiment as its file describes it.
public struct ExperimentRecord: Sendable, Hashable {
    /// Unique name.
    public var name: String
    /// What it is for.
    public var description: String
    /// Name of the report it feeds; empty for none.
    public var report: String
    /// Text of the experiment file, and what its sweep set beside it; empty for runs without one.
    public var source: String

    /// An experiment.
    public init(name: String, description: String = "", report: String = "", source: String = "") {
        self.name = name
        self.description = description
        self.report = report
        self.source = source
    }
}

extension RunStore {
    /// Records an experiment, or brings the one of the same name up to date.
    ///
    /// - Throws: `StoreError.invalid` for one without a file that has the name of one with a file.
    /// - Returns: its number.
    @discardableResult
    public func record(_ experiment: ExperimentRecord) throws -> Int64 {
        try write { db in
            let known = try StoreRow.fetchOne(
                db, sql: "SELECT * FROM experiment WHERE name = ?", arguments: [experiment.name])
            guard let known else {
                try db.execute(
                    sql: """
                        INSERT INTO experiment (name, description, report, source, created)
                        VALUES (?, ?, ?, ?, ?)
                        """,
                    arguments: [
                        experiment.name, experiment.description, experiment.report,
                        experiment.source, Timestamp.text(),
                    ])
                let id = db.lastInsertedRowID
                try RecordSeal.experiment.write(id, in: db)
                return id
            }
            let id: Int64 = try known["id"]
            let same =
                try known["description"] == experiment.description
                && known["report"] == experiment.report && known["source"] == experiment.source
            if same { return id }
            if experiment.source.isEmpty, try !(known["source"] as String).isEmpty {
                throw StoreError.invalid(
                    what: "the experiment's name", found: "'\(experiment.name)', which has a file",
                    expected: "another name for runs without one")
            }
            try RecordSeal.experiment.keep(id, in: db) {
                try db.execute(
                    sql: """
                        UPDATE experiment SET description = ?, report = ?, source = ? WHERE id = ?
                        """,
                    arguments: [experiment.description, experiment.report, experiment.source, id])
            }
            return id
        }
    }
}
