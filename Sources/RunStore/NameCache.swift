internal import Foundation
internal import GRDB

/// Numbers of interned names, remembered so that a point costs no look-up in the database.
///
/// Only used inside the store's transactions; `forget` when one is rolled back, because numbers
/// that it gave are gone.
final class NameCache: @unchecked Sendable {
    struct Series: Hashable {
        let split: String
        let name: String
        let axis: SeriesAxis
    }

    private let lock = NSLock()
    private var series: [Series: Int64] = [:]
    private var measures: [String: Int64] = [:]

    func forget() {
        lock.withLock {
            series = [:]
            measures = [:]
        }
    }

    func number(of key: Series, in db: Database) throws -> Int64 {
        if let known = lock.withLock({ series[key] }) { return known }
        let found = try Self.intern(
            db, find: "SELECT id FROM series WHERE split = ? AND name = ? AND axis = ?",
            add: "INSERT INTO series (split, name, axis) VALUES (?, ?, ?)",
            arguments: [key.split, key.name, key.axis.rawValue])
        lock.withLock { series[key] = found }
        return found
    }

    func number(ofMeasure name: String, in db: Database) throws -> Int64 {
        if let known = lock.withLock({ measures[name] }) { return known }
        let found = try Self.intern(
            db, find: "SELECT id FROM measure WHERE name = ?",
            add: "INSERT INTO measure (name) VALUES (?)", arguments: [name])
        lock.withLock { measures[name] = found }
        return found
    }

    private static func intern(
        _ db: Database, find: String, add: String, arguments: StatementArguments
    ) throws -> Int64 {
        if let found = try Int64.readOne(db, sql: find, arguments: arguments) { return found }
        try db.execute(sql: add, arguments: arguments)
        return db.lastInsertedRowID
    }
}
