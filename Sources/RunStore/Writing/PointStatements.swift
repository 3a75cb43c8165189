internal import GRDB
internal import GRDBSQLite

/// Inserts rows of `metric_point`, many a statement, bound by hand: half a microsecond a row.
struct PointStatements {
    private static let width = 32

    private let db: Database
    private let insertMany: OpaquePointer
    private let upsert: OpaquePointer
    private var pending: [Values] = []

    private typealias Values = (epoch: Int64, series: Int64, value: Double, time: Double?)

    init(run: RunID, db: Database) throws {
        self.db = db
        let rows = (0..<Self.width).map { row in
            "(?1, " + (2...5).map { "?\(row * 4 + $0)" }.joined(separator: ", ") + ")"
        }
        let columns = "INSERT INTO metric_point (run, epoch, series_id, value, measured) VALUES "
        insertMany = try db.cachedStatement(
            sql: columns + rows.joined(separator: ", ")
        ).sqliteStatement
        upsert = try db.cachedStatement(
            sql: columns + "(?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE "
                + "SET value = excluded.value, measured = excluded.measured"
        ).sqliteStatement
        pending.reserveCapacity(Self.width)
        reset()
        sqlite3_bind_int64(insertMany, 1, run)
        sqlite3_bind_int64(upsert, 1, run)
    }

    /// - Parameter isNew: whether the table certainly holds no such point yet.
    mutating func add(_ point: CurvePoint, series: Int64, isNew: Bool) throws {
        let row: Values = (point.position, series, point.value, point.time)
        guard isNew else {
            try flush()
            try insert(row)
            return
        }
        pending.append(row)
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
            Self.bind(row, to: insertMany, from: index)
            index += 4
        }
        pending.removeAll(keepingCapacity: true)
        try step(insertMany)
    }

    private func insert(_ row: Values) throws {
        Self.bind(row, to: upsert, from: 2)
        try step(upsert)
    }

    private static func bind(_ row: Values, to statement: OpaquePointer, from index: CInt) {
        sqlite3_bind_int64(statement, index, row.epoch)
        sqlite3_bind_int64(statement, index + 1, row.series)
        sqlite3_bind_double(statement, index + 2, row.value)
        if let time = row.time {
            sqlite3_bind_double(statement, index + 3, time)
        } else {
            sqlite3_bind_null(statement, index + 3)
        }
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
