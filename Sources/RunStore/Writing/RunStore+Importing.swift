internal import Domain
public import Foundation
internal import GRDB

/// A run as another tool's store held it, with all that it measured.
public struct ImportedRun: Sendable {
    /// The run.
    public var run: LoggedRun
    /// How it ended: completed, failed or, where it did not, interrupted.
    public var state: RunState
    /// Why it failed; nil for any other state.
    public var error: String?
    /// When it began and ended; nil when unknown.
    public var started: Date?, finished: Date?
    /// The machine that it ran on; nil when unknown.
    public var host: String?
    /// Its curves, in any order; of two values at one place the last counts.
    public var points: [LoggedPoint]
    /// Texts about it.
    public var notes: [String]
    /// Whether nothing but its name tells it from other runs, as in a table of values: what the store
    /// has of a run of that name must then be what it says itself.
    public var isKnownByName = false

    /// A run.
    public init(
        run: LoggedRun, state: RunState, error: String? = nil, started: Date? = nil,
        finished: Date? = nil, host: String? = nil, points: [LoggedPoint] = [],
        notes: [String] = []
    ) {
        self.run = run
        self.state = state
        self.error = error
        self.started = started
        self.finished = finished
        self.host = host
        self.points = points
        self.notes = notes
    }
}

/// What became of an imported run.
public enum ImportOutcome: Sendable, Hashable {
    /// It was not there before.
    case added(RunID)
    /// It was there, and something new was added: so many points, or only words.
    case extended(RunID, points: Int)
    /// All of it was there already.
    case known(RunID)
    /// It was there, and somebody logs to it: it stays as it is.
    case atWork(RunID)

    /// The run.
    public var run: RunID {
        switch self {
        case .added(let run), .extended(let run, _), .known(let run), .atWork(let run): run
        }
    }
}

extension RunStore {
    /// Takes a run of another tool, in one transaction: all of it, or what is new since the last time.
    ///
    /// - Parameter version: of the Lightbox that imports.
    /// - Throws: `StoreError`.
    public func record(_ imported: ImportedRun, version: String) throws -> ImportOutcome {
        try imported.check()
        return try write { db in
            guard let run = try Self.find(imported.run, in: db) else {
                let run = try Self.insert(imported.run, version: version, in: db)
                try Self.write(imported.run, to: run, in: db)
                try MetricWriter(run: run, names: names, db: db).write(
                    imported.points.lazy.map(CurvePoint.init))
                for text in imported.notes {
                    try Self.insert(note: text, at: Date(), run: run, in: db)
                }
                try Self.settle(run, as: imported, in: db)
                try RecordSeal.run.write(run, in: db)
                return .added(run)
            }
            let state = try RunState.readOne(
                db, sql: "SELECT state FROM run WHERE id = ?", arguments: [run])
            guard state != .running else { return .atWork(run) }
            // One that was at work when it was taken may have gone on since.
            if imported.isKnownByName, state != .interrupted {
                try Self.requireSameSettings(imported, run, in: db)
                try Self.requireSamePoints(imported, run, in: db)
            }
            return try extend(run, with: imported, in: db)
        }
    }

    private func extend(
        _ run: RunID, with imported: ImportedRun, in db: Database
    ) throws -> ImportOutcome {
        let points = try Self.new(imported.points, of: run, in: db)
        let known = try String.readAll(
            db, sql: "SELECT text FROM note WHERE run = ?", arguments: [run])
        let notes = imported.notes.filter { !known.contains($0) }
        let isSaid = try Self.says(imported, run, in: db)
        guard !points.isEmpty || !notes.isEmpty || !isSaid else { return .known(run) }
        try RecordSeal.run.keep(run, in: db) {
            try Self.write(imported.run, to: run, in: db)
            try MetricWriter(run: run, names: names, db: db).write(
                points.lazy.map(CurvePoint.init))
            for text in notes { try Self.insert(note: text, at: Date(), run: run, in: db) }
            try Self.settle(run, as: imported, in: db)
        }
        return .extended(run, points: points.count)
    }

    /// Writes how a run ended, with the event that says where it comes from.
    private static func settle(_ run: RunID, as imported: ImportedRun, in db: Database) throws {
        // A run that ended has a time of ending, also where the other tool knew none.
        let finished = imported.finished ?? imported.started ?? Date()
        let seconds = imported.started.flatMap { start in
            imported.finished.map { max(0, $0.timeIntervalSince(start)) }
        }
        try db.execute(
            sql: """
                UPDATE run SET state = ?, error = ?, attempts = 1, started = ?, finished = ?,
                    seconds = ?, host = ? WHERE id = ?
                """,
            arguments: [
                imported.state.rawValue, imported.error,
                imported.started.map { Timestamp.text($0) },
                imported.state.isFinal ? Timestamp.text(finished) : nil, seconds, imported.host,
                run,
            ])
        try insert(
            EventRecord(level: .info, message: "imported from '\(imported.run.source)'"), run: run,
            in: db)
    }

    /// Whether the store says of the run what the import says, its curves apart.
    private static func says(_ imported: ImportedRun, _ run: RunID, in db: Database) throws -> Bool
    {
        let row = try StoreRow.fetchOne(
            db,
            sql: """
                SELECT state, error, started, run_name, objective_split, objective, direction FROM run
                WHERE id = ?
                """, arguments: [run])
        guard let row else { return false }
        let started = imported.started.map { Timestamp.text($0) }
        guard try row[0] == imported.state, try row[1] == imported.error, try row[2] == started
        else { return false }
        if let name = imported.run.name, try row[3] != name { return false }
        if let objective = imported.run.objective {
            guard try row[4] == objective.split, try row[5] == objective.name,
                try row[6] == objective.directionWord
            else { return false }
        }
        var settings: [String: DatabaseValue] = [:]
        try StoreRow.forEach(
            db, sql: "SELECT name, value FROM param WHERE run = ?", arguments: [run]
        ) { settings[try $0[0]] = try $0[1] as DatabaseValue }
        var tags: [String: String] = [:]
        try StoreRow.forEach(
            db, sql: "SELECT name, value FROM tag WHERE run = ?", arguments: [run]
        ) { tags[try $0[0]] = try $0[1] as String }
        return imported.run.parameters.allSatisfy { settings[$0.key] == $0.value.databaseValue }
            && imported.run.tags.allSatisfy { tags[$0.key] == $0.value }
    }

    /// The points whose place is free, or holds another value.
    private static func new(
        _ points: [LoggedPoint], of run: RunID, in db: Database
    ) throws -> [LoggedPoint] {
        let known = try values(of: run, in: db)
        // Of two values at one place the last counts.
        var latest: [LoggedPoint.Place: Int] = [:]
        for (index, point) in points.enumerated() { latest[point.place] = index }
        return latest.filter { place, index in
            guard let value = known[place] else { return true }
            return !points[index].has(value)
        }.values.sorted().map { points[$0] }
    }

    private static func values(of run: RunID, in db: Database) throws -> [LoggedPoint.Place: Double]
    {
        var known: [LoggedPoint.Place: Double] = [:]
        try StoreRow.forEach(
            db, sql: "SELECT split, name, axis, position, value FROM any_metric WHERE run = ?",
            arguments: [run]
        ) { row in
            let place = try LoggedPoint.Place(
                split: row[0], name: row[1], axis: row[2], position: row[3])
            known[place] = try row[4] as Double? ?? .nan
        }
        return known
    }

    // MARK: Runs that are known by their name

    private static func requireSamePoints(
        _ imported: ImportedRun, _ run: RunID, in db: Database
    ) throws {
        let known = try values(of: run, in: db)
        for point in imported.points {
            guard let value = known[point.place], !point.has(value) else { continue }
            throw another(
                run, than: imported,
                what: "'\(point.name)' at \(point.axis.rawValue) \(point.position)",
                found: "\(point.value)", here: "\(value)")
        }
    }

    private static func requireSameSettings(
        _ imported: ImportedRun, _ run: RunID, in db: Database
    ) throws {
        try StoreRow.forEach(
            db, sql: "SELECT name, value FROM param WHERE run = ? ORDER BY name", arguments: [run]
        ) { row in
            let name: String = try row[0]
            let here = try row[1] as DatabaseValue
            guard let found = imported.run.parameters[name]?.databaseValue, found != here else {
                return
            }
            throw another(
                run, than: imported, what: "'\(name)'", found: found.plainText ?? "nothing",
                here: here.plainText ?? "nothing")
        }
    }

    private static func another(
        _ run: RunID, than imported: ImportedRun, what: String, found: String, here: String
    ) -> StoreError {
        StoreError.invalid(
            what: "\(what) of the run '\(imported.run.id)'", found: found,
            expected: "\(here), as run \(run) of that name has it here; give another run a name of "
                + "its own with --name")
    }
}
