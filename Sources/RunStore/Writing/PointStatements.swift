internal import GRDB
internal import GRDBSQLite

/// Inserts rows of `metric_point`, many a statement, bound by hand: half a microsecond a row.
struct PointStatements {
    private static let width = 32

    private let db: Database
    private let insertMany: OpaquePointer
    private let upsert: OpaquePointer
    private var pending: [(epoch: Int64, series: Int64, value: Double)] = []

    init(run: RunID, db: Database) throws {
        self.db = db
        let rows = (0..<Self.width).map { "(?1, ?\($0 * 3 + 2), ?\($0 * 3 + 3), ?\($0 * 3 + 4))" }
        let columns = "INSERT INTO metric_point (run, epoch, series_id, value) VALUES "
        insertMany = try db.cachedStatement(
            sql: columns + rows.joined(separator: ", ")
        ).sqliteStatement
        upsert = try db.cachedStatement(
            sql: columns + "(?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET value = excluded.value"
        ).sqliteStatement
        pending.reserveCapacity(Self.width)
        reset()
        sqlite3_bind_int64(insertMany, 1, run)
        sqlite3_bind_int64(upsert, 1, run)
    }

    /// - Parameter isNew: whether the table certainly holds no such point yet.
    mutating func add(epoch: Int64, series: Int64, value: Double, isNew: Bool) throws {
        guard isNew else {
            try flush()
            try insert((epoch, series, value))
            return
        }
        pending.append((epoch, series, value))
        if pending.count == Self.width { try insertPending() }
    }

    /// Inserts what waits for a full statement.
    mutating func flush() throws {
        for row in pending { try insert(row) }
        pending.removeAll(keepingCapacity: true)
    }

    func reset() {
        sqlite3_reset(insertMany)
        sqlite3_reset(upsert)
    }

    private mutating func insertPending() throws {
        var index: CInt = 2
        for row in pending {
            sqlite3_bind_int64(insertMany, index, row.epoch)
            sqlite3_bind_int64(insertMany, index + 1, row.series)
            sqlite3_bind_double(insertMany, index + 2, row.value)
            index += 3
        }
        pending.removeAll(keepingCapacity: true)
        try step(insertMany)
    }

    private func insert(_ row: (epoch: Int64, series: Int64, value: Double)) throws {
        sqlite3_bind_int64(upsert, 2, row.epoch)
        sqlite3_bind_int64(upsert, 3, row.series)
        sqlite3_bind_double(upsert, 4, row.value)
        try step(upsert)
    }

    private func step(_ statement: OpaquePointer) throws {
        let code = sqlite3_step(statement)
        sqlite3_reset(statement)
        guard code == SQLITE_DONE else {
            throw DatabaseError(
                resultCode: ResultCode(rawValue: code), message: db.lastErrorMessage)
        }
    }
}
