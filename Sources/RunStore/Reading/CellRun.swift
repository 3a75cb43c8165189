internal import Domain
internal import Foundation
internal import GRDB

/// A run of a cell, read back: what was trained, under which configuration, and how far it is.
public struct CellRun: Sendable {
    /// Number of the run.
    public let id: RunID
    /// The configuration under which it is stored.
    public let configuration: RunConfiguration
    /// Its state as it was last written: `running` says nothing of its worker's life.
    public let state: RunState
    /// Registry name of the data set, and the title under which its runs are shown.
    public let dataset: String, datasetTitle: String
    /// Registry names of what it trains.
    public let model: String, loss: String, procedure: String
    /// Percent of the training images whose labels are used.
    public let labels: Double
    /// Seed of everything random.
    public let seed: UInt64
    /// Its settings as text, by name; flags are 0 and 1.
    public let settings: [String: String]
    /// The classes of its data set in index order; nil where the store does not say, as before
    /// training.
    public let classes: [String]?
}

extension RunStore {
    /// A run of a cell, read back.
    ///
    /// - Throws: `StoreError.unknown`; `StoreError.invalid` for a run that was logged.
    public func cellRun(_ id: RunID) throws -> CellRun {
        try read { db in
            let row = try StoreRow.fetchOne(
                db,
                sql: """
                    SELECT id, configuration, state, dataset, model, loss, procedure, labels, seed,
                        coalesce(json_extract(configuration, '$.dataset'), dataset)
                    FROM run WHERE id = ? AND run_kind = 'cell'
                    """, arguments: [id])
            guard let row else { throw try Self.noCell(id, in: db) }
            let settings = try StoreRow.fetchAll(
                db, sql: "SELECT name, CAST(value AS TEXT) FROM param WHERE run = ?",
                arguments: [id]
            ).map { (try $0[0] as String, try $0[1] as String? ?? "") }
            return try CellRun(
                id: id, configuration: RunConfiguration(canonicalJSON: row[1]), state: row[2],
                dataset: row[9], datasetTitle: row[3], model: row[4], loss: row[5],
                procedure: row[6], labels: row[7], seed: UInt64(bitPattern: row[8]),
                settings: Dictionary(settings, uniquingKeysWith: { first, _ in first }),
                classes: Self.classes(of: id, in: db))
        }
    }

    /// The classes of a run's data set in index order; nil where the store does not say.
    public func classes(ofRun run: RunID) throws -> [String]? {
        try read { try Self.classes(of: run, in: $0) }
    }

    private static func classes(of run: RunID, in db: Database) throws -> [String]? {
        try String.readOne(
            db,
            sql: "SELECT d.classes FROM run r JOIN dataset d ON d.id = r.dataset_id WHERE r.id = ?",
            arguments: [run]
        ).flatMap { try? JSONDecoder().decode([String].self, from: Data($0.utf8)) }
    }
}
