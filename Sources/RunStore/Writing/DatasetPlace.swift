internal import GRDB

/// A data set's place among those of a store: under which title its runs are shown.
///
/// The title is the registry's name, with `(phantom)` where the images are drawn, and with the start
/// of the fingerprint where the store has other files of that name already: `mcx`, `mcx (phantom)`,
/// `mcx (7d667d43)`. It is given once and stays.
struct DatasetPlace: Hashable {
    let name: String
    let origin: DatasetRecord.Origin
    let fingerprint: String

    /// The data set of this name and fingerprint, whatever its origin.
    func find(in db: Database) throws -> (id: Int64, origin: DatasetRecord.Origin, title: String)? {
        try StoreRow.fetchOne(
            db,
            sql: "SELECT id, origin, title FROM main.dataset WHERE name = ? AND fingerprint = ?",
            arguments: [name, fingerprint]
        ).map { (try $0[0], try $0[1], try $0[2]) }
    }

    /// The title that the data set has, or would get if it were registered now.
    func title(in db: Database) throws -> String {
        guard !fingerprint.isEmpty else { return titles[0] }
        if let known = try find(in: db), known.origin >= origin { return known.title }
        for title in titles where try isFree(title, in: db) { return title }
        return fullTitle
    }

    /// Makes data set number `id`, taken for real until now, drawn, and its runs with it.
    func takeOver(_ id: Int64, in db: Database) throws {
        let title = try title(in: db)
        try RecordSeal.dataset.keep(id, in: db) {
            try db.execute(
                sql: "UPDATE main.dataset SET origin = ?, title = ? WHERE id = ?",
                arguments: [origin.rawValue, title, id])
        }
        try db.execute(
            sql: """
                UPDATE main.run SET dataset = ?1 WHERE dataset_id = ?2 OR dataset_id IS NULL
                    AND retrains IN (SELECT id FROM main.run WHERE dataset_id = ?2)
                """, arguments: [title, id])
        try nameWaitingRuns(title, in: db)
    }

    /// Shows the planned runs of this data set, which nobody has begun, under its title.
    func nameWaitingRuns(_ title: String, in db: Database) throws {
        try db.execute(
            sql: """
                UPDATE main.run SET dataset = ?1 WHERE dataset_id IS NULL AND dataset <> ?1
                    AND json_extract(configuration, '$.dataset') = ?2
                    AND json_extract(configuration, '$.fingerprint') = ?3
                """, arguments: [title, name, fingerprint])
    }

    /// The titles to try, the nicest first.
    private var titles: [String] {
        let digits = fingerprint.prefix(8)
        return isMarked
            ? ["\(name) (phantom)", "\(name) (phantom \(digits))"] : [name, "\(name) (\(digits))"]
    }

    private var fullTitle: String { "\(name) (\(origin.rawValue) \(fingerprint))" }

    /// Whether the title has to say that the images are drawn; the set `phantom` says so by itself.
    private var isMarked: Bool { origin == .phantom && name != "phantom" }

    private func isFree(_ title: String, in db: Database) throws -> Bool {
        try Int.readOne(db, sql: "SELECT 1 FROM main.dataset WHERE title = ?", arguments: [title])
            == nil
    }
}

extension DatasetRecord.Origin: Comparable {
    /// What is known counts more than what is supposed: drawn images stay drawn.
    public static func < (a: Self, b: Self) -> Bool { a == .real && b == .phantom }
}
