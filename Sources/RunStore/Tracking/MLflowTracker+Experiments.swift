internal import GRDB

extension MLflowTracker {
    /// The experiment of that number; nil for none.
    public func experiment(_ number: Int64) throws -> TrackedExperiment? {
        try store.read { db in try Self.experiments("id = ?", [number], in: db).first }
    }

    /// The experiment of that name; nil for none.
    public func experiment(named name: String) throws -> TrackedExperiment? {
        try store.read { db in try Self.experiments("name = ?", [name], in: db).first }
    }

    /// Every experiment that the question asks for.
    public func experiments(_ question: TrackedQuestion) throws -> [TrackedExperiment] {
        var arguments: StatementArguments = []
        let sql = try question.experimentSQL(&arguments)
        return try store.read { db in
            try StoreRow.fetchAll(db, sql: sql, arguments: arguments).map(Self.experiment)
        }
    }

    /// Makes an experiment without a file.
    ///
    /// - Throws: `StoreError.invalid` where there is one of that name.
    public func makeExperiment(_ name: String, description: String) throws -> TrackedExperiment {
        try store.write { db in
            try Self.requireFree(name, in: db)
            try db.execute(
                sql: """
                    INSERT INTO experiment (name, description, report, source, created)
                    VALUES (?, ?, '', '', ?)
                    """, arguments: [name, description, Timestamp.text()])
            let number = db.lastInsertedRowID
            try RecordSeal.experiment.write(number, in: db)
            return try Self.require(number, in: db)
        }
    }

    /// Gives an experiment without a file another name or description; what is nil stays.
    ///
    /// - Throws: `StoreError.unknown`; `invalid` for one with a file, and for a name that is taken.
    public func update(
        experiment number: Int64, name: String? = nil, description: String? = nil
    ) throws {
        try store.write { db in
            let known = try Self.require(number, in: db)
            guard !known.hasFile else {
                throw StoreError.invalid(
                    what: "the experiment", found: "'\(known.name)', which has a file",
                    expected: "one that programs log to")
            }
            if let name, name != known.name { try Self.requireFree(name, in: db) }
            try RecordSeal.experiment.keep(number, in: db) {
                try db.execute(
                    sql: "UPDATE experiment SET name = ?, description = ? WHERE id = ?",
                    arguments: [name ?? known.name, description ?? known.description, number])
            }
        }
    }

    // MARK: Inside a transaction

    static let experimentColumns = "id, name, description, created, source <> ''"

    private static func experiments(
        _ condition: String, _ arguments: StatementArguments, in db: Database
    ) throws -> [TrackedExperiment] {
        try StoreRow.fetchAll(
            db, sql: "SELECT \(experimentColumns) FROM experiment WHERE \(condition)",
            arguments: arguments
        ).map(experiment)
    }

    private static func experiment(_ row: StoreRow) throws -> TrackedExperiment {
        TrackedExperiment(
            number: try row[0], name: try row[1], description: try row[2],
            created: Timestamp.date(try row[3]), hasFile: try row[4])
    }

    private static func require(_ number: Int64, in db: Database) throws -> TrackedExperiment {
        guard let found = try experiments("id = ?", [number], in: db).first else {
            throw StoreError.unknown(kind: "experiment", name: String(number), nearest: nil)
        }
        return found
    }

    private static func requireFree(_ name: String, in db: Database) throws {
        guard try experiments("name = ?", [name], in: db).isEmpty else {
            throw StoreError.invalid(
                what: "the experiment's name", found: "'\(name)', which there is already",
                expected: "another one")
        }
    }
}
