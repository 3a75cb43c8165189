internal import GRDB
internal import Hashing

/// The digest of everything that the store says about a record, kept in the column `seal` of its row
/// and written by the transaction that writes the rest.
///
/// Means tell whether their images' values are whole and a digest tells whether a configuration is,
/// but most of what is shown stands in the store once: a pooled figure, a point in the middle of a
/// curve, the patient of an image. A seal covers each to the last bit, by names and not by numbers of
/// rows, so that the same record has the same seal in whatever store it is merged into. It finds
/// what changed by accident or by hand, not the work of somebody who computes it anew.
///
/// Every record has one but a run that is at work, which is sealed where it stops.
enum RecordSeal: String, CaseIterable {
    case store, dataset, split, experiment, run

    /// Before the seal of what an earlier Lightbox left unsealed: nothing vouches for the time before
    /// the store was brought up to date.
    static let late = "late "

    /// In the place of a seal that did not hold, or was gone, where the record was taken from.
    static let altered = "differed from its seal"

    /// What such a record is called.
    var name: String { self == .dataset ? "data set" : rawValue }

    /// Seals the record as it is now. What was sealed late, here or where it is taken from, stays so; what
    /// is known to have been changed stays named.
    func write(_ id: Int64, in db: Database, isLate: Bool = false) throws {
        try db.cachedStatement(
            sql: """
                UPDATE main.\(rawValue) SET seal = CASE WHEN ?1 OR seal GLOB ?2 || '*' THEN ?2 ELSE '' END
                    || ?3 WHERE id = ?4 AND seal IS NOT ?5
                """
        ).execute(arguments: [isLate, Self.late, try digest(of: id, in: db), id, Self.altered])
    }

    /// Whether a seal was written late.
    static func isLate(_ seal: String?) -> Bool { seal?.hasPrefix(late) == true }

    /// Runs a change that adds records of these kinds, and seals those. What had no seal before gets
    /// none, so that no later change hides that it is gone.
    static func sealingAdded<Value>(
        _ records: [RecordSeal], in db: Database, _ change: () throws -> Value
    ) throws -> Value {
        let before = try records.map { Set(try $0.unsealed(in: db)) }
        let value = try change()
        for (record, known) in zip(records, before) {
            for id in try record.unsealed(in: db) where !known.contains(id) {
                try record.write(id, in: db)
            }
        }
        return value
    }

    /// Records of the kind that have no seal and should have one.
    func unsealed(in db: Database) throws -> [Int64] {
        let condition = self == .run ? "AND state <> 'running'" : ""
        return try Int64.readAll(
            db, sql: "SELECT id FROM main.\(rawValue) WHERE seal IS NULL \(condition) ORDER BY id")
    }

    /// Runs a change of the record and seals it again. A seal that did not hold before stays, so that
    /// no later change hides an earlier one.
    func keep<Value>(_ id: Int64, in db: Database, _ change: () throws -> Value) throws -> Value {
        let held = try holds(id, in: db) ?? false
        let value = try change()
        if held { try write(id, in: db) }
        return value
    }

    /// Whether the record is as it was sealed; nil for one without a seal.
    func holds(_ id: Int64, in db: Database) throws -> Bool? {
        let seal = try String.readOne(
            db, sql: "SELECT seal FROM main.\(rawValue) WHERE id = ?", arguments: [id])
        guard let seal else { return nil }
        let digits = seal.hasPrefix(Self.late) ? String(seal.dropFirst(Self.late.count)) : seal
        return try digits == digest(of: id, in: db)
    }

    /// The records of the kind that are not as they were sealed: changed, or with a seal that is gone.
    func altered(in db: Database) throws -> [Int64] {
        let gone = Set(try unsealed(in: db))
        return try Int64.readAll(db, sql: "SELECT id FROM main.\(rawValue) ORDER BY id").filter {
            try gone.contains($0) || holds($0, in: db) == false
        }
    }

    /// The digest over the rows of `parts`.
    func digest(of id: Int64, in db: Database) throws -> String {
        var hash = SHA256()
        for part in try parts(of: id, in: db) {
            var hasHead = !part.isOptional
            if hasHead { hash.update(part.head) }
            try StoreRow.forEach(db, sql: part.sql, arguments: [id]) { row in
                if !hasHead { hash.update(part.head) }
                hasHead = true
                hash.update(try row.declaredCells().map(Self.text).joined(separator: "\t") + "\n")
            }
        }
        return hash.digest()
    }

    /// What is read of this very record; a run that waits has nothing but itself and its settings.
    private func parts(of id: Int64, in db: Database) throws -> [SealedPart] {
        let parts = SealedPart.of(self)
        guard self == .run else { return parts }
        // A store that is being brought up to date has no tables yet for the parts of later schemas.
        let version = try Int.readOne(db, sql: "PRAGMA main.user_version") ?? 0
        let isOpen = version >= SchemaV6.version
        let row = try StoreRow.fetchOne(
            db,
            sql: "SELECT state, \(isOpen ? "run_kind" : "'cell'") FROM main.run WHERE id = ?",
            arguments: [id])
        if try row?[1] == RunKind.logged.rawValue { return SealedPart.logged }
        let isWaiting = try row?[0] == RunState.queued.rawValue
        return parts.filter {
            $0.schema <= max(version, SealedPart.first) && ($0.isOfWaiting || !isWaiting)
        }
    }

    /// A value with its type and every bit.
    static func text(_ cell: DatabaseValue) -> String {
        switch cell.storage {
        case .null: "-"
        case .int64(let value): "i\(value)"
        case .double(let value): "d\(value.bitPattern)"
        case .string(let value): "s\(value.utf8.count):\(value)"
        case .blob(let value): "b\(SHA256.hex(of: value))"
        }
    }
}
