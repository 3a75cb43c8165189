internal import Foundation
internal import GRDB

extension StoreError {
    /// Runs `body` and turns SQLite's errors into the store's.
    static func translating<Value>(path: String, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw StoreError(error, path: path)
        } catch let problem as CellProblem {
            throw StoreError.wrongCell(
                path: path, place: problem.place, found: problem.found, expected: problem.expected)
        } catch let error as RowDecodingError {
            // Only the bookkeeping of migrations is read by GRDB itself.
            throw StoreError.corrupt(path: path, reason: "\(error)")
        }
    }

    /// The same where another store is attached to the one at `path` and only read: what was written
    /// in vain was written to this one.
    static func translating<Value>(
        path: String, attached other: String, _ body: () throws -> Value
    ) throws -> Value {
        try translating(path: other) {
            do {
                return try body()
            } catch let error as DatabaseError where isOfWriting(error) {
                throw StoreError(error, path: path)
            }
        }
    }

    private static func isOfWriting(_ error: DatabaseError) -> Bool {
        switch error.extendedResultCode {
        case .SQLITE_IOERR_WRITE, .SQLITE_IOERR_FSYNC, .SQLITE_IOERR_DIR_FSYNC,
            .SQLITE_IOERR_TRUNCATE, .SQLITE_IOERR_SHMSIZE:
            true
        default: [.SQLITE_FULL, .SQLITE_READONLY, .SQLITE_PERM].contains(error.resultCode)
        }
    }

    private init(_ error: DatabaseError, path: String) {
        let reason = error.message ?? "no reason given"
        switch error.resultCode {
        case .SQLITE_NOTADB:
            self = .notAStore(path: path, found: "no SQLite database")
        case .SQLITE_CORRUPT:
            self = .corrupt(path: path, reason: reason)
        case .SQLITE_READONLY:
            self = .readOnly(path: path)
        case .SQLITE_FULL:
            self = .diskFull(path: path)
        case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL:
            self = .busy(path: path, seconds: Int(StoreOpener.patience))
        case .SQLITE_INTERRUPT:
            self = .tooSlow(path: path, seconds: Int(StoreClock.patience))
        case .SQLITE_CANTOPEN:
            self = .cannotOpen(path: path, reason: reason)
        case .SQLITE_PERM:
            self = .readOnly(path: path)
        // The memory that the log is shared in could not grow.
        case _ where error.extendedResultCode == .SQLITE_IOERR_SHMSIZE:
            self = .diskFull(path: path)
        default:
            self = .database(
                path: path, code: Int(error.extendedResultCode.rawValue), reason: reason)
        }
    }
}
